import { memo, useMemo } from 'react';
import { getNiceTickValues } from 'recharts';
import { Plot, type PlotAxis, type PlotSeries } from './plot/plot.tsx';
import { clockText, logTicks, timeTicks } from './plot/scale.ts';
import { type CurveAxis, type CurveLines, type CurveName, epochTicks } from './series.ts';
import { smooth } from './smooth.ts';

export const yTitles: Record<CurveName, string> = {
  Dice: 'Dice',
  Loss: 'soft loss',
  Accuracy: 'share of pixels right',
  Rate: 'learning rate',
  Seconds: 'seconds an epoch',
};

/** One figure's lines. Loaded on demand; draws nothing by itself over time. */
export const CurveChart = memo(function CurveChart({
  name,
  lines,
  axis,
  planned,
  smoothing,
  log,
  best,
  at,
  onPoint,
  zoom,
  onZoom,
}: {
  name: CurveName;
  lines: CurveLines;
  axis: CurveAxis;
  /** Epochs that the run is to have. */
  planned: number;
  /** See smooth.ts. */
  smoothing: number;
  log: boolean;
  /** Where the best epoch stands on the axis. */
  best: number | null;
  at: number | null;
  onPoint: (x: number | null) => void;
  /** The range of x that is shown; null for all of it. */
  zoom: readonly [from: number, to: number] | null;
  onZoom: (range: readonly [from: number, to: number] | null) => void;
}) {
  const series = useMemo<PlotSeries[]>(() => {
    const raw = (key: string, points: CurveLines['train'], colour: string): PlotSeries[] =>
      smoothing > 0 ? [{ key: `${key}-raw`, name, colour, width: 1, silent: true, points }] : [];
    const [train, validation] = [lines.train, lines.validation].map(points => smooth(points, smoothing));
    return [
      { key: 'step', name: 'step', colour: 'var(--train-faint)', width: 1, points: lines.steps },
      ...raw('train', lines.train, 'var(--train-faint)'),
      ...raw('validation', lines.validation, 'var(--validation-faint)'),
      { key: 'train', name: lines.validation.length > 0 ? 'train' : '', colour: 'var(--train)', points: train ?? [] },
      { key: 'validation', name: 'validation', colour: 'var(--validation)', dash: '7 3', points: validation ?? [] },
    ];
  }, [lines, name, smoothing]);
  const last = Math.max(lines.train.at(-1)?.[0] ?? 0, lines.steps.at(-1)?.[0] ?? 0);
  const whole = axis === 'time' ? last || 1 : Math.max(1, last, planned);
  const [from, to] = zoomedRange(zoom, whole);
  const x = useMemo<PlotAxis>(() => {
    const ticks = from === 0 && to === whole ? null : getNiceTickValues([from, to], 6, axis === 'time');
    const inside = (tick: number) => tick >= from && tick <= to;
    if (axis === 'time')
      return {
        from,
        to,
        ticks: (ticks ?? timeTicks(to)).filter(inside),
        text: clockText,
        title: 'time, without pauses',
      };
    return {
      ...{ from, to, text: String, title: planned > 0 ? `epoch (${planned} planned)` : 'epoch' },
      ticks: (ticks ?? epochTicks(to)).filter(inside),
    };
  }, [from, to, whole, planned, axis]);
  const y = useMemo(
    () => (from === 0 && to === whole ? yAxis(name, series, log) : zoomedAxis(name, series, log, from, to)),
    [name, series, log, from, to, whole],
  );
  const heading = (place: number) => {
    if (axis === 'time') return clockText(place);
    return Number.isInteger(place) ? `Epoch ${place}` : `In epoch ${Math.ceil(place)}`;
  };
  const bestValue = lines.validation.find(([place]) => place === best)?.[1];
  const shown = smoothing > 0 ? series.at(-1)?.points.find(([place]) => place === best)?.[1] : bestValue;
  return (
    <Plot
      title={`${name} by ${axis}`}
      series={series}
      x={x}
      y={y}
      marker={best === null ? null : { x: best, y: shown }}
      ahead={last}
      at={at}
      onPoint={onPoint}
      onZoom={onZoom}
      heading={heading}
      value={name === 'Rate' ? value => value.toExponential(2) : value => value.toFixed(name === 'Seconds' ? 1 : 4)}
    />
  );
});

/** What is left of a zoom on an axis from 0 to `whole`. */
function zoomedRange(zoom: readonly [number, number] | null, whole: number): readonly [number, number] {
  if (!zoom) return [0, whole];
  const [from, to] = [Math.max(0, zoom[0]), Math.min(whole, zoom[1])];
  return to - from > whole / 1000 ? [from, to] : [0, whole];
}

/** As high as what is shown. */
function zoomedAxis(name: CurveName, series: readonly PlotSeries[], log: boolean, from: number, to: number): PlotAxis {
  const shown = series.map(line => ({ ...line, points: line.points.filter(([x]) => x >= from && x <= to) }));
  const values = shown.flatMap(({ points }) => points.map(([, value]) => value));
  const axis = yAxis(name, shown, log);
  if (axis.log || values.length === 0) return axis;
  const ticks = getNiceTickValues([Math.min(...values), Math.max(...values)], 5, true);
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  return low < high ? { ...axis, from: low, to: high, ticks } : axis;
}

/** From 0, shares up to 1; with `log` from the lowest value drawn. */
function yAxis(name: CurveName, series: readonly PlotSeries[], log: boolean): PlotAxis {
  const title = yTitles[name];
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  const text = (value: number) =>
    name === 'Rate' ? (value === 0 ? '0' : value.toExponential(0)) : String(Math.round(value * 1000) / 1000);
  const highest = Math.max(0, ...values);
  const positive = values.filter(value => value > 0);
  if (log && positive.length > 0) {
    const from = Math.min(...positive) * 0.95;
    const to = Math.max(highest, from * 1.1) * 1.05;
    return { from, to, ticks: logTicks(from, to), text, log, title };
  }
  const ticks =
    name === 'Dice' || name === 'Accuracy' ? [0, 0.2, 0.4, 0.6, 0.8, 1] : getNiceTickValues([0, highest || 1], 5, true);
  return { from: 0, to: ticks.at(-1) ?? 1, ticks, text, title };
}
