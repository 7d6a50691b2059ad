/**
 * k-fold cross-validation: a run for each fold, trained on the others and scored on it. Every fold is kept as a run, so what was done is known
 * after a reload, and the rest can follow.
 */
import type { CsvStyle } from '../../formats/csv-text.ts';
import { heldOutCsv } from '../../formats/scores-csv.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { splitOfFold } from '../data/folds.ts';
import {
  crossValidationAtHand,
  crossValidationsIn,
  foldsDone,
  heldOutScores,
  unfinishedFolds,
} from '../library/cross-validation.ts';
import { anyOf, queueGoing } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { refusesStart } from './run-actions.ts';
import { createSeries, type SeriesActions } from './series.ts';

interface Plan {
  readonly id: string;
  readonly of: number;
  readonly settings: RunSettings;
  readonly seed: StudioState['split'];
}

const noneGoing: Refusal = {
  code: 'wrong-state',
  happened: 'No cross-validation is going on',
  remedy: 'start one first',
};

const noneLeft: Refusal = {
  code: 'wrong-state',
  happened: 'No fold of this data set is left to train',
  remedy: 'press Cross-validate to start anew',
};

const goesOn = anyOf(queueGoing, refusesStart);

export function createCrossValidationActions(context: Context, actions: SeriesActions) {
  const { get, set } = context;
  const series = createSeries(context, actions);
  const found = (id: string) => crossValidationsIn(get().keptRuns.runs).find(one => one.id === id);

  const all = async ({ id, of, settings, seed }: Plan) => {
    const whole = await series.run(
      { id, of },
      {
        memberOf: ({ fold }) => fold,
        kept: ({ index }) => found(id)?.folds[index] ?? null,
        isDone: run => Boolean(run?.test),
        wanted: async fold => ({ settings, splitOf: dataset => splitOfFold(dataset, fold, seed) }),
        onTurn: fold => set({ crossValidation: { ...fold, going: true } }),
      },
    );
    if (!whole) return;
    const kept = found(id);
    const done = kept ? foldsDone(kept) : 0;
    set(({ crossValidation }) => ({
      crossValidation: crossValidation && { ...crossValidation, going: false },
      message: done === of ? `All ${of} folds are trained and scored` : `${done} of ${of} folds are done`,
    }));
  };

  return {
    /** Resolves once all folds are trained and scored, or one of them was stopped or failed. */
    startCrossValidation: action(
      context,
      (state: StudioState, _of?: number) => goesOn(state),
      async (of: number) => {
        const { settings, split, dataset } = get();
        const id = context.newId();
        // What cannot be divided is told before anything is begun.
        if (dataset) splitOfFold(dataset, { id, index: 0, of }, split);
        await all({ id, of, settings, seed: split });
      },
      undefined,
    ),
    /** Trains the folds that are left of the last one of this data set, as those before were. */
    continueCrossValidation: action(
      context,
      state => goesOn(state) ?? (unfinishedFolds(state) ? null : noneLeft),
      async () => {
        const found = unfinishedFolds(get());
        if (!found) return;
        const { settings, split } = found.last;
        await all({ id: found.id, of: found.of, settings, seed: split });
      },
      undefined,
    ),
    /** Each image's scores by the model that has not seen it, as CSV; null where no fold was scored. */
    exportHeldOut(style?: CsvStyle): { name: string; blob: Blob } | null {
      const found = crossValidationAtHand(get());
      const first = found?.folds.find(fold => fold?.test)?.test;
      if (!found || !first) return null;
      const blob = new Blob([heldOutCsv(heldOutScores(found), first.threshold, style)], { type: 'text/csv' });
      return { name: 'lesion-studio-cross-validation.csv', blob };
    },
    /** The fold that is being trained is trained to its end; none follows it. */
    stopCrossValidation: action(
      context,
      ({ crossValidation }) => (crossValidation?.going ? null : noneGoing),
      async () => {
        series.stop();
        set(({ crossValidation }) => ({ crossValidation: crossValidation && { ...crossValidation, going: false } }));
      },
      undefined,
    ),
  };
}
