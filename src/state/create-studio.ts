/**
 * Makes the page's store: wires the two workers' clients to the state. What the workers say is written down in
 * state/run/run-events.ts; the commands are here and, by what they are about, in the *-actions.ts: each ends with a new state or with a
 * problem that the page shows.
 */
import * as v from 'valibot';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { buildReport } from '../formats/report.ts';
import { createClient } from '../protocol/client.ts';
import { type IngestCommand, ingestEvent, megapixelRange } from '../protocol/data.ts';
import { AppError, fromErrorData, toErrorData } from '../protocol/errors.ts';
import { type RunState, type TrainingCommand, trainingEvent } from '../protocol/run.ts';
import { PLAIN } from '../protocol/scores.ts';
import { storagePlace } from '../protocol/storage-place.ts';
import { readAddress } from './address.ts';
import { createDatasetActions } from './data/data-actions.ts';
import { createJudgeActions } from './inference/inference-actions.ts';
import { createKeptRunActions } from './library/kept-run-actions.ts';
import { createModelActions } from './library/model-actions.ts';
import { reportSource } from './library/report-source.ts';
import { type BrowserStorage, keepStorage, storageUse } from './library/storage.ts';
import { createRoomActions } from './library/storage-cleanup.ts';
import { createRunActions } from './run/run-actions.ts';
import { applyTrainingEvent, runIsActive } from './run/run-events.ts';
import { createSweepActions } from './run/sweep-actions.ts';
import { createSettingsActions } from './settings-actions.ts';
import type { Problem, Studio } from './studio.ts';
import { type WorkerStarters, workerStarters } from './workers.ts';

const nothing = v.unknown();

export interface StudioOptions {
  readonly starters?: WorkerStarters;
  /** The query string that the settings are read from. */
  readonly query?: string;
  /** Called with the query string that gives the present settings. */
  readonly onAddress?: (query: string) => void;
  readonly newId?: () => string;
  /** undefined where the browser has none. */
  readonly storage?: BrowserStorage | undefined;
  /** Until the workers may start; with a sentence where they do without their policy. Does not reject. */
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
  return createStore<Studio>()((set, get, store) => {
    const address = readAddress(query);
    let lastProblem = 0;
    const report = (thrown: unknown, again?: () => void) => {
      const error = toErrorData(thrown);
      // The person asked for it: no problem to tell of.
      if (error.code === 'cancelled') return set({ message: 'Cancelled. What was loaded before is still there.' });
      const problem: Problem = { id: ++lastProblem, error, retry: error.code === 'storage-full' ? again : undefined };
      set(({ problems }) => ({ lastError: error, problems: [...problems.slice(-MOST_PROBLEMS + 1), problem] }));
    };
    /** Runs an action; what it throws is shown, and the answer is then `otherwise`. */
    const attempt = async <T>(action: () => Promise<T>, otherwise: T): Promise<T> => {
      try {
        return await action();
      } catch (thrown) {
        report(thrown, () => void attempt(action, otherwise));
        return otherwise;
      }
    };

    const ingest = createClient<IngestCommand, typeof ingestEvent>(
      starters.ingest,
      ingestEvent,
      ({ progress }) => set(state => (state.ingest ? { ingest: progress } : {})),
      error => report(new AppError(error.code, error.happened, error.remedy)),
      { gate: covered },
    );
    /** Of the run, before it failed. */
    let lastState: RunState = 'idle';
    const training = createClient<TrainingCommand, typeof trainingEvent>(
      starters.training,
      trainingEvent,
      event => {
        // A run that fails tells its state first.
        if (event.type === 'state' && event.state !== 'failed') lastState = event.state;
        set(state => applyTrainingEvent(state, event));
        if (event.type === 'state' && (event.state === 'done' || event.state === 'failed'))
          void attempt(keptRunBook.list, undefined);
        if (event.type === 'failed') void attempt(() => runs.survive(event.error, lastState), undefined);
        if (event.type === 'warning') report(fromErrorData(event.error));
      },
      error => {
        if (error.code !== 'worker-ended') return report(fromErrorData(error));
        const { run } = get();
        // What the worker held in memory is gone with it; a run's own model comes back with the run.
        set({ model: null, modelPictures: [] });
        // Asked only where a run was under way: a worker that dies at its start would be started again and again.
        if (!run || !runIsActive(run.state)) return report(fromErrorData(error));
        const before = run.state;
        set({ run: { ...run, state: 'failed' } });
        void attempt(() => runs.survive(error, before), undefined);
      },
      { gate: covered },
    );
    void covered?.then(notice => {
      if (notice) set(({ notices }) => ({ notices: [...notices, notice] }));
    });

    const { tellAddress, tellMemory, fitted, actions } = createSettingsActions({
      ...{ get, set, training, report, attempt, onAddress, demoPairs: address.demoPairs },
    });
    const models = createModelActions({ get, set, training, attempt });
    const data = createDatasetActions({
      ...{ get, set, ingest, attempt, demoPairs: address.demoPairs },
      changed: models.showModel,
      told: tellAddress,
    });
    const judging = createJudgeActions({ get, set, ingest, training, attempt, ready: data.ready });
    const keptRunBook = createKeptRunActions({ get, set, training, attempt, adopted: models.adoptModel });
    const runs = createRunActions({
      get,
      set,
      training,
      report,
      attempt,
      told: async () => {
        tellAddress();
        await tellMemory();
      },
    });
    const { listUnfinished, begin, goOn } = runs;
    let beginning = false;
    /** Begins a run; a second click, before the first has come to anything, means the same. */
    const once = async (action: () => Promise<void>): Promise<void> => {
      if (beginning) return;
      beginning = true;
      await attempt(action, undefined);
      beginning = false;
    };

    const sweeping = createSweepActions(store, {
      changeSettings: change => get().changeSettings(change),
      startTraining: () => get().startTraining(),
      runTest: () => get().runTest(),
    });

    return {
      device: undefined,
      engine: address.engine,
      memory: null,
      settings: address.settings,
      split: address.split,
      notices: address.notices,
      problems: [],
      megapixels: megapixelRange.usual,
      ingest: null,
      dataset: null,
      currentSplit: null,
      run: null,
      sweep: null,
      inference: PLAIN,
      byValidation: false,
      outlineFrom: 0.5,
      unfinished: [],
      otherRuns: { elsewhere: 0, unreadable: 0 },
      model: null,
      modelPictures: [],
      testing: null,
      testOutcome: null,
      testedSplit: null,
      outlining: null,
      outlines: null,
      savedModels: [],
      storage: null,
      storagePlace: null,
      keptRuns: { runs: [], unreadable: 0 },
      deletedRun: null,
      deletedModel: null,
      lastError: null,
      message: null,

      async open() {
        await get().chooseEngine(get().engine);
        await attempt(
          async () => set({ storagePlace: await training.ask({ type: 'storagePlace' }, storagePlace) }),
          undefined,
        );
        await attempt(models.listModels, undefined);
        await attempt(listUnfinished, undefined);
        await attempt(keptRunBook.list, undefined);
      },
      ...data.actions,
      ...models.actions,
      ...actions,
      startTraining: (loaded = false) =>
        once(async () => {
          const { run, settings } = get();
          if (run && runIsActive(run.state))
            throw new AppError('wrong-state', 'A run is going on already', 'stop it before you start another');
          const { dataset, split } = await data.ready(settings);
          // Now, for the first thing worth keeping is about to be made. Some browsers ask the person.
          void keepStorage(storage);
          const { model } = get();
          const startedFrom = loaded && model ? { startedFrom: model.origin } : {};
          await begin({ runId: newId(), settings: await fitted(settings), dataset, split, ...startedFrom });
        }),
      continueRun: runId =>
        once(async () => {
          const { run, unfinished } = get();
          if (run && runIsActive(run.state))
            throw new AppError('wrong-state', 'A run is going on already', 'stop it before you continue another');
          const found = unfinished.find(other => other.run.runId === runId);
          if (!found) throw new AppError('wrong-state', 'This run is not there any more', 'start a new run');
          await goOn(found);
        }),
      discardRun: runId =>
        attempt(async () => {
          await training.ask({ type: 'discard', runId }, nothing);
          await listUnfinished();
        }, undefined),
      pause: () => attempt(async () => void (await training.ask({ type: 'pause' }, nothing)), undefined),
      resume: () => attempt(async () => void (await training.ask({ type: 'resume' }, nothing)), undefined),
      stop: () => attempt(async () => void (await training.ask({ type: 'stop' }, nothing)), undefined),
      ...judging,
      runTest: async () => {
        await judging.runTest();
        // The worker has written the test into its run.
        await attempt(keptRunBook.list, undefined);
      },
      ...keptRunBook.actions,
      ...createRoomActions({ get, set, training, attempt, listRuns: keptRunBook.list }),
      ...sweeping,
      exportReport() {
        const source = reportSource(get());
        if (!source) {
          report(new AppError('dataset-missing', 'There is nothing to report yet', 'load a data set first'));
          return null;
        }
        const content = buildReport({ ...source, appVersion: __APP_VERSION__ });
        const blob = new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' });
        return { name: 'lesion-studio-report.json', blob };
      },
      exportHtml: write => attempt(() => write(get()), null),
      tellStorage: () => attempt(async () => set({ storage: await storageUse(storage) }), undefined),
      eraseEverything: () =>
        attempt(async () => {
          const { run, ingest: reading } = get();
          if ((run && runIsActive(run.state)) || reading)
            throw new AppError('wrong-state', 'The page is at work on what would be erased', 'stop it first');
          // It holds files and databases open, and the model deleted last.
          training.restart();
          await ingest.ask({ type: 'erase' }, nothing);
          ingest.restart();
          return true;
        }, false),
      dismiss: problem => set(({ problems }) => ({ problems: problems.filter(({ id }) => id !== problem) })),
      dismissNotices: () => set({ notices: [] }),
    };
  });
}

/** Older problems make room. */
const MOST_PROBLEMS = 4;
