/**
 * Lines, or bars, over two axes, drawn with Recharts' surface and curves alone: its whole charts take 60 to 110 ms a drawing, and the page must
 * stay free for the person while it trains. What is pointed at, by mouse, finger or arrow keys, is told beside the line.
 */
import { type KeyboardEvent, memo, type PointerEvent, useId, useMemo, useRef, useState } from 'react';
import { Curve, Surface } from 'recharts';
import { nearest, type Scale, share, valueAt } from './scale.ts';
import { useSize } from './use-size.ts';
import './plot.css';

export interface PlotSeries {
  readonly key: string;
  readonly name: string;
  /** A CSS colour. */
  readonly colour: string;
  readonly width?: number;
  readonly dash?: string;
  readonly opacity?: number;
  readonly dots?: boolean;
  /** Width of a bar on the x axis; without it a line is drawn. */
  readonly bars?: number;
  /** Left out where a line only stands behind another. */
  readonly silent?: boolean;
  /** An area behind the line: [x, low, high] in ascending x. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
  /** [x, y] in ascending x. */
  readonly points: readonly (readonly [number, number])[];
}

export interface PlotAxis extends Scale {
  readonly ticks: readonly number[];
  readonly text: (value: number) => string;
  /** What is told along it, with its unit. */
  readonly title?: string;
}

interface PlotProps {
  readonly title: string;
  readonly series: readonly PlotSeries[];
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** A dotted line from bottom to top, with a ring where it has a y. */
  readonly marker?: { readonly x: number; readonly y?: number | undefined } | null;
  /** From this x on nothing is there yet: tinted. */
  readonly ahead?: number | undefined;
  /** The x that is pointed at, where there is one; charts that share it are read in step. */
  readonly at: number | null;
  readonly onPoint: (x: number | null) => void;
  /** What stands over the values at x. */
  readonly heading: (x: number) => string;
  readonly value?: (y: number) => string;
  /** Asked to show this range of x alone, or with null all of it: by dragging over it, or by + - 0. */
  readonly onZoom?: ((range: readonly [from: number, to: number] | null) => void) | undefined;
}

/** Shorter drags are clicks. */
const SHORTEST_DRAG = 8;

const titledMargin = { top: 8, right: 12, bottom: 36, left: 48 };
/** Where it says nothing along the axes. */
const bareMargin = { top: 8, right: 12, bottom: 20, left: 36 };

export const Plot = memo(function Plot(props: PlotProps) {
  const { title, series, x, y, at, onPoint, heading, value = y => y.toFixed(4), onZoom } = props;
  const margin = marginOf(x, y);
  const frame = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(frame);
  const clip = useId();
  const all = useMemo(
    () =>
      [...new Set(series.flatMap(({ silent, points }) => (silent ? [] : points.map(([px]) => px))))]
        .filter(px => px >= x.from && px <= x.to)
        .sort((a, b) => a - b),
    [series, x.from, x.to],
  );
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const drawn = inner.width > 0 && inner.height > 0;
  const place = at === null ? -1 : nearest(all, at);
  const shown = place < 0 ? null : (all[place] ?? null);

  /** Where a drag began and where it is, in pixels from the axis. */
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);

  const leftOf = (event: PointerEvent<HTMLDivElement>) => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left - margin.left;
    return Math.min(Math.max(left, 0), inner.width);
  };
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const left = leftOf(event);
    if (drag) setDrag([drag[0], left]);
    const found = all[nearest(all, valueAt(x, left / inner.width))];
    if (found !== undefined && found !== at) onPoint(found);
  };
  const beginDrag = (event: PointerEvent<HTMLDivElement>) => {
    // A finger that moves over a chart scrolls.
    if (!onZoom || event.pointerType === 'touch' || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag([leftOf(event), leftOf(event)]);
  };
  const endDrag = () => {
    setDrag(null);
    if (!drag || Math.abs(drag[1] - drag[0]) < SHORTEST_DRAG) return;
    const [from, to] = [...drag].sort((a, b) => a - b).map(left => valueAt(x, left / inner.width)) as [number, number];
    onZoom?.([from, to]);
  };
  const zoomByKey = (key: string) => {
    if (key === '0') return onZoom?.(null);
    const middle = shown ?? (x.from + x.to) / 2;
    const half = ((x.to - x.from) / 2) * (key === '-' ? 2 : 0.5);
    onZoom?.([middle - half, middle + half]);
  };
  const step = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return onPoint(null);
    if (onZoom && ['+', '-', '0'].includes(event.key)) return zoomByKey(event.key);
    const change = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!change || !all.length) return;
    event.preventDefault();
    const next = place < 0 ? all.length - 1 : Math.min(Math.max(place + change, 0), all.length - 1);
    onPoint(all[next] ?? null);
  };
  const left = shown === null ? 0 : margin.left + share(x, shown) * inner.width;
  return (
    // The arrow keys go through the values, as in Recharts' own charts.
    <div
      ref={frame}
      className="plot"
      role="application"
      aria-label={`${title}. Arrow keys go through the values${onZoom ? '; plus, minus and 0 zoom' : ''}.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard
      tabIndex={0}
      onKeyDown={step}
      onPointerDown={beginDrag}
      onPointerUp={endDrag}
      onPointerCancel={() => setDrag(null)}
      onDoubleClick={() => onZoom?.(null)}
      onPointerMove={point}
      onPointerLeave={() => onPoint(null)}
      onBlur={() => onPoint(null)}
    >
      {drawn && <Drawing {...props} inner={inner} clip={clip} />}
      {drag && (
        <span
          className="plot-drag"
          style={{
            ...{ left: margin.left + Math.min(...drag), width: Math.abs(drag[1] - drag[0]) },
            ...{ top: margin.top, height: inner.height },
          }}
        />
      )}
      {drawn && shown !== null && (
        <>
          <span className="plot-line" style={{ left, top: margin.top, height: inner.height }} />
          <dl
            className="plot-tip number"
            aria-live="polite"
            style={left > width / 2 ? { right: width - left + 8 } : { left: left + 8 }}
          >
            <dt className="plot-heading">{heading(shown)}</dt>
            {series.map(({ key, name, colour, silent, points }) => {
              const found = silent ? undefined : points.find(([px]) => px === shown);
              return (
                found && (
                  <dd key={key}>
                    <span className="plot-key" style={{ background: colour }} />
                    {`${value(found[1])} ${name}`}
                  </dd>
                )
              );
            })}
          </dl>
        </>
      )}
    </div>
  );
});

function marginOf(x: PlotAxis, y: PlotAxis) {
  const titled = x.title !== undefined || y.title !== undefined;
  return titled ? titledMargin : bareMargin;
}

/** Along the upper ends and back along the lower ones. */
function outline(
  band: NonNullable<PlotSeries['band']>,
  left: (value: number) => number,
  top: (value: number) => number,
): string {
  const upper = band.map(([x, , high]) => `${left(x)} ${top(high)}`);
  const lower = band.map(([x, low]) => `${left(x)} ${top(low)}`).reverse();
  return band.length > 0 ? `M${[...upper, ...lower].join('L')}Z` : '';
}

const Drawing = memo(function Drawing({
  series,
  x,
  y,
  marker,
  ahead,
  inner,
  clip,
}: Pick<PlotProps, 'series' | 'x' | 'y' | 'marker' | 'ahead'> & {
  inner: { width: number; height: number };
  clip: string;
}) {
  const margin = marginOf(x, y);
  const left = (value: number) => margin.left + share(x, value) * inner.width;
  const top = (value: number) => margin.top + (1 - share(y, value)) * inner.height;
  const bottom = margin.top + inner.height;
  return (
    <Surface
      width={inner.width + margin.left + margin.right}
      height={inner.height + margin.top + margin.bottom}
      aria-hidden="true"
    >
      <clipPath id={clip}>
        <rect x={margin.left} y={margin.top - 3} width={inner.width + 3} height={inner.height + 6} />
      </clipPath>
      {ahead !== undefined && ahead < x.to && (
        <rect
          className="plot-ahead"
          x={left(ahead)}
          y={margin.top}
          width={left(x.to) - left(ahead)}
          height={inner.height}
        />
      )}
      {x.title !== undefined && (
        <text className="plot-tick" x={margin.left + inner.width / 2} y={bottom + 30} textAnchor="middle">
          {x.title}
        </text>
      )}
      {y.title !== undefined && (
        <text
          className="plot-tick"
          textAnchor="middle"
          transform={`translate(10 ${margin.top + inner.height / 2}) rotate(-90)`}
        >
          {y.title}
        </text>
      )}
      {y.ticks.map(tick => (
        <g key={tick}>
          <line className="plot-grid" x1={margin.left} x2={margin.left + inner.width} y1={top(tick)} y2={top(tick)} />
          <text className="plot-tick" x={margin.left - 6} y={top(tick)} dy="0.32em" textAnchor="end">
            {y.text(tick)}
          </text>
        </g>
      ))}
      <line className="plot-axis" x1={margin.left} x2={margin.left + inner.width} y1={bottom} y2={bottom} />
      {x.ticks.map(tick => (
        <text key={tick} className="plot-tick" x={left(tick)} y={bottom + 14} textAnchor="middle">
          {x.text(tick)}
        </text>
      ))}
      <g clipPath={`url(#${clip})`}>
        {marker && <line className="plot-marker" x1={left(marker.x)} x2={left(marker.x)} y1={margin.top} y2={bottom} />}
        {series.map(({ key, colour, width = 2, dash, opacity = 1, dots, bars, band, points }) => {
          const places = points
            .map(([px, py]) => ({ x: left(px), y: top(py) }))
            .filter(place => Number.isFinite(place.x) && Number.isFinite(place.y));
          return (
            <g key={key} stroke={colour} fill="none" opacity={opacity} data-series={key}>
              {band && <path className="plot-band" fill={colour} stroke="none" d={outline(band, left, top)} />}
              {bars === undefined ? (
                <Curve points={places} strokeWidth={width} {...(dash && { strokeDasharray: dash })} />
              ) : (
                places.map(place => (
                  <rect
                    key={place.x}
                    className="plot-bar"
                    fill={colour}
                    stroke="none"
                    x={place.x - (bars * inner.width) / 2 + 0.5}
                    width={Math.max(0, bars * inner.width - 1)}
                    y={place.y}
                    height={Math.max(0, bottom - place.y)}
                  />
                ))
              )}
              {dots && places.map(place => <circle key={place.x} cx={place.x} cy={place.y} r={2} fill={colour} />)}
            </g>
          );
        })}
        {marker?.y !== undefined && <circle className="plot-ring" cx={left(marker.x)} cy={top(marker.y)} r={4} />}
      </g>
    </Surface>
  );
});
