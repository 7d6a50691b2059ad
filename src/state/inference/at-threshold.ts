import { bestLevel, confusionAt, LEVELS, levelsOf, scoresOf } from '../../metrics/levels.ts';
import { summarise } from '../../metrics/summary.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import {
  PLAIN,
  type Refinements,
  sameRefinements,
  type TestOutcome,
  type TestResult,
  type TunedThreshold,
} from '../../protocol/scores.ts';

/**
 * The test at the threshold `level` / LEVELS, worst image first; `ownSize`: counted in the masks' own sides, where that is known. At one
 * half it is the report's own.
 */
export function atThreshold({ result, levels, ownLevels }: TestOutcome, level: number, ownSize = false): TestResult {
  const { inference, seen, ownSize: own } = result;
  const kept = { ...(inference ? { inference } : {}), ...(seen ? { seen } : {}) };
  const counted = ownSize && own ? { ...own, threshold: result.threshold, ...kept } : result;
  const threshold = level / LEVELS;
  if (threshold === result.threshold) return counted;
  const counts = counted === result ? levels : ownLevels;
  const images = counted.images.map(({ id }, image) => {
    if (!counts) throw new RangeError(`no counts of ${id}`);
    return { id, ...scoresOf(confusionAt(levelsOf(counts, image), level)) };
  });
  images.sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));
  return { threshold, ...summarise(images), ...kept, images };
}

/** The threshold of validation that the model carries for predictions refined like that. */
export function knownThreshold(
  { thresholds }: Pick<ModelInfo, 'thresholds'>,
  inference: Refinements,
): TunedThreshold | undefined {
  return thresholds?.find(found => sameRefinements(found, inference));
}

/**
 * The threshold of validation for a test, times LEVELS: by its own validation images, or where all pairs were scored the one that the
 * model brought along. null where neither is known.
 */
export function tunedLevel({ result, validation }: TestOutcome, model: ModelInfo | null): number | null {
  if (validation) return bestLevel(validation);
  const known = model && knownThreshold(model, result.inference ?? PLAIN);
  return known ? Math.round(known.value * LEVELS) : null;
}
