import { memo } from 'react';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { axisTick, tooltipLook } from '../shared/chart-look.ts';
import type { Bin } from './bins.ts';

/** Loaded on demand, as the curves are. */
export const HistogramChart = memo(function HistogramChart({ bins }: { bins: readonly Bin[] }) {
  const data = bins.map(bin => ({ ...bin, middle: (bin.from + bin.to) / 2 }));
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart
        data={data}
        margin={{ top: 6, right: 10, bottom: 0, left: 0 }}
        barCategoryGap={1}
        title="Images by Dice"
      >
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="middle"
          type="number"
          domain={[0, 1]}
          ticks={[0, 0.2, 0.4, 0.6, 0.8, 1]}
          tick={axisTick}
          stroke="var(--line-strong)"
          tickLine={false}
          height={20}
        />
        <YAxis
          allowDecimals={false}
          tick={axisTick}
          stroke="var(--line-strong)"
          tickLine={false}
          width={34}
          tickCount={4}
        />
        <Tooltip
          {...tooltipLook}
          cursor={{ fill: 'var(--sunk)' }}
          formatter={value => [String(value), 'images']}
          labelFormatter={middle =>
            `Dice ${(Number(middle) - 0.025).toFixed(2)} to ${(Number(middle) + 0.025).toFixed(2)}`
          }
        />
        <Bar dataKey="count" fill="var(--test)" isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  );
});
