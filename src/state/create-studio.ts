/**
 * Makes the page's store: wires the two workers' clients to the state. What the workers say is written down in
 * state/events.ts; here are the commands, each of which ends with a new state or with a problem that the page shows.
 */
import * as v from 'valibot';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { buildReport } from '../formats/report.ts';
import { readSplit, writeSplit } from '../formats/split-file.ts';
import { type DatasetSummary, datasetSummary, split as splitSchema } from '../protocol/dataset.ts';
import { AppError, fromErrorData, toErrorData } from '../protocol/errors.ts';
import { type IngestCommand, ingestEvent, megapixelRange } from '../protocol/ingest.ts';
import { type Preparation, preparationOf, samePreparation } from '../protocol/preparation.ts';
import type { RunSettings } from '../protocol/settings.ts';
import {
  deviceReport,
  memoryEstimate,
  modelInfo,
  type RunState,
  savedModel,
  type TrainingCommand,
  trainingEvent,
  triptych,
} from '../protocol/training.ts';
import { checkSettings, readAddress, writeAddress } from './address.ts';
import { createClient } from './client.ts';
import { applyTrainingEvent, runIsActive } from './events.ts';
import { createJudgeActions } from './judge-actions.ts';
import { createKeptRunActions } from './kept-run-actions.ts';
import { pretrainedFile } from './pretrained.ts';
import { reportSource } from './report-source.ts';
import { createRoomActions } from './room-actions.ts';
import { createRunActions } from './run-actions.ts';
import { type BrowserStorage, keepStorage, storageUse } from './storage.ts';
import type { Problem, Studio, StudioState } from './studio.ts';
import { createSweepActions } from './sweep-actions.ts';
import { type WorkerStarters, workerStarters } from './workers.ts';

const nothing = v.unknown();
const DEMO_SEED = 1;
/** Validation images whose predictions are shown. */
export const SAMPLES = 4;

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

    const askSplit = () => ingest.ask({ type: 'split', ...get().split }, splitSchema);
    /** Sends an ingest command; the data set that was there stays until the new one is whole. */
    const load = async (command: IngestCommand): Promise<void> => {
      if (get().ingest)
        throw new AppError('wrong-state', 'Files are being read already', 'wait, or press Cancel first');
      const { run } = get();
      if (run && runIsActive(run.state))
        throw new AppError('wrong-state', 'A run is using the data set', 'stop the run before loading other files');
      set({ ingest: { phase: 'listing', done: 0, total: 0 }, message: null });
      try {
        const dataset = await ingest.ask(command, datasetSummary);
        const before = get();
        const other = dataset.hash !== before.dataset?.hash;
        const fresh = { dataset, currentSplit: null, ...(other ? { testOutcome: null, modelPictures: [] } : {}) };
        // A split from a file stays with its data set at another size.
        const given = !other && before.currentSplit?.file !== undefined ? before.currentSplit : null;
        try {
          // Shown together with its split, so that nothing acts on half of it.
          set({ ...fresh, currentSplit: given ?? (await askSplit()) });
        } catch (thrown) {
          set(fresh);
          throw thrown;
        }
      } finally {
        set({ ingest: null });
      }
      await showModel();
    };
    const reading = (wanted: Preparation = get().settings) => ({
      preparation: preparationOf(wanted),
      megapixels: get().megapixels,
    });
    const ready = async (
      wanted: Preparation,
    ): Promise<{ dataset: DatasetSummary; split: NonNullable<StudioState['currentSplit']> }> => {
      const { dataset: found } = get();
      if (!found) throw new AppError('dataset-missing', 'There is no data set yet', 'drop a zip or use the demo data');
      if (!samePreparation(found, wanted)) await load({ type: 'prepare', ...reading(wanted) });
      const { dataset, currentSplit } = get();
      if (!dataset || !currentSplit)
        throw new AppError('dataset-missing', 'The data set is not split', 'set other shares');
      return { dataset, split: currentSplit };
    };
    /** Pictures of what a loaded model makes of the first validation images, if both are there. */
    const showModel = async () => {
      const { dataset, currentSplit, model } = get();
      // A run's own masks come with its epochs.
      if (!dataset || !currentSplit || !model || model.runId || !samePreparation(dataset, model)) return;
      const places = currentSplit.validation.slice(0, SAMPLES);
      const pictures = await Promise.all(
        places.map(index =>
          training.ask({ type: 'picture', dataset, index, threshold: 0.5, inference: get().inference }, triptych),
        ),
      );
      set({ modelPictures: pictures });
    };
    const adoptModel = async () => {
      set({ modelPictures: [], testOutcome: null, outlines: null });
      await showModel();
    };
    const judging = createJudgeActions({ get, set, ingest, training, attempt, ready });
    const keptRunBook = createKeptRunActions({ get, set, training, attempt, adopted: adoptModel });
    const listModels = async () =>
      set({ savedModels: await training.ask({ type: 'listModels' }, v.array(savedModel)) });
    /** The estimate of the settings as they are now; an answer for older settings is dropped. */
    const tellMemory = async () => {
      const { settings, device } = get();
      const memory = device ? await training.ask({ type: 'estimate', settings }, v.nullable(memoryEstimate)) : null;
      if (settings === get().settings) set({ memory });
    };
    const address = readAddress(query);
    const tellAddress = () => {
      const { settings, split, engine } = get();
      onAddress(writeAddress({ settings, split, engine, demoPairs: address.demoPairs }));
    };

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
    /** The settings with the largest batch that the GPU takes, where theirs is too large; told, and set in the form too. */
    const fitted = async (settings: RunSettings): Promise<RunSettings> => {
      const memory = await training.ask({ type: 'estimate', settings }, v.nullable(memoryEstimate));
      if (!memory || memory.fits || memory.largestBatch === 0) return settings;
      const fitting = { ...settings, batch: memory.largestBatch };
      report(
        new AppError(
          'out-of-memory',
          `Batches of ${settings.batch} at ${settings.size} × ${settings.size} do not fit into this GPU’s memory`,
          `the run starts with batches of ${fitting.batch}, the largest that fits`,
        ),
      );
      set({ settings: fitting });
      tellAddress();
      await tellMemory();
      return fitting;
    };
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
      inference: { views: false, largest: false, holes: false },
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
      keptRuns: { runs: [], unreadable: 0 },
      deletedRun: null,
      deletedModel: null,
      lastError: null,
      message: null,

      async open() {
        await get().chooseEngine(get().engine);
        await attempt(listModels, undefined);
        await attempt(listUnfinished, undefined);
        await attempt(keptRunBook.list, undefined);
      },
      useFiles: files => attempt(() => load({ type: 'ingest', files: [...files], ...reading() }), undefined),
      useDemoData: () =>
        attempt(() => load({ type: 'demo', count: address.demoPairs, seed: DEMO_SEED, ...reading() }), undefined),
      changeMegapixels(value) {
        const { least, most } = megapixelRange;
        if (!(value >= least && value <= most)) return `${least} to ${most}`;
        set({ megapixels: value });
        return null;
      },
      cancelIngest() {
        void attempt(() => ingest.ask({ type: 'cancel' }, nothing), undefined);
      },
      changeSettings(change) {
        const wrong = checkSettings(change);
        if (wrong) return wrong;
        set(({ settings }) => ({ settings: { ...settings, ...change } }));
        tellAddress();
        void attempt(tellMemory, undefined);
        return null;
      },
      exportSplit() {
        const { dataset, currentSplit } = get();
        if (!dataset || !currentSplit) return null;
        const blob = new Blob([writeSplit(dataset, currentSplit)], { type: 'application/json' });
        return { name: 'lesion-studio-split.json', blob };
      },
      importSplit: file =>
        attempt(async () => {
          const { dataset, ingest: reading, run } = get();
          if (!dataset || reading || (run && runIsActive(run.state)))
            throw new AppError(
              'wrong-state',
              'A split needs a data set that is not in use',
              'load one, or stop the run',
            );
          if (file.size > LARGEST_SPLIT)
            throw new AppError(
              'bad-split',
              `${file.name} has ${file.size} bytes, more than any split file`,
              'choose a file that Export split made',
            );
          const { split, leftOut, divided } = readSplit(await file.text(), file.name, dataset);
          const notes = [
            leftOut > 0 ? `${leftOut} pairs are in no part` : '',
            divided > 0 ? `${divided} groups of equal images are divided among parts` : '',
          ].filter(Boolean);
          set({ currentSplit: split, message: [`Split as in ${file.name}`, ...notes].join('; ') });
          await showModel();
        }, undefined),
      firstThatFits: choices =>
        attempt(async () => {
          const { settings, device } = get();
          for (const choice of choices) {
            const asked = { type: 'estimate', settings: { ...settings, ...choice } } as const;
            const memory = device ? await training.ask(asked, v.nullable(memoryEstimate)) : null;
            // Where the engine cannot tell, the first is as good as any.
            if (!memory || memory.fits) return choice;
          }
          return null;
        }, null),
      changeSplit: change =>
        attempt(async () => {
          const before = get().split;
          set({ split: { ...before, ...change } });
          try {
            if (get().dataset && !get().ingest) set({ currentSplit: await askSplit() });
          } catch (thrown) {
            set({ split: before });
            throw thrown;
          }
          tellAddress();
        }, undefined),
      chooseEngine: engine =>
        attempt(async () => {
          if (engine !== get().engine) {
            set({ engine });
            tellAddress();
          }
          try {
            set({ device: await training.ask({ type: 'device', engine }, deviceReport) });
            await tellMemory();
          } catch (thrown) {
            set({ device: null });
            // The page has a panel of its own for this.
            if (!(thrown instanceof AppError && thrown.code === 'no-webgpu')) throw thrown;
          }
        }, undefined),
      startTraining: (loaded = false) =>
        once(async () => {
          const { run, settings } = get();
          if (run && runIsActive(run.state))
            throw new AppError('wrong-state', 'A run is going on already', 'stop it before you start another');
          const { dataset, split } = await ready(settings);
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
      saveModel: (name, overwrite = false) =>
        attempt(async () => {
          await training.ask({ type: 'saveModel', name, overwrite }, nothing);
          await listModels();
          set({ message: `Saved to this browser as “${name}”` });
          return true;
        }, false),
      renameModel: (name, to) =>
        attempt(async () => {
          await training.ask({ type: 'renameModel', name, to }, nothing);
          await listModels();
          return true;
        }, false),
      deleteModel: name =>
        attempt(async () => {
          await training.ask({ type: 'deleteModel', name }, nothing);
          await listModels();
          set({ message: `Deleted “${name}”`, deletedModel: name });
        }, undefined),
      restoreModel: () =>
        attempt(async () => {
          await training.ask({ type: 'restoreModel' }, nothing);
          await listModels();
          set({ message: `“${get().deletedModel}” is back`, deletedModel: null });
        }, undefined),
      loadModel: name =>
        attempt(async () => {
          set({ model: await training.ask({ type: 'loadModel', name }, modelInfo), message: `Loaded “${name}”` });
          await adoptModel();
        }, undefined),
      importModel: files =>
        attempt(async () => {
          const model = await training.ask({ type: 'importModel', files: [...files] }, modelInfo);
          set({ model, message: `Loaded ${model.origin}` });
          await adoptModel();
        }, undefined),
      loadPretrained: () =>
        attempt(async () => {
          const model = await training.ask({ type: 'importModel', files: [await pretrainedFile()] }, modelInfo);
          set({ model, message: `Loaded ${model.origin}` });
          await adoptModel();
        }, undefined),
      exportModel: format =>
        attempt(async () => {
          const bytes = await training.ask({ type: 'exportModel', as: format }, v.instance(Uint8Array<ArrayBuffer>));
          const { ending, type } = modelFiles[format];
          return { name: `${modelName(get())}.${ending}`, blob: new Blob([bytes], { type }) };
        }, null),
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

const modelFiles = {
  layers: { ending: 'zip', type: 'application/zip' },
  onnx: { ending: 'onnx', type: 'application/octet-stream' },
  safetensors: { ending: 'safetensors', type: 'application/octet-stream' },
} as const;

/** Ids of a million images. Read as a whole, a large archive chosen by mistake would fill the memory. */
const LARGEST_SPLIT = 64 * 1024 * 1024;

/** Older problems make room. */
const MOST_PROBLEMS = 4;

function modelName({ model }: StudioState): string {
  return model ? `lesion-studio-${model.arch}-${model.size}-f${model.filters}` : 'lesion-studio-model';
}
