/** Intervals of a result's means, on the page's own thread and in nobody's way. */
import { type Intervals, intervalsInSlices } from '../../metrics/summary.ts';
import type { TestResult } from '../../protocol/scores.ts';

/** No task of the page is longer. */
const SLICE_MS = 8;

/**
 * The test's own, where it brought them along (at its threshold), else drawn here: 10,000 draws of a thousand images take some seconds, in
 * slices of milliseconds. null where `stopped` said so between two slices. Throws RangeError without images.
 */
export async function intervalsFor(
  result: Pick<TestResult, 'images' | 'intervals'>,
  stopped: () => boolean,
  draws?: number,
): Promise<Intervals | null> {
  if (result.intervals) return result.intervals as Intervals;
  const going = intervalsInSlices(result.images, draws);
  for (;;) {
    const begin = performance.now();
    do {
      const step = going.next();
      if (step.done) return step.value;
    } while (performance.now() - begin < SLICE_MS);
    await new Promise(resolve => setTimeout(resolve));
    if (stopped()) return null;
  }
}
