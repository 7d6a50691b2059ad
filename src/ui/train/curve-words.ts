/** What a learning curve says, in words that claim no more than its band does. */
import { type CurveFit, gainBetween, LEAST_POINTS } from '../../metrics/learning-curve.ts';

/** A gain that three digits show. */
const SHOWN = 0.0005;

/** `images`: of the largest training part in the curve; `count`: points. */
export function curveText({
  fit,
  images,
  count,
}: {
  readonly fit: CurveFit | null;
  readonly images: number;
  readonly count: number;
}): string {
  if (!fit)
    return `A curve needs at least ${LEAST_POINTS} sizes, and ${count === 1 ? 'one is' : `${count} are`} done: what more images would give cannot be told yet.`;
  const { gain, low, high } = gainBetween(fit, images, 2 * images);
  const twice = `Twice as many training images (${2 * images})`;
  if (high < SHOWN) return `${twice} would raise the mean Dice by less than 0.001, if the curve goes on like this.`;
  if (low < SHOWN)
    return `Whether more images would help cannot be told: twice as many (${2 * images}) could give anything from nothing to +${high.toFixed(3)} mean Dice (95 %).`;
  // The law itself may lie outside of what its draws agree on.
  const about = Math.min(high, Math.max(low, gain));
  return `${twice} would raise the mean Dice by about ${about.toFixed(3)} (95 %: ${low.toFixed(3)} to ${high.toFixed(3)}), if the curve goes on like this.`;
}
