/** Learning curves as the list of runs has them: each size is a kept run, and the points are read from these. Pure. */
import type { CurvePoint } from '../../metrics/learning-curve.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { StudioState } from '../studio-state.ts';
import { type Series, seriesIn } from './series.ts';

export interface CurvePoints {
  /** What the errors are of: the test part, or where none was tested the best epoch's validation. */
  readonly by: 'test' | 'validation';
  /** By rising number of training images. */
  readonly points: readonly CurvePoint[];
}

/** The newest first. */
export function learningCurvesIn(runs: readonly KeptRun[]): Series[] {
  return seriesIn(runs, ({ subset }) => subset);
}

/** A run counts once it is scored; one without a test part once it is trained. */
export function isSized(run: KeptRun | null): boolean {
  return run !== null && (run.test !== null || (run.split.test === 0 && run.state === 'finished'));
}

export function sizesDone({ runs }: Pick<Series, 'runs'>): number {
  return runs.filter(isSized).length;
}

/** Of the data set at hand with its present masks, the one that goes on, or else the newest. */
export function learningCurveAtHand({
  keptRuns,
  learningCurve,
  dataset,
}: Pick<StudioState, 'keptRuns' | 'learningCurve' | 'dataset'>): Series | null {
  const all = learningCurvesIn(keptRuns.runs);
  if (learningCurve?.going) return all.find(({ id }) => id === learningCurve.id) ?? null;
  return all.find(({ last }) => last.dataset.hash === dataset?.hash) ?? null;
}

/** The one at hand, where some of its sizes are not done and the whole part's run, whose settings the others follow, was begun. */
export function unfinishedCurve(state: Parameters<typeof learningCurveAtHand>[0]): Series | null {
  const found = learningCurveAtHand(state);
  return found && sizesDone(found) < found.of ? found : null;
}

/** Runs that were cut short tell nothing. Images that not all tests scored are left out of the points' images. */
export function curvePoints({ runs }: Pick<Series, 'runs'>): CurvePoints {
  const done = runs.filter((run): run is KeptRun => run !== null).reverse();
  const tested = done.filter(({ test }) => test !== null);
  if (tested.length === 0) {
    const points = done.flatMap(run => {
      const best = run.epochs.find(({ epoch }) => epoch === run.bestEpoch);
      return run.state === 'finished' && best ? [{ n: run.split.train, error: 1 - best.valDice }] : [];
    });
    return { by: 'validation', points };
  }
  const scores = tested.map(({ test }) => new Map(test?.images.map(({ id, dice }) => [id, 1 - dice])));
  const common = [...(scores[0]?.keys() ?? [])].filter(id => scores.every(one => one.has(id)));
  const points = tested.map(({ split, test }, i) => ({
    ...{ n: split.train, error: 1 - (test?.meanDice ?? Number.NaN) },
    images: common.map(id => scores[i]?.get(id) ?? Number.NaN),
  }));
  return { by: 'test', points };
}
