/** Cross-validations as the list of runs has them: each fold is a kept run, and what they come to is read from these. Pure. */
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { ImageScore } from '../../protocol/scores.ts';
import type { StudioState } from '../studio-state.ts';
import { seriesIn } from './series.ts';

export interface CrossValidation {
  readonly id: string;
  readonly of: number;
  /** Of the fold that was begun last: the folds' settings are the same, but for a batch that had to be smaller. */
  readonly last: KeptRun;
  /** By the fold's index; null where it was not begun. */
  readonly folds: readonly (KeptRun | null)[];
}

/** The score of an image by a model that has not seen it, and in which fold that was. */
export interface HeldOutScore extends ImageScore {
  readonly fold: number;
}

/** The newest first. */
export function crossValidationsIn(runs: readonly KeptRun[]): CrossValidation[] {
  return seriesIn(runs, ({ fold }) => fold).map(({ runs: folds, ...series }) => ({ ...series, folds }));
}

/** A fold counts once its held-out part was scored. */
export function foldsDone({ folds }: CrossValidation): number {
  return folds.filter(fold => fold?.test).length;
}

/** Of the data set at hand with its present masks, the one that goes on, or else the newest. */
export function crossValidationAtHand({
  keptRuns,
  crossValidation,
  dataset,
}: Pick<StudioState, 'keptRuns' | 'crossValidation' | 'dataset'>): CrossValidation | null {
  const all = crossValidationsIn(keptRuns.runs);
  if (crossValidation?.going) return all.find(({ id }) => id === crossValidation.id) ?? null;
  return all.find(({ last }) => last.dataset.hash === dataset?.hash) ?? null;
}

/** The one at hand, where some of its folds are not done. */
export function unfinishedFolds(state: Parameters<typeof crossValidationAtHand>[0]): CrossValidation | null {
  const found = crossValidationAtHand(state);
  return found && foldsDone(found) < found.of ? found : null;
}

/** The run by which the image was held out, where its weights are kept. */
export function heldOutBy(runs: readonly KeptRun[], crossValidation: string, id: string): KeptRun | undefined {
  const found = crossValidationsIn(runs).find(one => one.id === crossValidation);
  return found?.folds.find(run => run?.bytes && run.test?.images.some(image => image.id === id)) ?? undefined;
}

/** Every image that was held out and scored so far, at the size of training; the lowest Dice first. */
export function heldOutScores({ folds }: CrossValidation): HeldOutScore[] {
  return folds
    .flatMap((run, fold) => (run?.test?.images ?? []).map(image => ({ ...image, fold })))
    .sort((a, b) => a.dice - b.dice);
}

export interface Spread {
  readonly mean: number;
  /** Standard deviation over the folds (n − 1); null for one. */
  readonly deviation: number | null;
}

/** Of the folds' mean Dice. null before the first is done. */
export function foldSpread({ folds }: CrossValidation): Spread | null {
  const means = folds.flatMap(fold => (fold?.test ? [fold.test.meanDice] : []));
  if (means.length === 0) return null;
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  const squares = means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: means.length > 1 ? Math.sqrt(squares / (means.length - 1)) : null };
}
