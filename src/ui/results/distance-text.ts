import type { TestResult } from '../../protocol/scores.ts';

/** An image's distance from the training images, for people; see metrics/feature-distance.ts. `unlike`: where that can be told. */
export function distanceText(distance: number, unlike: boolean | undefined): string {
  const said = unlike === undefined ? '' : unlike ? ', unlike the training images' : ', like the training images';
  return `${distance.toFixed(2)}${said}`;
}

/** How many of a test's images are unlike the training images; null where that cannot be told. */
export function unlikeText({ images, unlikeLevel }: Pick<TestResult, 'images' | 'unlikeLevel'>): string | null {
  if (unlikeLevel === undefined) return null;
  const unlike = images.filter(({ distance }) => distance !== undefined && distance > unlikeLevel).length;
  return unlike === 0
    ? 'None of them is unlike the training images.'
    : `${unlike} of them ${unlike === 1 ? 'is' : 'are'} unlike the training images (distance over ${unlikeLevel.toFixed(2)}).`;
}
