import { memo, useMemo } from 'react';
import { bandAt, type CurveFit, type CurvePoint } from '../../metrics/learning-curve.ts';
import { errorAt } from '../../metrics/power-law.ts';
import { logTicks, type Scale, share, valueAt } from '../curves/plot/scale.ts';
import '../curves/plot/plot.css';
import './learning-curve.css';

const SIZE = { width: 416, height: 208 };
const plot = { left: 52, top: 8, right: 408, bottom: 170 };
/** Places along the axis at which law and band are drawn. */
const STEPS = 48;

/** Mean Dice over the number of training images: points, fitted law and its band, from the fewest images to twice the most. The table has the figures. */
export const LearningCurveChart = memo(function LearningCurveChart({
  points,
  fit,
}: {
  points: readonly CurvePoint[];
  fit: CurveFit | null;
}) {
  const most = Math.max(...points.map(({ n }) => n));
  const across = useMemo<Scale>(() => {
    const sizes = points.map(({ n }) => n);
    return { from: Math.min(...sizes) * 0.9, to: 2 * Math.max(...sizes), log: true };
  }, [points]);
  const drawn = useMemo(() => (fit ? lineOf(fit, across, most) : []), [fit, across, most]);
  const lowest = Math.min(...points.map(({ error }) => 1 - error), ...drawn.map(({ low }) => low));
  const up: Scale = { from: Math.max(0, Math.floor(Math.min(lowest, 0.95) * 20) / 20), to: 1 };
  const x = (n: number) => plot.left + share(across, n) * (plot.right - plot.left);
  const y = (dice: number) => plot.bottom - share(up, dice) * (plot.bottom - plot.top);
  const path = (of: readonly { n: number; dice: number }[]) =>
    of.map(({ n, dice }, i) => `${i ? 'L' : 'M'}${x(n).toFixed(1)} ${y(dice).toFixed(1)}`).join('');
  const law = drawn.map(({ n, dice }) => ({ n, dice }));
  const band = [
    ...drawn.map(({ n, high }) => ({ n, dice: high })),
    ...[...drawn].reverse().map(({ n, low }) => ({ n, dice: low })),
  ];
  return (
    <figure className="plot learning-curve" aria-label="Learning curve">
      <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} aria-hidden="true">
        <rect
          className="plot-ahead"
          x={x(most)}
          y={plot.top}
          width={plot.right - x(most)}
          height={plot.bottom - plot.top}
        />
        {[up.from, (up.from + 1) / 2, 1].map(dice => (
          <g key={dice}>
            <path className="plot-grid" d={`M${plot.left} ${y(dice)}H${plot.right}`} />
            <text className="plot-tick" x={plot.left - 6} y={y(dice)} dy="0.32em" textAnchor="end">
              {Number(dice.toFixed(3))}
            </text>
          </g>
        ))}
        {logTicks(across.from, across.to).map(n => (
          <g key={n}>
            <path className="plot-grid" d={`M${x(n)} ${plot.top}V${plot.bottom}`} />
            <text className="plot-tick" x={x(n)} y={plot.bottom + 15} textAnchor="middle">
              {n}
            </text>
          </g>
        ))}
        {drawn.length > 0 && (
          <>
            <path className="curve-band" d={`${path(band)}Z`} />
            <path className="curve-law" d={path(law.filter(({ n }) => n <= most))} />
            <path className="curve-law" data-ahead d={path(law.filter(({ n }) => n >= most))} />
          </>
        )}
        {points.map(({ n, error }) => (
          <circle key={n} className="curve-point" cx={x(n)} cy={y(1 - error)} r={4} />
        ))}
        <text className="plot-tick" x={(plot.left + plot.right) / 2} y={SIZE.height - 4} textAnchor="middle">
          Training images
        </text>
        <text
          className="plot-tick"
          textAnchor="middle"
          transform={`translate(12 ${(plot.top + plot.bottom) / 2}) rotate(-90)`}
        >
          Mean Dice
        </text>
      </svg>
    </figure>
  );
});

/** `most` is among the places: there the line goes on dashed. */
function lineOf(fit: CurveFit, across: Scale, most: number) {
  const places = Array.from({ length: STEPS + 1 }, (_, i) => valueAt(across, i / STEPS));
  return [...places, most]
    .sort((a, b) => a - b)
    .map(n => {
      const { low, high } = bandAt(fit, n);
      return { n, dice: 1 - errorAt(fit.law, n), low: 1 - high, high: 1 - low };
    });
}
