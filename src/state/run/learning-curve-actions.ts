/**
 * A learning curve: runs on nested parts of the training part, each scored on the same test part. Every size is kept as a run, so what was done
 * is known after a reload, and the rest can follow.
 */
import { bandAt, fitCurve } from '../../metrics/learning-curve.ts';
import { errorAt } from '../../metrics/power-law.ts';
import type { Split } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { prepared } from '../data/reading.ts';
import { CURVE_SHARES, checkSubsets, settingsOfSubset, subsetOf } from '../data/subsets.ts';
import { dividedAs } from '../inference/ready.ts';
import {
  curvePoints,
  isSized,
  learningCurveAtHand,
  learningCurvesIn,
  sizesDone,
  unfinishedCurve,
} from '../library/learning-curve.ts';
import { anyOf, queueGoing } from '../refusals.ts';
import { refusesStart } from './run-actions.ts';
import { createSeries, type SeriesActions } from './series.ts';

interface Plan {
  readonly id: string;
  readonly of: number;
  /** Of the run on the whole training part. */
  readonly settings: RunSettings;
  readonly split: Omit<Split, 'train' | 'validation' | 'test'>;
  /** Of the data set. */
  readonly hash: string;
}

const noneGoing: Refusal = {
  code: 'wrong-state',
  happened: 'No learning curve is going on',
  remedy: 'start one first',
};

const noneLeft: Refusal = {
  code: 'wrong-state',
  happened: 'No size of a learning curve of this data set is left to train',
  remedy: 'press Learning curve to start anew',
};

const goesOn = anyOf(queueGoing, refusesStart);

export function createLearningCurveActions(context: Context, actions: SeriesActions) {
  const { get, set } = context;
  const series = createSeries(context, actions);
  const found = (id: string) => learningCurvesIn(get().keptRuns.runs).find(one => one.id === id);

  const all = async ({ id, of, settings, split, hash }: Plan) => {
    const whole = await series.run(
      { id, of },
      {
        memberOf: ({ subset }) => subset,
        kept: ({ index }) => found(id)?.runs[index] ?? null,
        isDone: isSized,
        async wanted(member) {
          const { dataset, split: present } = await prepared(context, settings);
          if (dataset.hash !== hash)
            throw new AppError(
              'wrong-state',
              'Another data set was loaded since this learning curve began',
              'load the first one again, or press Learning curve',
            );
          const divided = await dividedAs(context, { name: 'The learning curve', split }, present);
          const part = subsetOf(dataset, divided, { ...member, share: CURVE_SHARES[member.index] ?? 1 });
          return {
            settings: settingsOfSubset(settings, divided.train.length, part.train.length),
            splitOf: () => part,
          };
        },
        onTurn: member => set({ learningCurve: { ...member, going: true } }),
      },
    );
    if (!whole) return;
    const kept = found(id);
    const done = kept ? sizesDone(kept) : 0;
    // The last one trained has seen the fewest images: nobody wants that one.
    const full = kept?.runs[0];
    if (full && get().model?.keptRun !== full.id && !actions.loadRun.refusal(get(), full.id))
      await actions.loadRun(full.id);
    set(({ learningCurve }) => ({
      learningCurve: learningCurve && { ...learningCurve, going: false },
      message: done === of ? `All ${of} sizes are trained and scored` : `${done} of ${of} sizes are done`,
    }));
  };

  return {
    /** Resolves once all sizes are trained and scored, or one of them was stopped or failed. */
    startLearningCurve: action(
      context,
      goesOn,
      async () => {
        const { settings } = get();
        const { dataset, split } = await prepared(context, settings);
        // What cannot be divided is told before anything is begun.
        checkSubsets(dataset, split);
        await all({ id: context.newId(), of: CURVE_SHARES.length, settings, split, hash: dataset.hash });
      },
      undefined,
    ),
    /** Trains the sizes that are left of the last one of this data set, as those before were. */
    continueLearningCurve: action(
      context,
      state => goesOn(state) ?? (unfinishedCurve(state)?.runs[0] ? null : noneLeft),
      async () => {
        const { id, of, runs = [] } = unfinishedCurve(get()) ?? {};
        const [full] = runs;
        if (!full || id === undefined || of === undefined) return;
        await all({ id, of, settings: full.settings, split: full.split, hash: full.dataset.hash });
      },
      undefined,
    ),
    /** The points, the law and its band at their sizes and at twice the images, as JSON; null where no size is done. */
    exportLearningCurve(): { name: string; blob: Blob } | null {
      const curve = learningCurveAtHand(get());
      const { by, points } = curve ? curvePoints(curve) : { by: 'test', points: [] };
      if (!curve || points.length === 0) return null;
      const fit = fitCurve(points);
      const largest = Math.max(...points.map(({ n }) => n));
      const lines = [...points.map(({ n }) => n), 2 * largest].map(n => ({
        images: n,
        ...(fit && { error: errorAt(fit.law, n), band: bandAt(fit, n) }),
      }));
      const content = {
        ...{ format: 'lesion-studio-learning-curve', version: 1, errorsOf: by },
        points: points.map(({ n, error }) => ({ images: n, error })),
        ...(fit && { law: fit.law, fitted: lines }),
      };
      const blob = new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' });
      return { name: 'lesion-studio-learning-curve.json', blob };
    },
    /** The size that is being trained is trained to its end; none follows it. */
    stopLearningCurve: action(
      context,
      ({ learningCurve }) => (learningCurve?.going ? null : noneGoing),
      async () => {
        series.stop();
        set(({ learningCurve }) => ({ learningCurve: learningCurve && { ...learningCurve, going: false } }));
      },
      undefined,
    ),
  };
}
