/**
 * k-fold cross-validation: a run for each fold, trained on the others and scored on it. Every fold is kept as a run, so what was done is known
 * after a reload, and the rest can follow.
 */
import type { CsvStyle } from '../../formats/csv-text.ts';
import { heldOutCsv } from '../../formats/scores-csv.ts';
import type { Split } from '../../protocol/dataset.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { type FoldSetting, splitOfFold } from '../data/folds.ts';
import { prepared } from '../data/reading.ts';
import { dividedAs, whileTesting } from '../inference/ready.ts';
import {
  crossValidationAtHand,
  crossValidationsIn,
  foldsDone,
  heldOutScores,
  unfinishedFolds,
} from '../library/cross-validation.ts';
import { adoptModel } from '../library/model-actions.ts';
import { anyOf, noData, noDevice, queueGoing, reading, running, runUsesModel, testing } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { refusesStart } from './run-actions.ts';
import { createSeries, type SeriesActions } from './series.ts';

interface Plan {
  readonly id: string;
  readonly of: number;
  readonly settings: RunSettings;
  readonly split: Omit<Split, 'train' | 'validation' | 'test'>;
  /** The test part of that split is in no fold. */
  readonly aside: boolean;
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

const foldsMissing: Refusal = {
  code: 'wrong-state',
  happened: 'Not all folds are trained and kept with their weights',
  remedy: 'train the folds that are left, or cross-validate anew',
};

const noneKept: Refusal = {
  code: 'wrong-state',
  happened: 'No fold of this data set is scored and kept with its weights',
  remedy: 'cross-validate first',
};

const refusesMasks = anyOf(running, reading, testing, noData, noDevice);

/** The folds of the cross-validation at hand that are scored and whose weights are kept. */
function foldsKept(state: StudioState): readonly KeptRun[] {
  const { folds = [] } = crossValidationAtHand(state) ?? {};
  return folds.filter((run): run is KeptRun => run !== null && run.test !== null && run.bytes > 0);
}

/** All folds of the cross-validation at hand; null where one of them is missing, or its weights are. */
function foldsToJoin(state: StudioState): readonly KeptRun[] | null {
  const kept = foldsKept(state);
  return kept.length > 1 && kept.length === crossValidationAtHand(state)?.folds.length ? kept : null;
}

const goesOn = anyOf(queueGoing, refusesStart);

export function createCrossValidationActions(context: Context, actions: SeriesActions) {
  const { get, set } = context;
  const series = createSeries(context, actions);
  const found = (id: string) => crossValidationsIn(get().keptRuns.runs).find(one => one.id === id);

  /** What the folds are made of, for the data set and the division at hand. */
  const settingOf = async ({ split, aside }: Pick<Plan, 'split' | 'aside'>, present: Split): Promise<FoldSetting> => {
    const { seed, ratios, file } = split;
    if (!aside) return { seed, ratios };
    const { test } = await dividedAs(context, { name: 'The cross-validation', split }, present);
    return { seed, ratios, file, aside: test };
  };

  const all = async (plan: Plan) => {
    const { id, of, settings } = plan;
    const whole = await series.run(
      { id, of },
      {
        memberOf: ({ fold }) => fold,
        kept: ({ index }) => found(id)?.folds[index] ?? null,
        isDone: run => Boolean(run?.test),
        async wanted(fold) {
          const { split: present } = await prepared(context, settings);
          const setting = await settingOf(plan, present);
          return { settings, splitOf: dataset => splitOfFold(dataset, fold, setting) };
        },
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
      (state: StudioState, _of?: number, _aside?: boolean) => goesOn(state),
      async (of: number, aside: boolean) => {
        const { settings, split, currentSplit, dataset } = get();
        if (!dataset || !currentSplit) return;
        const id = context.newId();
        const plan = { id, of, settings, split: aside ? currentSplit : split, aside };
        // What cannot be divided is told before anything is begun.
        splitOfFold(dataset, { id, index: 0, of }, await settingOf(plan, currentSplit));
        await all(plan);
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
        await all({ id: found.id, of: found.of, settings, split, aside: split.fold?.aside ?? false });
      },
      undefined,
    ),
    /** The networks of all folds as one model, whose probabilities are averaged. */
    loadEnsemble: action(
      context,
      state => runUsesModel(state) ?? (foldsToJoin(state) ? null : foldsMissing),
      async () => {
        const runs = foldsToJoin(get());
        if (runs)
          await adoptModel(context, await context.ask.library.loadEnsemble({ runIds: runs.map(({ id }) => id) }));
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
    /** Each image's mask by the model that has not seen it, in the image's own sides, as a zip; null where that failed. */
    exportHeldOutMasks: action(
      context,
      state => (foldsKept(state).length > 0 ? refusesMasks(state) : noneKept),
      async (): Promise<{ name: string; blob: Blob } | null> => {
        const { dataset } = get();
        if (!dataset) return null;
        const placeOf = new Map(dataset.ids.map((id, place) => [id, place]));
        const parts = foldsKept(get()).map(({ id: runId, test }) => ({
          runId,
          places: test?.images.flatMap(({ id }) => placeOf.get(id) ?? []) ?? [],
        }));
        const count = parts.reduce((sum, { places }) => sum + places.length, 0);
        const zip = await whileTesting(context, count, () => context.ask.library.runMasks({ dataset, parts }));
        return { name: 'lesion-studio-held-out-masks.zip', blob: new Blob([zip], { type: 'application/zip' }) };
      },
      null,
    ),
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
