import { confusionAt, LEVELS, scoresOf } from '../metrics/levels.ts';
import { summarise } from '../metrics/summary.ts';
import type { TestOutcome, TestResult } from '../protocol/training.ts';

/** The test at the threshold `level` / LEVELS, worst image first. At one half it is the report's own. */
export function judged({ result, levels }: TestOutcome, level: number): TestResult {
  const threshold = level / LEVELS;
  if (threshold === result.threshold) return result;
  const images = result.images.map(({ id }, place) => {
    const counts = levels[place];
    if (!counts) throw new RangeError(`no counts of ${id}`);
    return { id, ...scoresOf(confusionAt(counts, level)) };
  });
  images.sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));
  const { inference } = result;
  return { threshold, ...summarise(images), ...(inference ? { inference } : {}), images };
}
