import { memo, useMemo } from 'react';
import { getNiceTickValues } from 'recharts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { Plot, type PlotAxis, type PlotSeries } from '../curves/plot/plot.tsx';
import { clockText, logTicks, timeTicks } from '../curves/plot/scale.ts';
import { type CurveAxis, epochTicks, type FigureName } from '../curves/series.ts';
import { smooth } from '../curves/smooth.ts';
import { joinedLine, runColour, runLines, thin } from './compare.ts';
import '../curves/curves.css';

/** One figure with the curves of several runs. Behind a smoothed curve stands the raw one. */
export const ComparedCurve = memo(function ComparedCurve({
  name,
  runs,
  joined,
  colours,
  axis,
  smoothing,
  log,
  zoom: [zoomFrom, zoomTo],
  at,
  onPoint,
  onZoom,
}: {
  name: FigureName;
  runs: readonly KeptRun[];
  /** Of these, each list is one curve with a band: the same settings with several seeds. */
  joined: readonly (readonly KeptRun[])[];
  colours: ReadonlyMap<string, number>;
  axis: CurveAxis;
  smoothing: number;
  log: boolean;
  /** Shares of the x-axis. */
  zoom: readonly [number, number];
  at: number | null;
  onPoint: (x: number | null) => void;
  onZoom: (zoom: readonly [number, number]) => void;
}) {
  const series = useMemo<PlotSeries[]>(
    () => [
      ...joined.map((group): PlotSeries => {
        const points = thin(joinedLine(group, name, axis));
        return {
          ...{ key: `${group[0]?.id}-joined`, name: `mean of ${group.length} seeds` },
          colour: runColour(colours.get(group[0]?.id ?? '')),
          points: smooth(
            points.map(([x, mean]) => [x, mean]),
            smoothing,
          ),
          band: points.map(([x, , low, high]) => [x, low, high]),
        };
      }),
      ...runs.flatMap((run): PlotSeries[] => {
        if (joined.some(group => group.includes(run))) return [];
        const lines = runLines(run, name, axis);
        const colour = runColour(colours.get(run.id));
        const drawn = (key: string, points: typeof lines.train, dash?: string): PlotSeries[] => [
          ...(smoothing > 0
            ? [{ key: `${key}-raw`, name, colour, width: 1, opacity: 0.3, silent: true, points: thin(points) }]
            : []),
          {
            ...{ key, name: run.name, colour, points: thin(smooth(points, smoothing)) },
            // Told are the values of validation: with both, six runs would cover the figure.
            ...(dash ? { dash, width: 1.25, silent: true } : {}),
          },
        ];
        return [...drawn(`${run.id}-train`, lines.train, '4 3'), ...drawn(`${run.id}-validation`, lines.validation)];
      }),
    ],
    [runs, joined, colours, name, axis, smoothing],
  );
  const x = useMemo<PlotAxis>(() => {
    const last = Math.max(axis === 'epoch' ? 1 : 0.1, ...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
    const [from, to] = [zoomFrom * last, zoomTo * last];
    const inside = (tick: number) => tick >= from && tick <= to;
    if (axis === 'time') return { from, to, ticks: timeTicks(to - from).map(tick => tick + from), text: clockText };
    const ticks = zoomFrom === 0 ? epochTicks(to) : getNiceTickValues([from, to], 6, false);
    return { from, to, ticks: ticks.filter(inside), text: String };
  }, [series, axis, zoomFrom, zoomTo]);
  const y = useMemo<PlotAxis>(() => {
    const text = (value: number) => String(Math.round(value * 1000) / 1000);
    const inside = ([px]: readonly [number, ...number[]]) => px >= x.from && px <= x.to;
    const values = series.flatMap(({ points, band = [] }) => [
      ...points.filter(inside).map(([, value]) => value),
      ...band.filter(inside).flatMap(([, low, high]) => [low, high]),
    ]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (values.length === 0) return { from: 0, to: 1, ticks: [0, 1], text };
    if (log) {
      const from = Math.max(low, 1e-6) * 0.95;
      const to = Math.max(high, from * 1.1) * 1.05;
      return { from, to, ticks: logTicks(from, to), text, log };
    }
    const whole = name === 'Loss' ? [0, high || 1] : [0, 1];
    // What is zoomed into is drawn as large as it can be.
    const ticks = getNiceTickValues(
      zoomFrom === 0 && zoomTo === 1 ? [whole[0] ?? 0, whole[1] ?? 1] : [low, high],
      5,
      true,
    );
    return { from: ticks[0] ?? 0, to: ticks.at(-1) ?? 1, ticks, text };
  }, [series, x, log, name, zoomFrom, zoomTo]);
  return (
    <figure className="curve" aria-label={`${name} of the runs`}>
      <figcaption className="curve-head">
        <span className="curve-title">{name}</span>
      </figcaption>
      <div className="curve-plot">
        <Plot
          title={`${name} of the runs by ${axis}`}
          series={series}
          x={x}
          y={y}
          at={at}
          onPoint={onPoint}
          onZoom={range => {
            const last = x.to / zoomTo;
            onZoom(range ? [Math.max(0, range[0] / last), Math.min(1, range[1] / last)] : [0, 1]);
          }}
          heading={place => `${axis === 'time' ? clockText(place) : `Epoch ${place}`}, validation`}
        />
      </div>
    </figure>
  );
});
