import { type ReactNode, useMemo } from 'react';
import type { Calibration } from '../../protocol/scores.ts';

const box = { width: 300, height: 240, left: 44, top: 10, right: 290, bottom: 196 };

/** Both axes from `from` to 1. */
function scales(from: number) {
  const share = (value: number) => (Math.min(Math.max(value, from), 1) - from) / (1 - from);
  return {
    x: (value: number) => box.left + share(value) * (box.right - box.left),
    y: (value: number) => box.bottom - share(value) * (box.bottom - box.top),
  };
}

function Plot({
  label,
  axes: [across, up],
  from: [left, low],
  children,
}: {
  label: string;
  axes: readonly [string, string];
  /** Where the axes begin; both end at 1. */
  from: readonly [number, number];
  children: ReactNode;
}) {
  const { x } = scales(left);
  const { y } = scales(low);
  const middle = (from: number) => [from, (from + 1) / 2, 1];
  return (
    <svg viewBox={`0 0 ${box.width} ${box.height}`} role="img" aria-label={label}>
      {middle(low).map(tick => (
        <g key={tick}>
          <path className="chart-grid" d={`M${box.left} ${y(tick)}H${box.right}`} />
          <text x={box.left - 6} y={y(tick)} dy="0.32em" textAnchor="end">
            {round(tick)}
          </text>
        </g>
      ))}
      {middle(left).map(tick => (
        <text key={tick} x={x(tick)} y={box.bottom + 16} textAnchor="middle">
          {round(tick)}
        </text>
      ))}
      {children}
      <text className="chart-title" x={(box.left + box.right) / 2} y={box.height - 8} textAnchor="middle">
        {across}
      </text>
      <text
        className="chart-title"
        textAnchor="middle"
        transform={`translate(11 ${(box.top + box.bottom) / 2}) rotate(-90)`}
      >
        {up}
      </text>
    </svg>
  );
}

const round = (value: number) => String(Math.round(value * 100) / 100);

export function ReliabilityDiagram({ bins }: { bins: Calibration['bins'] }) {
  const { x, y } = scales(0);
  const filled = bins.filter(({ pixels }) => pixels > 0);
  const farthest = filled.reduce((most, bin) => (gap(bin) > gap(most) ? bin : most), filled[0] ?? bins[0]!);
  const label =
    filled.length === 0
      ? 'No pixels'
      : `Furthest off between ${farthest.from.toFixed(1)} and ${farthest.to.toFixed(1)}: said ${farthest.predicted.toFixed(2)}, true ${farthest.lesion.toFixed(2)}`;
  return (
    <Plot label={label} axes={['probability', 'share that is lesion']} from={[0, 0]}>
      {filled.map(({ from, to, lesion }) => (
        <rect
          key={from}
          className="chart-bar"
          x={x(from) + 1}
          width={x(to) - x(from) - 2}
          y={y(lesion)}
          height={box.bottom - y(lesion)}
        />
      ))}
      <path className="chart-equal" d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} />
      <path
        className="chart-line"
        d={filled
          .map(({ predicted, lesion }, i) => `${i ? 'L' : 'M'}${x(predicted).toFixed(1)} ${y(lesion).toFixed(1)}`)
          .join('')}
      />
    </Plot>
  );
}

function gap({ predicted, lesion }: Calibration['bins'][number]): number {
  return Math.abs(predicted - lesion);
}

export function CoverageChart({ points }: { points: Calibration['riskCoverage'] }) {
  const lowest = Math.min(0.9, ...points.map(({ meanDice }) => meanDice));
  const from = Math.max(0, Math.floor(lowest * 10) / 10);
  const { x } = scales(0);
  const { y } = scales(from);
  const [all, half] = [points.at(-1), points.find(({ coverage }) => coverage >= 0.495)];
  const label = `Mean Dice ${all?.meanDice.toFixed(3) ?? '–'} of all images, ${half?.meanDice.toFixed(3) ?? '–'} of the surest half`;
  return (
    <Plot label={label} axes={['share of the images, the surest first', 'mean Dice']} from={[0, from]}>
      <path
        className="chart-line"
        d={points
          .map(({ coverage, meanDice }, i) => `${i ? 'L' : 'M'}${x(coverage).toFixed(1)} ${y(meanDice).toFixed(1)}`)
          .join('')}
      />
    </Plot>
  );
}

/** All points are one path, so that a thousand cost one element. */
export function DiceScatter({ points }: { points: readonly (readonly [predicted: number, dice: number])[] }) {
  const lowest = points.reduce((low, [a, b]) => Math.min(low, a, b), 0.9);
  const from = Math.max(0, Math.floor(lowest * 10) / 10);
  const { x, y } = scales(from);
  const dots = useMemo(() => {
    const { x, y } = scales(from);
    return points.map(([a, b]) => `M${x(a).toFixed(1)} ${y(b).toFixed(1)}h0`).join('');
  }, [points, from]);
  const off = points.reduce((sum, [a, b]) => sum + Math.abs(a - b), 0) / points.length;
  return (
    <Plot label={`Off by ${off.toFixed(3)} on average`} axes={['predicted Dice', 'true Dice']} from={[from, from]}>
      <path className="chart-equal" d={`M${x(from)} ${y(from)}L${x(1)} ${y(1)}`} />
      <path className="chart-dots" d={dots} />
    </Plot>
  );
}
