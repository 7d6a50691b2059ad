/**
 * At most one run: begins it, reports it by events, saves it, and ends it. Each method answers the command of its name
 * (protocol/run.ts).
 */
import type { Engine, EngineSettings } from '../../engine/engine.ts';
import type { Checkpoint } from '../../formats/checkpoint.ts';
import type { ColumnHandlers } from '../../protocol/contract.ts';
import type { DatasetSummary } from '../../protocol/dataset.ts';
import { AppError, toErrorData } from '../../protocol/errors.ts';
import {
  type AugmentedPair,
  isActive,
  type RunEvent,
  type RunProgress,
  type RunState,
  type run,
  type StartRun,
  type StepRecord,
  type StepTiming,
  type UnfinishedRuns,
} from '../../protocol/run.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { secondsLeft, Throttle } from '../../protocol/throttle.ts';
import type { RunBook } from '../../store/run-book.ts';
import type { Backend } from '../device/backend.ts';
import { estimateOn, tooLarge } from '../device/estimate.ts';
import { deviceLost, type Gpu } from '../device/gpu.ts';
import { featureImages, measureFeatures } from '../inference/features.ts';
import { RunEntry } from '../library/run-records.ts';
import type { CurrentModel } from '../model.ts';
import { type PixelSource, readSamples } from '../pixels.ts';
import { augmentedViews } from './augment.ts';
import { runModel } from './best-model.ts';
import type { RunRecord, RunStore } from './checkpoints.ts';
import { RunControl } from './control.ts';
import { type LoopEvents, startOf } from './course.ts';
import { trainingLoop } from './loop.ts';
import { Recorder } from './recorder.ts';
import { timeSteps } from './step-timing.ts';

/** Validation images whose predictions are shown, at most: those that are pinned, then the first of the part, which is in an order of the split's seed. */
const SAMPLES = 12;

export interface RunsOptions {
  readonly gpu: Gpu;
  readonly model: CurrentModel;
  readonly send: (event: RunEvent, buffers?: Transferable[]) => void;
  readonly openPixels: (cacheId: string) => Promise<PixelSource & { close(): void }>;
  readonly clock: () => number;
  readonly store: RunStore;
  readonly book: RunBook;
  /** Resolves once nothing else uses the GPU. */
  readonly gpuFree: () => Promise<void>;
}

export class Runs implements ColumnHandlers<typeof run> {
  readonly #options: RunsOptions;
  #control: RunControl | null = null;
  /** The id of the run that `#control` controls. */
  #running = '';
  #tidied: Promise<void> | undefined;
  /** Counts the estimates: a later one, or a run, ends those before. */
  #estimates = 0;

  constructor(options: RunsOptions) {
    this.#options = options;
  }

  /** Starts a run and returns; events report the rest. */
  start({ run }: { readonly run: StartRun }): Promise<void> {
    return this.#begin(run.runId, async () => {
      if (run.startedFrom !== undefined) this.#refuseOtherNetwork(run.settings);
      return { run, from: undefined };
    });
  }

  /** Goes on with an unfinished run from its newest checkpoint. */
  continue({ runId }: { readonly runId: string }): Promise<void> {
    return this.#begin(runId, async record => {
      const from = await record.load();
      if (!from) throw new AppError('dataset-missing', 'The checkpoint of this run cannot be read', 'start a new run');
      return { run: from.run, from };
    });
  }

  async unfinished(): Promise<UnfinishedRuns> {
    const { store } = this.#options;
    // The worker begins with its page: a discard that the one before made cannot be taken back any more.
    this.#tidied ??= store.tidy();
    await this.#tidied;
    return store.unfinished();
  }

  discard({ runId }: { readonly runId: string }): Promise<void> {
    return this.#options.store.discard(runId);
  }

  restore({ runId }: { readonly runId: string }): Promise<void> {
    return this.#options.store.restore(runId);
  }

  async estimate({ settings }: { readonly settings: RunSettings }): Promise<StepTiming | null> {
    const { gpu, gpuFree, clock } = this.#options;
    this.cancelEstimate();
    const mine = this.#estimates;
    const over = () => mine !== this.#estimates;
    this.refuseWhileRunning('time a step');
    const memory = await estimateOn(gpu, settings);
    if (memory && !memory.fits) return null;
    await gpuFree();
    if (over()) return null;
    const open = (settings: RunSettings) => gpu.guest(settings);
    try {
      return await timeSteps({ open, close: () => gpu.dropGuest(), clock }, settings);
    } catch (thrown) {
      // Whoever came between has the device now.
      if (over() || gpu.guestGone) return null;
      const error = await gpu.explain(thrown);
      // Outside a run a lost device is replaced without a word.
      if (over() || (error instanceof AppError && error.code === 'device-lost')) return null;
      throw error;
    } finally {
      if (!over()) gpu.dropGuest();
    }
  }

  cancelEstimate(): void {
    this.#estimates++;
    this.#options.gpu.dropGuest();
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

  /** Pairs as they are and as three epochs of training would see them. */
  async augmented({
    dataset,
    places,
    settings,
    epoch,
  }: {
    readonly dataset: DatasetSummary;
    readonly places: readonly number[];
    readonly settings: RunSettings;
    readonly epoch: number;
  }): Promise<AugmentedPair[]> {
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

  get isRunning(): boolean {
    return this.#control !== null && isActive(this.#control.state);
  }

  /** Throws AppError 'wrong-state' where a run is going; `runId`: where this very run is. */
  refuseWhileRunning(what: string, runId: string = this.#running): void {
    if (this.isRunning && runId === this.#running)
      throw new AppError('wrong-state', `A run is going, so the page cannot ${what}`, 'stop it first');
  }

  /** Throws AppError 'no-model' or 'other-network' where the current model's weights do not fit a run of these settings. */
  #refuseOtherNetwork({ arch, filters }: RunSettings): void {
    const { info } = this.#options.model.get();
    if (info.networks !== undefined)
      throw new AppError(
        'other-network',
        'The current model is an ensemble, and a run trains one network',
        'load the run of one of its networks, or start from new weights',
      );
    if (info.arch !== arch || info.filters !== filters)
      throw new AppError(
        'other-network',
        `The current model is ${info.arch} with ${info.filters} base filters, and the run is set to ${arch} with ${filters}`,
        'set the model’s architecture and base filters, or start from new weights',
      );
  }

  async #begin(
    runId: string,
    find: (record: RunRecord) => Promise<{ run: StartRun; from: Checkpoint | undefined }>,
  ): Promise<void> {
    this.refuseWhileRunning('start another');
    const control = new RunControl((state: RunState, stopped: boolean) =>
      this.#options.send({ type: 'state', runId, state, ...(stopped ? { stopped } : {}) }),
    );
    this.cancelEstimate();
    this.#control = control;
    this.#running = runId;
    control.change('preparing');
    let record: RunRecord | undefined;
    try {
      record = await this.#options.store.open(runId);
      void this.#tidy(runId);
      const { run, from } = await find(record);
      const { train, validation } = run.split;
      if (!train.length || !validation.length)
        throw new AppError('bad-split', 'A part of the split is empty', 'use more images or other shares');
      const memory = await estimateOn(this.#options.gpu, run.settings);
      if (memory && !memory.fits) throw tooLarge(run.settings, memory);
      await this.#options.gpuFree();
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

  async #run(
    run: StartRun,
    control: RunControl,
    pixels: PixelSource,
    recorder: Recorder,
    from: Checkpoint | undefined,
  ): Promise<void> {
    const { runId, settings, split, dataset } = run;
    const { send, clock, gpu, model } = this.#options;
    const steps: StepRecord[] = [];
    const progress = new Throttle<RunProgress>(value => {
      if (steps.length) send({ type: 'steps', runId, steps: steps.splice(0) });
      send({ type: 'progress', runId, progress: value });
    }, clock);
    // As many as the checkpoint has masks of, in the order that was asked for when the run began.
    const count = from?.masks.find(masks => masks.length > 0)?.length ?? SAMPLES;
    const samples = pinnedFirst(split.validation, run.pinned ?? []).slice(0, count);
    const initial = run.startedFrom === undefined || from ? undefined : model.get().weights;
    let entry: RunEntry | undefined;
    const events: LoopEvents = {
      progress: value => progress.offer(value),
      step: record => steps.push(record),
      epoch: (record, { masks, levels, dice }, best) => {
        if (control.state === 'failed') return;
        progress.flush();
        recorder.epoch(record, masks);
        entry?.epoch(record);
        send(
          { type: 'epoch', runId, record, masks, levels, dice, best },
          [...masks, ...levels].map(({ buffer }) => buffer as ArrayBuffer),
        );
      },
      predictions: (at, { masks, levels, dice }) => {
        if (control.state === 'failed') return;
        send(
          { type: 'predictions', runId, ...at, masks, levels, dice },
          [...masks, ...levels].map(({ buffer }) => buffer as ArrayBuffer),
        );
      },
      best: best => {
        if (control.state === 'failed') return;
        recorder.best(best.epoch, best.weights);
        entry?.best(best.epoch, best.weights);
        model.set(runModel(run, best));
      },
      checkpointDue: () => !recorder.busy,
      checkpoint: (...state) => {
        if (control.stopped) recorder.stop();
        if (control.state !== 'failed') recorder.save(...state);
      },
    };
    try {
      const start = from && startOf(from);
      if (from?.bestEpoch)
        model.set(
          runModel(run, { epoch: from.bestEpoch, weights: from.best, valDice: start?.valDice[from.bestEpoch - 1] }),
        );
      send({ type: 'samples', runId, samples: await readSamples(pixels, dataset, samples) });
      const decided = await gpu.decide(settings);
      send({ type: 'device', runId, device: decided.report });
      const lostOf = (backend: Backend) =>
        backend.lost.then(reason => {
          throw deviceLost(reason);
        });
      const variants = from?.optimizer.variants;
      const engine = await Promise.race([this.#prepare({ ...settings, variants }, progress, clock), lostOf(decided)]);
      const { distrust } = gpu;
      const backend = distrust ? await gpu.open() : decided;
      if (distrust) send({ type: 'device', runId, device: backend.report });
      for (const warning of [...(distrust ? [distrust] : []), ...(engine.warnings ?? [])])
        send({ type: 'warning', runId, error: toErrorData(warning) });
      entry = await RunEntry.open(this.#options.book, run, backend.report);
      const lost = lostOf(backend);
      let complete = false;
      if (!control.stopped) {
        control.change('running');
        const input = { settings, train: split.train, validation: split.validation, samples, from: start, initial };
        complete = await Promise.race([trainingLoop(input, engine, pixels, control, events, clock), lost]);
      }
      progress.flush();
      if (!control.stopped) control.change('finishing');
      if (complete) await Promise.race([this.#lookAtTraining(run, engine, pixels, entry, progress), lost]);
      entry.end(complete ? 'finished' : 'stopped');
      const notKept = await entry.settled();
      // A full disk has been told with its numbers already.
      if (notKept && !recorder.warned) send({ type: 'warning', runId, error: toErrorData(notKept) });
      // Of a stopped run the checkpoint stays, so that it can be continued.
      await recorder.close(!complete);
      control.end(!complete);
    } catch (thrown) {
      progress.flush();
      const error = toErrorData(await gpu.explain(thrown));
      entry?.end('failed');
      control.fail();
      // The engine may hold values that are no numbers, or a device that is gone. The loop, where it still goes on, ends with it.
      if (error.code === 'device-lost') await gpu.close();
      else gpu.dropEngine();
      // From the same weights the loss would stop being a number again.
      await recorder.close(error.code !== 'not-finite');
      send({ type: 'failed', runId, error });
    }
  }

  /** What the best weights' training images are like, for the model to carry. */
  async #lookAtTraining(
    run: StartRun,
    engine: Engine,
    pixels: PixelSource,
    entry: RunEntry,
    progress: Throttle<RunProgress>,
  ): Promise<void> {
    const model = this.#options.model.get();
    if (model.info.runId !== run.runId) return;
    await engine.writeWeights(model.weights);
    const { epochs } = run.settings;
    const steps = featureImages(run.split);
    const found = await measureFeatures(engine, pixels, run.split, step =>
      progress.offer({ phase: 'training images', epoch: epochs, epochs, step, steps }),
    );
    if (!found) return;
    this.#options.model.noteFeatures(model, found);
    entry.features(found);
  }

  #prepare(
    settings: RunSettings & Pick<EngineSettings, 'variants'>,
    progress: Throttle<RunProgress>,
    clock: () => number,
  ): Promise<Engine> {
    const { gpu } = this.#options;
    const started = clock();
    gpu.dropEngine();
    return gpu.engineFor(settings, ({ phase, done, total }) =>
      progress.offer({
        phase,
        epoch: 0,
        epochs: settings.epochs,
        step: done,
        steps: total,
        secondsLeft: secondsLeft(clock() - started, done, total),
      }),
    );
  }

  /** The room may be needed, and this run does not wait for it. */
  async #tidy(runId: string): Promise<void> {
    const { store, send } = this.#options;
    await store.tidy().catch(thrown => send({ type: 'warning', runId, error: toErrorData(thrown) }));
  }

  get #active(): RunControl {
    if (!this.#control) throw new AppError('wrong-state', 'No run is going', 'press Start training first');
    return this.#control;
  }
}

function pinnedFirst(validation: readonly number[], pinned: readonly number[]): readonly number[] {
  const first = pinned.filter(place => validation.includes(place));
  return [...first, ...validation.filter(place => !first.includes(place))];
}
