import { memo, useMemo } from 'react';
import { getNiceTickValues } from 'recharts';
import { Plot, type PlotAxis, type PlotSeries } from './plot/plot.tsx';
import { clockText, timeTicks } from './plot/scale.ts';
import { type CurveAxis, type CurveLines, epochTicks, type FigureName } from './series.ts';

/** One figure's lines. Loaded on demand; draws nothing by itself over time. */
export const CurveChart = memo(function CurveChart({
  name,
  lines,
  axis,
  best,
  at,
  onPoint,
}: {
  name: FigureName;
  lines: CurveLines;
  axis: CurveAxis;
  /** Where the best epoch stands on the axis. */
  best: number | null;
  at: number | null;
  onPoint: (x: number | null) => void;
}) {
  const series = useMemo<PlotSeries[]>(() => {
    // Points of single epochs are worth a mark only while there are few.
    const dots = lines.train.length <= 40;
    return [
      { key: 'step', name: 'train step', colour: 'var(--train)', width: 1, opacity: 0.45, points: lines.steps },
      { key: 'train', name: 'train', colour: 'var(--train)', dots, points: lines.train },
      {
        key: 'validation',
        name: 'validation',
        colour: 'var(--validation)',
        dash: '6 3',
        dots,
        points: lines.validation,
      },
    ];
  }, [lines]);
  const x = useMemo<PlotAxis>(() => {
    const last = Math.max(lines.train.at(-1)?.[0] ?? 0, lines.steps.at(-1)?.[0] ?? 0);
    if (axis === 'time') return { from: 0, to: last || 1, ticks: timeTicks(last), text: clockText };
    const to = Math.max(1, last);
    return { from: 0, to, ticks: epochTicks(to).filter(tick => tick <= to), text: String };
  }, [lines, axis]);
  const y = useMemo<PlotAxis>(() => {
    const text = (value: number) => String(Math.round(value * 100) / 100);
    const highest = Math.max(0, ...series.flatMap(({ points }) => points.map(([, value]) => value)));
    const ticks = name === 'Loss' ? getNiceTickValues([0, highest || 1], 5, true) : [0, 0.25, 0.5, 0.75, 1];
    return { from: 0, to: ticks.at(-1) ?? 1, ticks, text };
  }, [series, name]);
  const heading = (place: number) => {
    if (axis === 'time') return clockText(place);
    return Number.isInteger(place) ? `Epoch ${place}` : `In epoch 1, at ${place.toFixed(2)}`;
  };
  return (
    <Plot
      title={`${name} by ${axis}`}
      series={series}
      x={x}
      y={y}
      marker={best}
      at={at}
      onPoint={onPoint}
      heading={heading}
    />
  );
});
