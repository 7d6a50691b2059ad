/**
 * What the training worker holds: the device, at most one run, and the current model (the best epoch of a run, or a loaded
 * one). One thing at a time uses the GPU: scoring and pictures wait for each other and are refused while a run is going.
 */
import type { Engine } from '../engine/engine.ts';
import type { Checkpoint } from '../formats/checkpoint.ts';
import { buildNetwork } from '../network/catalogue.ts';
import type { DatasetSummary, Split } from '../protocol/dataset.ts';
import { AppError, toErrorData } from '../protocol/errors.ts';
import type { EngineChoice, RunSettings } from '../protocol/settings.ts';
import type {
  AugmentedPair,
  DeviceReport,
  Inference,
  InferenceGains,
  MemoryEstimate,
  Outline,
  RunProgress,
  RunState,
  StartRun,
  StepRecord,
  TestOutcome,
  TrainingCommand,
  TrainingEvent,
  Triptych,
} from '../protocol/training.ts';
import type { RunBook } from '../store/run-book.ts';
import { augmentedViews } from './augment.ts';
import type { Backend } from './backend.ts';
import type { RunRecord, RunStore } from './checkpoints.ts';
import { estimateMemory, tooLarge } from './estimate.ts';
import { type Best, type LoopEvents, type Start, toMask, trainingLoop } from './loop.ts';
import { describeModel, type Model } from './model.ts';
import type { PixelSource } from './pixels.ts';
import { Recorder } from './recorder.ts';
import { refined } from './refine.ts';
import { noteTest, RunEntry } from './run-book.ts';
import { activeStates, RunControl } from './run-state.ts';
import { measureGains, scoreSplit } from './score.ts';
import { Throttle } from './throttle.ts';
import { watched } from './watched.ts';

/** Validation images whose predictions go with every epoch. */
const SAMPLES = 4;

type OutlineRequest = Pick<
  Extract<TrainingCommand, { type: 'outline' }>,
  'image' | 'width' | 'height' | 'threshold' | 'inference'
>;

export interface SessionOptions {
  readonly send: (event: TrainingEvent, buffers?: Transferable[]) => void;
  readonly openPixels: (cacheId: string) => Promise<PixelSource & { close(): void }>;
  readonly clock: () => number;
  /** Throws AppError 'no-webgpu' or 'no-webgl'. */
  readonly openBackend: (choice: EngineChoice) => Promise<Backend>;
  readonly runs: Pick<RunStore, 'open'>;
  readonly book: RunBook;
}

export class Session {
  readonly #options: SessionOptions;
  #choice: EngineChoice = 'auto';
  #backend: Promise<Backend> | null = null;
  #control: RunControl | null = null;
  /** The run that `#control` is of. */
  #running = '';
  #model: Model | null = null;
  #engine: { engine: Engine; key: string } | null = null;
  /** The last use of the GPU outside a run; the next one waits for it. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async device(choice: EngineChoice): Promise<DeviceReport> {
    this.#refuseWhileRunning('change the engine');
    if (choice !== this.#choice) await this.#closeBackend();
    this.#choice = choice;
    return (await this.#open()).report;
  }

  /** null where the engine at hand does not plan its memory. */
  async estimate(settings: RunSettings): Promise<MemoryEstimate | null> {
    const { engine, report } = await this.#open();
    return engine === 'compiled' ? estimateMemory(settings, report.maxBufferBytes) : null;
  }

  get model(): Model {
    if (!this.#model) throw new AppError('no-model', 'There is no model yet', 'train one or load a saved one');
    return this.#model;
  }

  adoptModel(model: Model): void {
    this.#refuseWhileRunning('load a model');
    this.#setModel(model);
  }

  /** Starts a run and returns; its course is told by events. */
  start(run: StartRun): Promise<void> {
    return this.#begin(run.runId, async () => {
      if (run.startedFrom !== undefined) this.#refuseOtherNetwork(run.settings);
      return { run, from: undefined };
    });
  }

  /** Throws AppError 'no-model' or 'other-network' where the current model's weights do not fit a run of these settings. */
  #refuseOtherNetwork({ arch, filters }: RunSettings): void {
    const { info } = this.model;
    if (info.arch !== arch || info.filters !== filters)
      throw new AppError(
        'other-network',
        `The current model is ${info.arch} with ${info.filters} base filters, and the run is set to ${arch} with ${filters}`,
        'set the model’s architecture and base filters, or start from new weights',
      );
  }

  /** Goes on with an unfinished run from its newest checkpoint. */
  continue(runId: string): Promise<void> {
    return this.#begin(runId, async record => {
      const from = await record.load();
      if (!from)
        throw new AppError('dataset-missing', 'What was written of this run cannot be read', 'start a new run');
      return { run: from.run, from };
    });
  }

  async #begin(
    runId: string,
    find: (record: RunRecord) => Promise<{ run: StartRun; from: Checkpoint | undefined }>,
  ): Promise<void> {
    this.#refuseWhileRunning('start another');
    const control = new RunControl((state: RunState) => this.#options.send({ type: 'state', runId, state }));
    this.#control = control;
    this.#running = runId;
    control.change('preparing');
    let record: RunRecord | undefined;
    try {
      record = await this.#options.runs.open(runId);
      const { run, from } = await find(record);
      const { train, validation } = run.split;
      if (!train.length || !validation.length)
        throw new AppError('bad-split', 'A part of the split is empty', 'use more images or other shares');
      const memory = await this.estimate(run.settings);
      if (memory && !memory.fits) throw tooLarge(run.settings, memory);
      await this.#queue;
      const pixels = await this.#options.openPixels(run.dataset.cacheId);
      const { send } = this.#options;
      const recorder = new Recorder(
        run,
        record,
        {
          kept: (epoch, step) => send({ type: 'kept', runId, epoch, step }),
          warn: error => send({ type: 'warning', runId, error: toErrorData(error) }),
        },
        from,
      );
      void this.#run(run, control, pixels, recorder, from).finally(() => pixels.close());
    } catch (error) {
      record?.release();
      control.change('failed');
      throw error;
    }
  }

  pause(): void {
    this.#active.pause();
  }

  resume(): void {
    this.#active.resume();
  }

  stop(): void {
    this.#active.stop();
  }

  /** The test part of the split with its validation part, or all pairs. */
  async test(
    dataset: DatasetSummary,
    split: Split,
    { all, inference }: { all: boolean; inference: Inference },
  ): Promise<TestOutcome> {
    const parts = all ? { test: dataset.ids.map((_, place) => place), validation: [] } : split;
    const { keptRun } = this.model.info;
    const refining = Object.values(inference).some(Boolean);
    const outcome = await this.#predicting(dataset, async (engine, pixels) => {
      const chosen = refined(engine, inference);
      const { result, ...rest } = await scoreSplit(chosen, pixels, parts, dataset.ids, this.#testing());
      return { ...rest, result: refining ? { ...result, inference } : result, all };
    });
    if (keptRun !== undefined && !all)
      await noteTest(this.#options.book, keptRun, { dataset, split, result: outcome.result });
    return outcome;
  }

  /** What each refinement of predictions gives on the validation part. */
  gains(dataset: DatasetSummary, { validation }: Split): Promise<InferenceGains> {
    return this.#predicting(dataset, (engine, pixels) => measureGains(engine, pixels, validation, this.#testing()));
  }

  /** A zip of `ID_segmentation.png`, each of its image's own sides. */
  async masks(
    dataset: DatasetSummary,
    places: readonly number[],
    { threshold, inference }: { threshold: number; inference: Inference },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { sides } = dataset;
    if (!sides)
      throw new AppError(
        'dataset-missing',
        'The sizes of these images are not known: an older version of the page read them',
        'load the data set again',
      );
    const { zipMasks } = await import('./mask-zip.ts');
    return this.#predicting(dataset, (engine, pixels) =>
      zipMasks(refined(engine, inference), pixels, places, { ids: dataset.ids, sides, threshold }, this.#testing()),
    );
  }

  /** The mask of an image [S,S,3] of the model's size, as a PNG of the image's own sides. */
  async outline({ image, width, height, threshold, inference }: OutlineRequest): Promise<Outline> {
    const { areaShare, enlargeMask, maskPng } = await import('./masks.ts');
    const { size } = this.model.info;
    return this.#withModel(size, async engine => {
      const probabilities = await refined(engine, inference).predict(image, 1);
      const whole = enlargeMask(probabilities, size, width, height, threshold);
      return {
        png: maskPng(whole, width, height),
        share: areaShare(whole),
        mask: toMask(probabilities, threshold) as Uint8Array<ArrayBuffer>,
      };
    });
  }

  /** Tells how far scoring is, at most ten times a second. */
  #testing(): (done: number, total: number) => void {
    const { clock, send } = this.#options;
    const start = clock();
    let last = Number.NEGATIVE_INFINITY;
    return (done, total) => {
      const now = clock();
      if (now - last < 100 && done < total) return;
      last = now;
      const secondsLeft = done > 0 ? ((now - start) / 1000 / done) * (total - done) : undefined;
      send({ type: 'testing', done, total, secondsLeft });
    };
  }

  /** One image of the data set with the current model's mask at a threshold. */
  async picture(
    dataset: DatasetSummary,
    index: number,
    { threshold, inference }: { threshold: number; inference: Inference },
    model: Model = this.model,
  ): Promise<Triptych> {
    const id = dataset.ids[index];
    if (id === undefined) throw new AppError('dataset-missing', `The data set has no image ${index}`, 'load it again');
    return this.#predicting(
      dataset,
      async (engine, pixels) => {
        const { images, masks } = await pixels.read([index]);
        const prediction = toMask(await refined(engine, inference).predict(images, 1), threshold);
        return { id, size: pixels.size, image: images, truth: masks, prediction };
      },
      model,
    );
  }

  /** Pairs as they are and as three epochs of training would see them. */
  async augmented(
    dataset: DatasetSummary,
    places: readonly number[],
    settings: RunSettings,
    epoch: number,
  ): Promise<AugmentedPair[]> {
    const pixels = await this.#options.openPixels(dataset.cacheId);
    try {
      const { images, masks } = await pixels.read(places);
      return augmentedViews({ images, masks }, pixels.size, places, settings, epoch).map((views, i) => ({
        ...{ id: dataset.ids[places[i] ?? -1] ?? '', size: pixels.size, views },
      }));
    } finally {
      pixels.close();
    }
  }

  async #run(
    run: StartRun,
    control: RunControl,
    pixels: PixelSource,
    recorder: Recorder,
    from: Checkpoint | undefined,
  ): Promise<void> {
    const { runId, settings, split, dataset } = run;
    const { send, clock } = this.#options;
    const steps: StepRecord[] = [];
    const progress = new Throttle<RunProgress>(value => {
      if (steps.length) send({ type: 'steps', runId, steps: steps.splice(0) });
      send({ type: 'progress', runId, progress: value });
    }, clock);
    const samples = split.validation.slice(0, SAMPLES);
    const initial = run.startedFrom === undefined || from ? undefined : this.model.weights;
    let entry: RunEntry | undefined;
    const events: LoopEvents = {
      progress: value => progress.offer(value),
      step: record => {
        if (record.epoch === 1) steps.push(record);
      },
      epoch: (record, masks, best) => {
        if (control.state === 'failed') return;
        progress.flush();
        recorder.epoch(record, masks);
        entry?.epoch(record);
        send(
          { type: 'epoch', runId, record, masks, best },
          masks.map(mask => mask.buffer as ArrayBuffer),
        );
      },
      best: best => {
        if (control.state === 'failed') return;
        recorder.best(best.epoch, best.weights);
        entry?.best(best.epoch, best.weights);
        this.#setModel(runModel(run, best));
      },
      checkpointDue: () => !recorder.busy,
      checkpoint: (weights, optimizer, partial) => {
        if (control.state !== 'failed') recorder.save(weights, optimizer, partial);
      },
    };
    try {
      const start = from && startOf(from);
      if (from?.bestEpoch)
        this.#setModel(
          runModel(run, { epoch: from.bestEpoch, weights: from.best, valDice: start?.valDice[from.bestEpoch - 1] }),
        );
      send({ type: 'samples', runId, samples: await readSamples(pixels, dataset, samples) });
      const backend = await this.#open();
      entry = await RunEntry.open(this.#options.book, run, backend.report);
      const lost = backend.lost.then(reason => {
        throw deviceLost(reason);
      });
      const engine = await Promise.race([this.#prepare(settings, progress, clock), lost]);
      if (!control.stopped) {
        control.change('running');
        const input = { settings, train: split.train, validation: split.validation, samples, from: start, initial };
        await Promise.race([trainingLoop(input, engine, pixels, control, events, clock), lost]);
      }
      progress.flush();
      entry.end(control.stopped ? 'stopped' : 'finished');
      if (!control.stopped) control.change('finishing');
      const notKept = await entry.settled();
      // A full disk has been told with its numbers already.
      if (notKept && !recorder.warned) send({ type: 'warning', runId, error: toErrorData(notKept) });
      await recorder.close(false);
      control.change('done');
    } catch (thrown) {
      progress.flush();
      const error = toErrorData(await this.#explain(thrown));
      entry?.end('failed');
      control.fail();
      // The engine may hold values that are no numbers, or a device that is gone. The loop, where it still goes on, ends with it.
      if (error.code === 'device-lost') await this.#closeBackend();
      else this.#dropEngine();
      // From the same numbers the loss would stop being one again.
      await recorder.close(error.code !== 'not-finite');
      send({ type: 'failed', runId, error });
    }
  }

  async #prepare(settings: RunSettings, progress: Throttle<RunProgress>, clock: () => number): Promise<Engine> {
    const started = clock();
    this.#dropEngine();
    const { engine } = await this.#engineFor(settings, ({ phase, done, total }) =>
      progress.offer({
        phase,
        epoch: 0,
        epochs: settings.epochs,
        step: done,
        steps: total,
        secondsLeft: done > 0 ? ((clock() - started) / 1000 / done) * (total - done) : undefined,
      }),
    );
    return engine;
  }

  #predicting<T>(
    dataset: DatasetSummary,
    use: (engine: Engine, pixels: PixelSource) => Promise<T>,
    model?: Model,
  ): Promise<T> {
    return this.#withModel(
      dataset.size,
      async engine => {
        const pixels = await this.#options.openPixels(dataset.cacheId);
        try {
          return await use(engine, pixels);
        } finally {
          pixels.close();
        }
      },
      model,
    );
  }

  /** Runs with the current model's weights on an engine for images of `size`, one such use after another. */
  async #withModel<T>(size: number, use: (engine: Engine) => Promise<T>, model: Model = this.model): Promise<T> {
    this.#refuseWhileRunning('score images');
    const turn = this.#queue.then(async () => {
      const { arch, filters, crossEntropy } = model.info;
      const { engine } = await this.#engineFor({ arch, filters, crossEntropy, size });
      await engine.writeWeights(model.weights);
      try {
        return await use(engine);
      } catch (thrown) {
        throw await this.#explain(thrown);
      }
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** The engine there is, where it fits; else a new one. */
  async #engineFor(
    wanted: Pick<RunSettings, 'arch' | 'filters' | 'size' | 'crossEntropy'> & Partial<RunSettings>,
    onProgress?: Parameters<Engine['prepare']>[0],
  ): Promise<{ engine: Engine }> {
    const { arch, filters, size, batch = 1, l2 = 0, half = false } = wanted;
    const key = [arch, filters, size, half].join();
    if (this.#engine?.key === key) return this.#engine;
    this.#dropEngine();
    const backend = await this.#open();
    const network = buildNetwork(arch, filters);
    const settings = { ...wanted, network, batch, l2, dropout: true, half };
    const engine = watched(await backend.createEngine(settings));
    this.#engine = { engine, key };
    await engine.prepare(onProgress);
    return this.#engine;
  }

  #open(): Promise<Backend> {
    this.#backend ??= this.#options.openBackend(this.#choice).then(
      backend => {
        // Without a run nobody else would notice: the next use opens another.
        void backend.lost.then(() => this.#forget(backend));
        return backend;
      },
      error => {
        this.#backend = null;
        throw error;
      },
    );
    return this.#backend;
  }

  async #forget(lost: Backend): Promise<void> {
    if (this.#control && activeStates.includes(this.#control.state)) return;
    if ((await this.#backend?.catch(() => null)) === lost) await this.#closeBackend();
  }

  /** What fails when the device is lost may say so before the device does. */
  async #explain(thrown: unknown): Promise<unknown> {
    const backend = await this.#backend?.catch(() => null);
    if (thrown instanceof AppError || !backend) return thrown;
    const soon = new Promise<undefined>(resolve => setTimeout(resolve, 500));
    const reason = await Promise.race([backend.lost, soon]);
    return reason === undefined ? thrown : deviceLost(reason);
  }

  async #closeBackend(): Promise<void> {
    this.#dropEngine();
    const backend = await this.#backend?.catch(() => null);
    this.#backend = null;
    backend?.dispose();
  }

  #dropEngine(): void {
    this.#engine?.engine.dispose();
    this.#engine = null;
  }

  #setModel(model: Model): void {
    this.#model = model;
    this.#options.send({ type: 'model', model: model.info });
  }

  get #active(): RunControl {
    if (!this.#control) throw new AppError('wrong-state', 'No run is going', 'press Start training first');
    return this.#control;
  }

  /** Throws AppError 'wrong-state' where this very run goes on. */
  refuseGoing(runId: string, what: string): void {
    if (this.#running === runId) this.#refuseWhileRunning(what);
  }

  #refuseWhileRunning(what: string): void {
    if (this.#control && activeStates.includes(this.#control.state))
      throw new AppError('wrong-state', `A run is going, so the page cannot ${what}`, 'stop it first');
  }
}

function deviceLost(reason: string): AppError {
  return new AppError(
    'device-lost',
    `The graphics device was lost (${reason})`,
    'continue the run from its last finished epoch, or start again',
  );
}

function runModel({ runId, settings }: StartRun, { epoch, weights, valDice }: Best): Model {
  const origin = epoch > 0 ? `this run, epoch ${epoch}` : 'this run, stopped in its first epoch';
  const { arch, filters, size, crossEntropy, seed } = settings;
  const info = {
    arch,
    filters,
    size,
    crossEntropy,
    origin,
    runId,
    keptRun: runId,
    bestEpoch: epoch || undefined,
    valDice,
  };
  return { info: describeModel(info), weights, seed };
}

function startOf({ weights, optimizer, epochs, bestEpoch, partial }: Checkpoint): Start {
  const valDice = epochs.map(epoch => epoch.valDice);
  return { weights, optimizer, epochs: epochs.length, partial, bestEpoch, valDice };
}

async function readSamples(
  pixels: PixelSource,
  dataset: DatasetSummary,
  places: readonly number[],
): Promise<Triptych[]> {
  const { images, masks } = await pixels.read(places);
  const area = pixels.size ** 2;
  return places.map((place, i) => ({
    id: dataset.ids[place] ?? `#${place}`,
    size: pixels.size,
    image: images.slice(i * area * 3, (i + 1) * area * 3),
    truth: masks.slice(i * area, (i + 1) * area),
  }));
}
