/** The test split or all pairs scored with the current model, looked at, and taken away as files. */
import type { CsvStyle } from '../../formats/csv-text.ts';
import { scoresCsv } from '../../formats/scores-csv.ts';
import { LEVELS } from '../../metrics/levels.ts';
import { originalHash } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import { PLAIN, type RefinementGains, type Refinements } from '../../protocol/scores.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { prepared } from '../data/reading.ts';
import { listKeptRuns } from '../library/kept-run-actions.ts';
import { anyOf, noData, noModel, reading, running, testing } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { atThreshold, chosenLevel, tunedLevel } from './at-threshold.ts';
import type { Results, ResultsView } from './inference-state.ts';
import { modelAtHand, preparedFor, whileTesting } from './ready.ts';
import { testOf } from './results.ts';

const ZIP = 'application/zip';

const refusesTest = anyOf(testing, running, reading, noModel, noData);

const notTested: Refusal = {
  code: 'wrong-state',
  happened: 'Nothing was scored yet',
  remedy: 'run the test split first',
};

const refusesMasks = anyOf(testing, running, noModel, state => (testOf(state) ? null : notTested));

export function createTestActions(context: Context) {
  const { get, set, ask, attempt } = context;

  const keep = (change: Partial<Results>) => set(({ results }) => ({ results: { ...results, ...change } }));

  const score = async (all: boolean) => {
    set({ resultsView: 'test' });
    const model = modelAtHand(context);
    const { dataset, split } = all ? await prepared(context, model) : await preparedFor(context, model);
    const total = all ? dataset.ids.length : split.test.length + split.validation.length;
    await whileTesting(context, total, async () => {
      const outcome = await ask.inference.test({ dataset, split, all, refinements: get().refinements });
      // Reading the answer of a thousand images is one task, and drawing them another.
      await new Promise(resolve => setTimeout(resolve));
      const what = all ? 'All pairs scored' : 'Test finished';
      const level = (get().byValidation ? tunedLevel(outcome, get().model) : null) ?? chosenLevel(get());
      const { meanDice } = atThreshold(outcome, level, true);
      const at = level === LEVELS / 2 ? '' : ` at threshold ${(level / LEVELS).toFixed(2)}`;
      keep({ test: { of: { model: model.id, dataset: originalHash(dataset) }, outcome, split } });
      set({ message: `${what}: mean Dice ${meanDice.toFixed(4)}${at}` });
    });
  };

  /** Those of the result on show, whose masks these are to be. */
  const shownRefinements = (state: StudioState) => testOf(state)?.outcome.result.inference ?? PLAIN;

  return {
    runTest: action(
      context,
      refusesTest,
      async () => {
        await score(false);
        // The worker has written the test into its run.
        await attempt(() => listKeptRuns(context), undefined);
      },
      undefined,
    ),
    /** Scores every pair of the data set, whatever part it is in. */
    scoreAll: action(context, refusesTest, () => score(true), undefined),
    setRefinements: (change: Partial<Refinements>) =>
      set(({ refinements }) => ({ refinements: { ...refinements, ...change } })),
    setByValidation: (byValidation: boolean) => set({ byValidation }),
    /** Masks of the model at hand are cut at `level` / LEVELS from now on, whatever validation says. */
    setLevel: (level: number) =>
      set(({ model, results }) => ({
        byValidation: false,
        chosenLevel: { model: model?.id ?? results.test?.of.model ?? '', level },
      })),
    showResults: (resultsView: ResultsView) => set({ resultsView }),
    /** What each refinement gives on the validation part; null where that failed (a problem is shown). */
    measureGains: action(
      context,
      refusesTest,
      async (): Promise<RefinementGains | null> => {
        const model = modelAtHand(context);
        const { dataset, split } = await preparedFor(context, model);
        const { validation } = split;
        const gains = await whileTesting(context, validation.length, () => ask.inference.gains({ dataset, split }));
        keep({ gains: { of: { model: model.id, dataset: dataset.hash }, validation, gains } });
        return gains;
      },
      null,
    ),
    /** A test image with its prediction at a threshold, for the table. null if it cannot be had (a problem is shown). */
    picture: action(
      context,
      (state, _id?: string, _threshold?: number) => running(state),
      async (id: string, threshold?: number): Promise<Triptych | null> => {
        const { dataset } = get();
        const index = dataset?.ids.indexOf(id) ?? -1;
        if (!dataset || index < 0)
          throw new AppError(
            'dataset-missing',
            `${id} is not in the data set that is loaded`,
            'load its data set again',
          );
        const refinements = shownRefinements(get());
        return ask.inference.picture({ dataset, index, threshold: threshold ?? 0.5, refinements });
      },
      null,
    ),
    /** The test's scores per image at the threshold `level` / 100, as CSV, at the size of training or in the masks' own sides; null where nothing was tested. */
    exportScores(level: number, ownSize = false, style?: CsvStyle): { name: string; blob: Blob } | null {
      const outcome = testOf(get())?.outcome;
      if (!outcome) return null;
      const blob = new Blob([scoresCsv(atThreshold(outcome, level, ownSize), outcome.all, style)], {
        type: 'text/csv',
      });
      return { name: ownSize ? 'lesion-studio-scores-own-size.csv' : 'lesion-studio-scores.csv', blob };
    },
    /** The scored images' masks at the threshold `level` / 100 as a zip of PNGs; null where that failed (a problem is shown). */
    exportMasks: action(
      context,
      refusesMasks,
      async (level: number): Promise<{ name: string; blob: Blob } | null> => {
        const { dataset } = get();
        const outcome = testOf(get())?.outcome;
        if (!outcome || !dataset) return null;
        const numbers = new Map(dataset.ids.map((id, place) => [id, place]));
        const places = outcome.result.images.map(({ id }) => numbers.get(id) ?? -1).filter(place => place >= 0);
        const { threshold } = atThreshold(outcome, level);
        const refinements = shownRefinements(get());
        const bytes = await whileTesting(context, places.length, () =>
          ask.inference.masks({ dataset, places, threshold, refinements }),
        );
        return { name: 'lesion-studio-masks.zip', blob: new Blob([bytes], { type: ZIP }) };
      },
      null,
    ),
  };
}
