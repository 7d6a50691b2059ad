import { type KeyboardEvent, type MouseEvent, memo, useMemo } from 'react';
import type { CommonImages } from './common-images.ts';
import { signed } from './paired-words.ts';
import './image-scatter.css';

const SIDE = 320;
const plot = { left: 48, top: 12, right: 308, bottom: 276 };

/**
 * Each image by its Dice in both runs: on the line nothing changed. All points are one path, so that a thousand cost one element. Arrow keys go
 * through the images from the most changed one on; Enter opens it.
 */
export const ImageScatter = memo(function ImageScatter({
  common: { ids, first, second },
  names,
  order,
  at,
  onPoint,
  onOpen,
}: {
  common: CommonImages;
  names: readonly [string, string];
  /** Places of all images, the most changed first. */
  order: readonly number[];
  /** A place in `order`. */
  at: number;
  onPoint: (at: number) => void;
  onOpen: (id: string) => void;
}) {
  const from = useMemo(() => lowestTick(first, second), [first, second]);
  const across = plot.right - plot.left;
  const x = (value: number) => plot.left + ((value - from) / (1 - from)) * across;
  const y = (value: number) => plot.bottom - ((value - from) / (1 - from)) * (plot.bottom - plot.top);
  // biome-ignore lint/correctness/useExhaustiveDependencies: x and y follow from `from`.
  const dots = useMemo(
    () => first.map((value, i) => `M${x(value).toFixed(1)} ${y(second[i] ?? 0).toFixed(1)}h0`).join(''),
    [first, second, from],
  );
  const place = order[at] ?? 0;
  const [a, b] = [first[place] ?? 0, second[place] ?? 0];
  const nearest = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top].map(value => (value * SIDE) / box.width);
    const away = (i: number) => Math.hypot(x(first[i] ?? 0) - (px ?? 0), y(second[i] ?? 0) - (py ?? 0));
    return order.reduce((best, i, at) => (away(i) < away(order[best] ?? 0) ? at : best), 0);
  };
  const press = (event: KeyboardEvent) => {
    const id = ids[place];
    if (event.key === 'Enter' && id !== undefined) return onOpen(id);
    const last = order.length - 1;
    const next = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: last }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    onPoint(Math.min(Math.max(next, 0), last));
  };
  const ticks = [from, (from + 1) / 2, 1];
  return (
    <figure className="image-scatter" aria-label="Image against image">
      <div
        className="scatter-field"
        role="slider"
        tabIndex={0}
        aria-label="Images by change, the largest first"
        aria-valuemin={1}
        aria-valuemax={order.length}
        aria-valuenow={at + 1}
        aria-valuetext={`${ids[place]}: ${a.toFixed(3)} and ${b.toFixed(3)}`}
        onKeyDown={press}
        onPointerMove={event => onPoint(nearest(event))}
        onClick={event => onOpen(ids[order[nearest(event)] ?? 0] ?? '')}
      >
        <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
          {ticks.map(tick => (
            <g key={tick} className="scatter-tick">
              <path
                className="scatter-grid"
                d={`M${plot.left} ${y(tick)}H${plot.right}M${x(tick)} ${plot.top}V${plot.bottom}`}
              />
              <text x={plot.left - 6} y={y(tick)} dy="0.32em" textAnchor="end">
                {shortly(tick)}
              </text>
              <text x={x(tick)} y={plot.bottom + 16} textAnchor="middle">
                {shortly(tick)}
              </text>
            </g>
          ))}
          <path className="scatter-equal" d={`M${x(from)} ${y(from)}L${x(1)} ${y(1)}`} />
          <path className="scatter-dots" d={dots} />
          <circle className="scatter-at" cx={x(a)} cy={y(b)} r={6} />
          <text className="scatter-title" x={(plot.left + plot.right) / 2} y={SIDE - 10} textAnchor="middle">
            {cut(names[0])}
          </text>
          <text
            className="scatter-title"
            textAnchor="middle"
            transform={`translate(9 ${(plot.top + plot.bottom) / 2}) rotate(-90)`}
          >
            {cut(names[1])}
          </text>
        </svg>
      </div>
      <figcaption className="sub number">
        <span className="mono breakable">{ids[place]}</span>
        {` ${a.toFixed(3)} → ${b.toFixed(3)} (${signed(b - a, 3)})`}
      </figcaption>
    </figure>
  );
});

/** The tenth at or below every score. */
function lowestTick(first: readonly number[], second: readonly number[]): number {
  let lowest = 0.9;
  for (const values of [first, second]) for (const value of values) lowest = Math.min(lowest, value);
  return Math.max(0, Math.floor(lowest * 10) / 10);
}

function shortly(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function cut(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
