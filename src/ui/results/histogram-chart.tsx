import { memo, useMemo, useState } from 'react';
import { getNiceTickValues } from 'recharts';
import { Plot, type PlotAxis, type PlotSeries } from '../curves/plot/plot.tsx';
import type { Bin } from './bins.ts';

const x: PlotAxis = { from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], text: String };

/** Loaded on demand, as the curves are. */
export const HistogramChart = memo(function HistogramChart({ bins }: { bins: readonly Bin[] }) {
  const [at, setAt] = useState<number | null>(null);
  const series = useMemo<PlotSeries[]>(() => {
    const points = bins.map(({ from, to, count }) => [(from + to) / 2, count] as const);
    return [{ key: 'images', name: 'images', colour: 'var(--test)', bars: 1 / bins.length, points }];
  }, [bins]);
  const y = useMemo<PlotAxis>(() => {
    const ticks = getNiceTickValues([0, Math.max(1, ...bins.map(({ count }) => count))], 4, false);
    return { from: 0, to: ticks.at(-1) ?? 1, ticks, text: String };
  }, [bins]);
  const half = 0.5 / bins.length;
  return (
    <Plot
      title="Images by Dice"
      series={series}
      x={x}
      y={y}
      at={at}
      onPoint={setAt}
      heading={middle => `Dice ${(middle - half).toFixed(2)} to ${(middle + half).toFixed(2)}`}
      value={String}
    />
  );
});
