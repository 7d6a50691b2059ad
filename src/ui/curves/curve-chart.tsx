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
  const x = useMemo<PlotAxis>(() => {
    if (axis === 'time')
      return { from: 0, to: last || 1, ticks: timeTicks(last), text: clockText, title: 'time, without pauses' };
    const to = Math.max(1, last, planned);
    return {
      ...{ from: 0, to, text: String, title: planned > 0 ? `epoch (${planned} planned)` : 'epoch' },
      ticks: epochTicks(to).filter(tick => tick <= to),
    };
  }, [last, planned, axis]);
  const y = useMemo(() => yAxis(name, series, log), [name, series, log]);
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
      heading={heading}
      value={name === 'Rate' ? value => value.toExponential(2) : value => value.toFixed(name === 'Seconds' ? 1 : 4)}
    />
  );
});

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
