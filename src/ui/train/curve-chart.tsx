import { memo } from 'react';
import { CartesianGrid, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { axisTick, tooltipLook } from '../shared/chart-look.ts';
import { type CurvePoint, epochTicks, type FigureName } from './series.ts';

/** One figure's lines. Loaded on demand; draws nothing by itself over time. */
export const CurveChart = memo(function CurveChart({
  name,
  points,
  best,
}: {
  name: FigureName;
  points: readonly CurvePoint[];
  best: number | null;
}) {
  const last = Math.max(1, points.at(-1)?.x ?? 1);
  const ticks = epochTicks(last);
  // Points of single epochs are worth a mark only while there are few.
  const dot = last <= 40 ? { r: 2 } : false;
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={points as CurvePoint[]}
        margin={{ top: 6, right: 10, bottom: 0, left: 0 }}
        title={`${name} by epoch`}
      >
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="x"
          type="number"
          domain={[0, last]}
          ticks={ticks}
          // The ticks are few: measuring whether they fit would lay the page out anew for each.
          interval={0}
          tick={axisTick}
          stroke="var(--line-strong)"
          tickLine={false}
          height={20}
        />
        <YAxis
          domain={name === 'Loss' ? [0, 'auto'] : [0, 1]}
          tick={axisTick}
          stroke="var(--line-strong)"
          tickLine={false}
          width={34}
          interval={0}
          tickCount={5}
          allowDataOverflow={name !== 'Loss'}
          tickFormatter={(value: number) => String(Math.round(value * 100) / 100)}
        />
        <Tooltip
          {...tooltipLook}
          formatter={value => (typeof value === 'number' ? value.toFixed(4) : String(value))}
          labelFormatter={label =>
            Number.isInteger(label) ? `Epoch ${label}` : `In epoch 1, at ${Number(label).toFixed(2)}`
          }
        />
        {best !== null && <ReferenceLine x={best} stroke="var(--line-strong)" strokeDasharray="3 3" />}
        <Line
          dataKey="step"
          name="train step"
          stroke="var(--train)"
          strokeOpacity={0.45}
          dot={false}
          isAnimationActive={false}
        />
        <Line dataKey="train" name="train" stroke="var(--train)" strokeWidth={2} dot={dot} isAnimationActive={false} />
        <Line
          dataKey="validation"
          name="validation"
          stroke="var(--validation)"
          strokeWidth={2}
          strokeDasharray="6 3"
          dot={dot}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  );
});
