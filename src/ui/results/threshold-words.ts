/** What validation says of thresholds, in words, and when its threshold is there to be taken. Levels are thresholds times LEVELS. */
import { bestLevel, LEVELS } from '../../metrics/levels.ts';
import type { TestOutcome, TunedThreshold } from '../../protocol/scores.ts';
import { formatScore } from '../shared/format.ts';
import { signed } from './refinements-block.tsx';

const HALF = LEVELS / 2;

/**
 * `best`: the level that validation recommends, null while that is not known. What is in force already is not offered; what was taken stays, so
 * that it can be given back.
 */
export function offersValidation({
  best,
  level,
  byValidation,
  ensemble = false,
}: {
  readonly best: number | null;
  readonly level: number;
  readonly byValidation: boolean;
  readonly ensemble?: boolean;
}): boolean {
  // Whatever could tell it was mostly trained on.
  if (best === null) return !ensemble;
  return best !== HALF && (byValidation || best !== level);
}

/** Of a model that was not tested yet. */
export function knownText(known: TunedThreshold | undefined, ensemble = false): string {
  if (!known && ensemble)
    return 'Not known of an ensemble whose networks have trained on each other’s validation images.';
  if (!known) return 'Found on the validation images when it is needed.';
  const { value, gain } = known;
  if (Math.round(value * LEVELS) !== HALF)
    return `Best on this model’s validation images: ${value.toFixed(2)}${gain ? ` (${gainText(gain.value, gain.error)} over 0.50)` : ''}.`;
  return gain && gain.value > 0
    ? `No other threshold gains more than its standard error on this model’s validation images (${gainText(gain.value, gain.error)}): that is no gain.`
    : 'No other threshold is better on this model’s validation images.';
}

/** Of a test with its own validation images; `best` is the level that they recommend. */
export function testedText(
  { validation, validationErrors }: Pick<TestOutcome, 'validation' | 'validationErrors'>,
  best: number,
): string {
  const at = (level: number) => validation?.[level - 1] ?? Number.NaN;
  const highest = validation ? bestLevel(validation) : HALF;
  const gain = gainText(at(highest) - at(HALF), validationErrors?.[highest - 1]);
  const text = (highest / LEVELS).toFixed(2);
  if (highest === HALF) return `Best on validation: 0.50, mean Dice ${formatScore(at(HALF), 4)}.`;
  if (best === HALF) return `Highest on validation: ${text} (${gain}). That is within its standard error, so no gain.`;
  return `Best on validation: ${text}, mean Dice ${formatScore(at(best), 4)} (${gain} over 0.50).`;
}

function gainText(value: number, error: number | undefined): string {
  return error === undefined || !Number.isFinite(error) ? signed(value) : `${signed(value)} ± ${error.toFixed(4)}`;
}
