import { confusionAt, LEVELS, levelsOf, recommendedLevel, scoresOf } from '../../metrics/levels.ts';
import { summarise } from '../../metrics/summary.ts';
import { knownThreshold, type ModelInfo } from '../../protocol/model.ts';
import { PLAIN, type TestOutcome, type TestResult } from '../../protocol/scores.ts';
import type { StudioState } from '../studio-state.ts';

export { knownThreshold };

/**
 * The test at the threshold `level` / LEVELS, worst image first; `ownSize`: counted in the masks' own sides, where that is known. At one
 * half it is the report's own. Elsewhere it has what follows from the counts: neither the borders' measures nor intervals, nor what confidence
 * tells, which is of the mask at one half.
 */
export function atThreshold({ result, levels, ownLevels }: TestOutcome, level: number, ownSize = false): TestResult {
  const { inference, seen, corrected, unlikeLevel, ownSize: own } = result;
  const kept = {
    ...(inference ? { inference } : {}),
    ...(seen ? { seen } : {}),
    ...(corrected ? { corrected } : {}),
    ...(unlikeLevel === undefined ? {} : { unlikeLevel }),
  };
  const counted = ownSize && own ? { ...own, threshold: result.threshold, ...kept } : result;
  const threshold = level / LEVELS;
  if (threshold === result.threshold) return counted;
  const counts = counted === result ? levels : ownLevels;
  const images = counted.images.map(({ id, distance, lesionShare, contrast, touchesBorder }, image) => {
    if (!counts) throw new RangeError(`no counts of ${id}`);
    // Of the image itself, whatever the threshold.
    const facts = {
      ...(distance === undefined ? {} : { distance }),
      ...(lesionShare === undefined ? {} : { lesionShare }),
      ...(contrast === undefined ? {} : { contrast }),
      ...(touchesBorder === undefined ? {} : { touchesBorder }),
    };
    return { id, ...scoresOf(confusionAt(levelsOf(counts, image), level)), ...facts };
  });
  images.sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));
  return { threshold, ...summarise(images), ...kept, images };
}

/** The level that was chosen for the model at hand; one half where none was. */
export function chosenLevel({ model, chosenLevel: chosen }: Pick<StudioState, 'model' | 'chosenLevel'>): number {
  return chosen && (model === null || model.id === chosen.model) ? chosen.level : LEVELS / 2;
}

/**
 * The threshold that validation recommends for a test, times LEVELS: by its own validation images, or where all pairs were scored the one
 * that the model brought along. One half where no other one gains more than its standard error. null where nothing is known.
 */
export function tunedLevel(
  { result, validation, validationErrors }: TestOutcome,
  model: ModelInfo | null,
): number | null {
  if (validation) return recommendedLevel(validation, validationErrors ?? null);
  const known = model && knownThreshold(model, result.inference ?? PLAIN);
  return known ? Math.round(known.value * LEVELS) : null;
}
