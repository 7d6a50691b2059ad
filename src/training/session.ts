/**
 * What the training worker holds: the device, at most one run, and the current model (the best epoch of a run, or a loaded
 * one). One thing at a time uses the GPU: what inference.ts does waits for itself and is refused while a run is going.
 */
import type { Engine } from '../engine/engine.ts';
import type { Checkpoint } from '../formats/checkpoint.ts';
import { AppError, toErrorData } from '../protocol/errors.ts';
import type {
  DeviceReport,
  MemoryEstimate,
  RunProgress,
  RunState,
  StartRun,
  StepRecord,
  TrainingEvent,
} from '../protocol/run.ts';
import { sameInference, type TunedThreshold } from '../protocol/scores.ts';
import type { EngineChoice, RunSettings } from '../protocol/settings.ts';
import { Throttle } from '../protocol/throttle.ts';
import type { RunBook } from '../store/run-book.ts';
import type { Backend } from './device/backend.ts';
import { estimateMemory, tooLarge } from './device/estimate.ts';
import { deviceLost, Gpu } from './device/gpu.ts';
import { Judge } from './inference/inference.ts';
import { RunEntry } from './library/run-book.ts';
import { type Model, runModel } from './model.ts';
import { type PixelSource, readSamples } from './pixels.ts';
import type { RunRecord, RunStore } from './run/checkpoints.ts';
import { trainingLoop } from './run/loop.ts';
import { Recorder } from './run/recorder.ts';
import { activeStates, RunControl } from './run/run-state.ts';
import { type LoopEvents, startOf } from './run/run-types.ts';

/** Validation images whose predictions go with every epoch. */
const SAMPLES = 4;

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
  readonly #gpu: Gpu;
  /** What can be asked of the model between runs. */
  readonly judge: Judge;
  #control: RunControl | null = null;
  /** The run that `#control` is of. */
  #running = '';
  #model: Model | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#gpu = new Gpu(options.openBackend, () => this.#isRunning);
    this.judge = new Judge({
      ...options,
      gpu: this.#gpu,
      model: () => this.model,
      noteThreshold: (model, found) => this.#noteThreshold(model, found),
      refuseWhileRunning: what => this.#refuseWhileRunning(what),
    });
  }

  async device(choice: EngineChoice): Promise<DeviceReport> {
    this.#refuseWhileRunning('change the engine');
    return (await this.#gpu.choose(choice)).report;
  }

  /** null where the engine at hand does not plan its memory. */
  async estimate(settings: RunSettings): Promise<MemoryEstimate | null> {
    const { engine, report } = await this.#gpu.open();
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
      await this.judge.settled();
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
      checkpoint: (...state) => {
        if (control.state !== 'failed') recorder.save(...state);
      },
    };
    try {
      const start = from && startOf(from);
      if (from?.bestEpoch)
        this.#setModel(
          runModel(run, { epoch: from.bestEpoch, weights: from.best, valDice: start?.valDice[from.bestEpoch - 1] }),
        );
      send({ type: 'samples', runId, samples: await readSamples(pixels, dataset, samples) });
      const backend = await this.#gpu.open();
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
      const error = toErrorData(await this.#gpu.explain(thrown));
      entry?.end('failed');
      control.fail();
      // The engine may hold values that are no numbers, or a device that is gone. The loop, where it still goes on, ends with it.
      if (error.code === 'device-lost') await this.#gpu.close();
      else this.#gpu.dropEngine();
      // From the same numbers the loss would stop being one again.
      await recorder.close(error.code !== 'not-finite');
      send({ type: 'failed', runId, error });
    }
  }

  #prepare(settings: RunSettings, progress: Throttle<RunProgress>, clock: () => number): Promise<Engine> {
    const started = clock();
    this.#gpu.dropEngine();
    return this.#gpu.engineFor(settings, ({ phase, done, total }) =>
      progress.offer({
        phase,
        epoch: 0,
        epochs: settings.epochs,
        step: done,
        steps: total,
        secondsLeft: done > 0 ? ((clock() - started) / 1000 / done) * (total - done) : undefined,
      }),
    );
  }

  #setModel(model: Model): void {
    this.#model = model;
    this.#options.send({ type: 'model', model: model.info });
  }

  /** In place of the one that was found before with the same refinements; dropped where another model is current by now. */
  #noteThreshold({ weights }: Model, found: TunedThreshold): void {
    if (this.#model?.weights !== weights) return;
    const { info, ...rest } = this.#model;
    const others = (info.thresholds ?? []).filter(known => !sameInference(known, found));
    this.#setModel({ ...rest, info: { ...info, thresholds: [...others, found] } });
  }

  get #active(): RunControl {
    if (!this.#control) throw new AppError('wrong-state', 'No run is going', 'press Start training first');
    return this.#control;
  }

  /** Throws AppError 'wrong-state' where this very run goes on. */
  refuseGoing(runId: string, what: string): void {
    if (this.#running === runId) this.#refuseWhileRunning(what);
  }

  get #isRunning(): boolean {
    return this.#control !== null && activeStates.includes(this.#control.state);
  }

  #refuseWhileRunning(what: string): void {
    if (this.#isRunning)
      throw new AppError('wrong-state', `A run is going, so the page cannot ${what}`, 'stop it first');
  }
}
