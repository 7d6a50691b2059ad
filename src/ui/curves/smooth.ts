/** Curves made calmer and lighter. Pure. */
import type { CurvePointXY } from './series.ts';

/**
 * Exponential moving average of y, corrected for its start: each value is Σ wⁱ·y₋ᵢ / Σ wⁱ over what came before. `weight` from 0
 * (as it is) to below 1.
 */
export function smooth(points: readonly CurvePointXY[], weight: number): CurvePointXY[] {
  let [sum, total] = [0, 0];
  return points.map(([x, y]) => {
    sum = sum * weight + y;
    total = total * weight + 1;
    return [x, sum / total];
  });
}
