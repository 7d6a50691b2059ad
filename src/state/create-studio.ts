/**
 * Makes the page's store: wires the two workers' clients to the state. run/run-events.ts applies what the workers say; the actions are in
 * a folder for each column, and each ends with a new state or with a problem that the page shows.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { createClient } from '../protocol/client.ts';
import { megapixelRange } from '../protocol/data.ts';
import { AppError, type ErrorData, fromErrorData, toErrorData } from '../protocol/errors.ts';
import type { RunState } from '../protocol/run.ts';
import { PLAIN } from '../protocol/scores.ts';
import { ingestContract, trainingContract } from '../protocol/workers.ts';
import { type AddressSettings, readAddress } from './address.ts';
import type { Context } from './context.ts';
import { createCorrectionActions } from './data/correction-actions.ts';
import { createDataActions } from './data/data-actions.ts';
import { createLastDataActions, findLastData, rememberAsUsed } from './data/last-data.ts';
import { createDeviceActions } from './device/device-actions.ts';
import { createOutlineActions } from './inference/outline-actions.ts';
import { createOutlineCorrectionActions } from './inference/outline-corrections.ts';
import { noResults } from './inference/results.ts';
import { createReviewActions, followReviews } from './inference/review-actions.ts';
import { createTestActions } from './inference/test-actions.ts';
import { createKeptRunActions, listKeptRuns } from './library/kept-run-actions.ts';
import { createModelActions, listModels } from './library/model-actions.ts';
import type { BrowserStorage } from './library/storage.ts';
import { createStorageActions } from './library/storage-actions.ts';
import { runGoingOn } from './refusals.ts';
import { createExportActions } from './report/export-actions.ts';
import { createReportActions } from './report/report-actions.ts';
import { createCrossValidationActions } from './run/cross-validation-actions.ts';
import { createEstimateActions } from './run/estimate-actions.ts';
import { createLearningCurveActions } from './run/learning-curve-actions.ts';
import { listUnfinished, survive } from './run/lifecycle.ts';
import { createRunActions } from './run/run-actions.ts';
import { applyTrainingEvent } from './run/run-events.ts';
import { createSweepActions } from './run/sweep-actions.ts';
import { createSettingsActions } from './settings-actions.ts';
import type { Studio } from './studio.ts';
import type { Problem, StudioState } from './studio-state.ts';
import { type WorkerStarters, workerStarters } from './workers.ts';

/** Older problems make room. */
const MOST_PROBLEMS = 4;

export interface StudioOptions {
  readonly starters?: WorkerStarters;
  /** The query string that the settings are read from. */
  readonly query?: string;
  /** Called with the query string that gives the present settings. */
  readonly onAddress?: (query: string) => void;
  readonly newId?: () => string;
  /** undefined where the browser has none. */
  readonly storage?: BrowserStorage | undefined;
  /** Resolves once the workers may start, with a sentence where they do without their policy. Does not reject. */
  readonly covered?: Promise<string | null>;
}

export function createStudio({
  starters = workerStarters,
  query = '',
  onAddress = () => {},
  newId = () => crypto.randomUUID(),
  storage = globalThis.navigator?.storage,
  covered,
}: StudioOptions = {}): StoreApi<Studio> {
  return createStore<Studio>()((set, get, { subscribe }) => {
    const address = readAddress(query);
    let lastProblem = 0;
    const report: Context['report'] = (thrown, again) => {
      const error = toErrorData(thrown);
      // The person asked for it, so it is no problem.
      if (error.code === 'cancelled') return set({ message: 'Cancelled. What was loaded before is still there.' });
      const problem: Problem = { id: ++lastProblem, error, retry: error.code === 'storage-full' ? again : undefined };
      set(({ problems }) => ({ lastError: error, problems: [...problems.slice(-MOST_PROBLEMS + 1), problem] }));
    };
    const attempt: Context['attempt'] = async (task, otherwise) => {
      try {
        return await task();
      } catch (thrown) {
        report(thrown, () => void attempt(task, otherwise));
        return otherwise;
      }
    };

    const ingest = createClient(starters.ingest, ingestContract, {
      onEvent: event =>
        set(state => {
          if (event.type === 'maskQuestion') return { maskQuestion: event.question };
          if (event.type === 'exporting') return state.exporting ? { exporting: event } : {};
          return state.ingest ? { ingest: event.progress } : {};
        }),
      onFailure: error => report(new AppError(error.code, error.happened, error.remedy)),
      gate: covered,
    });
    /** Of the run, before it failed. */
    let lastState: RunState = 'idle';
    const training = createClient(starters.training, trainingContract, {
      onEvent: event => {
        // A run that fails tells its state first.
        if (event.type === 'state' && event.state !== 'failed') lastState = event.state;
        set(state => applyTrainingEvent(state, event));
        if (event.type === 'state' && (event.state === 'done' || event.state === 'failed'))
          void attempt(() => listKeptRuns(context), undefined);
        if (event.type === 'state' && event.stopped) void attempt(() => listUnfinished(context), undefined);
        if (event.type === 'failed') void attempt(() => survive(context, event.error, lastState), undefined);
        if (event.type === 'warning') report(fromErrorData(event.error));
      },
      onFailure: error => (error.code === 'worker-ended' ? trainingEnded(error) : report(fromErrorData(error))),
      gate: covered,
    });
    const trainingEnded = (error: ErrorData) => {
      const { run } = get();
      // What the worker held in memory is gone with it; a run's own model comes back with the run.
      set({ model: null });
      // Asked only where a run was under way: a worker that dies at its start would be started again and again.
      if (!run || !runGoingOn({ run })) return report(fromErrorData(error));
      const before = run.state;
      set({ run: { ...run, state: 'failed' } });
      void attempt(() => survive(context, error, before), undefined);
    };
    void covered?.then(notice => {
      if (notice) set(({ notices }) => ({ notices: [...notices, notice] }));
    });

    const { restart: restartIngest, ...data } = ingest;
    const { restart: restartTraining, ...columns } = training;
    const context: Context = {
      ...{ get, set, subscribe, report, attempt, onAddress, newId, storage, address },
      ask: { ...data, ...columns },
      restart: { ingest: restartIngest, training: restartTraining },
    };
    const settings = createSettingsActions(context);
    const device = createDeviceActions(context);
    const dataActions = createDataActions(context);
    const corrections = createCorrectionActions(context);
    const runs = createRunActions(context);
    const tests = createTestActions(context);
    const keptRuns = createKeptRunActions(context);
    const { changeSettings } = settings;
    const ofSeries = { runTest: tests.runTest, continueRun: runs.continueRun, loadRun: keptRuns.loadRun };
    return {
      ...initialState(address),
      ...settings,
      ...device,
      ...dataActions,
      ...createLastDataActions(context),
      ...corrections,
      ...runs,
      ...createEstimateActions(context),
      ...createSweepActions(context, {
        ...{ changeSettings, startTraining: runs.startTraining, runTest: tests.runTest },
        loadRun: keptRuns.loadRun,
      }),
      ...createCrossValidationActions(context, ofSeries),
      ...createLearningCurveActions(context, ofSeries),
      ...tests,
      ...createReviewActions(context),
      ...createOutlineActions(context, { addPairs: dataActions.addPairs, saveMask: corrections.saveMask }),
      ...createOutlineCorrectionActions(context),
      ...createModelActions(context),
      ...keptRuns,
      ...createReportActions(context),
      ...createExportActions(context),
      ...createStorageActions(context),
      async open() {
        rememberAsUsed(context);
        followReviews(context);
        const last = attempt(() => findLastData(context), undefined);
        await device.chooseEngine(get().engine);
        await attempt(async () => set({ storagePlace: await context.ask.library.storagePlace() }), undefined);
        await attempt(() => listModels(context), undefined);
        await attempt(() => listUnfinished(context), undefined);
        await attempt(() => listKeptRuns(context), undefined);
        await last;
      },
      dismiss: problem => set(({ problems }) => ({ problems: problems.filter(({ id }) => id !== problem) })),
      dismissNotices: () => set({ notices: [] }),
    };
  });
}

function initialState({ engine, settings, namesSettings, split, notices }: AddressSettings): StudioState {
  return {
    ...{ device: undefined, engine, memory: null },
    ...{ megapixels: megapixelRange.usual, ingest: null, split },
    ...{
      dataset: null,
      datasetAsRead: null,
      lastData: null,
      maskQuestion: null,
      handPairing: null,
      asksPairing: false,
      currentSplit: null,
      editing: null,
      exporting: null,
    },
    ...{
      settings,
      settingsAreFirst: !namesSettings,
      settingDrafts: {},
      run: null,
      sweep: null,
      crossValidation: null,
      learningCurve: null,
      timings: {},
      estimating: null,
      pinned: [],
      unfinished: [],
      discarded: null,
      otherRuns: { elsewhere: 0, unreadable: 0 },
    },
    ...{ refinements: PLAIN, byValidation: false, chosenLevel: null, resultsView: 'test' },
    ...{ testing: null, outlining: null, results: noResults, review: null },
    ...{ model: null, savedModels: [], keptRuns: { runs: [], unreadable: 0 }, deletedRun: null, deletedModel: null },
    savedAs: null,
    ...{ storage: null, storagePlace: null },
    ...{ notices, problems: [], lastError: null, message: null },
  };
}
