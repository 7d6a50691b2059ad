/**
 * The engine that trains by replaying one recorded plan per step.
 *
 * Owns: its buffers and pipelines on a device that belongs to whoever made it. Promises: a step uploads the batch's bytes and
 * 32 bytes more, replays the plan in one submit (in several where a step takes seconds), and reads a few numbers back; nothing is
 * allocated after `prepare`. Must not know: what decides the plan (lowering/), where its memory goes (lowering/memory.ts), or how a plan becomes
 * pipelines and buffers (recording.ts).
 */
import { augmentTable, UNCHANGED } from '../../kernels/augmentation/augment.ts';
import type { Dispatch } from '../../kernels/dispatch.ts';
import { STEP_BYTES, stepBytes } from '../../kernels/step.ts';
import { featureCount } from '../../network/graph.ts';
import { AppError } from '../../protocol/errors.ts';
import type { PlanDescription } from '../../protocol/inspection.ts';
import {
  ADAM,
  averageKeep,
  type Batch,
  type Engine,
  type EngineSettings,
  type OptimizerState,
  type PrepareProgress,
  type StepResult,
  type StepSettings,
  type Variants,
  type Weights,
} from '../engine.ts';
import { allOperations } from '../lowering/memory.ts';
import { answersOf, type TuningStore, withAnswers } from './cards.ts';
import { type AdapterKind, type AdapterTraits, type Choices, defaultChoices, traitsOf } from './choices.ts';
import { describeGpuPlan } from './describe.ts';
import { deviceClass } from './device-class.ts';
import { DispatchTimer } from './dispatch-timer.ts';
import { FIRST_CHOICES } from './first-choices.ts';
import { GpuMemory } from './gpu-memory.ts';
import { buildGpuPlan, type GpuPlan } from './gpu-plan.ts';
import { LOSS_SCALE, LossScale } from './loss-scale.ts';
import { ParameterBuffers } from './parameters.ts';
import { measureGflops } from './peaks.ts';
import { PipelineCache, type ReadyDispatch, record } from './pipelines.ts';
import { rememberedChoices, type Tiles } from './questions.ts';
import { makeRecording, type Recording } from './recording.ts';
import { SelfTest } from './self-test/self-test.ts';
import { replacedVariants, soundPlan } from './sound-plan.ts';
import { COUNT_BYTES, type Receipt, SubmitCount } from './submit-count.ts';
import { Pace, partsOf } from './submits.ts';
import { type Answers, chosen, tune } from './tuning.ts';

export interface CompiledEngineOptions {
  /** Where measurements on this adapter are kept; without it they are made anew by each engine. */
  readonly tuning?: TuningStore;
  /** The adapter's peak, where it is known: else it is measured, see measureGflops. */
  readonly gflops?: number;
  /** Time for measurements in each `prepare`; 0 takes the defaults. */
  readonly tuneMilliseconds?: number;
  /** First loss scale; given or not, half precision scales, single precision only if it is given. */
  readonly lossScale?: number;
  /** Off only where shaders are changed on purpose: what they compute is then not compared with anything. */
  readonly selfTest?: boolean;
  /** Told that the device left out work that it was given, and why that is known: none of its answers can be trusted any more. */
  readonly onMissed?: (reason: string) => void;
}

export interface CompiledEngine extends Engine {
  readonly name: 'compiled';
  inspect(timed?: number): PlanDescription;
  /** For measurements: labels of the dispatches of a step, in order. Empty before `prepare`. */
  dispatches(): string[];
  /** Of the last step, before the update and without the L2 penalty, by parameter name. */
  readGradients(): Promise<Weights>;
}

/**
 * For measurements of kernel variants, in each `prepare` as long as some are missing. Software adapters get none: there the first variant on
 * offer was within noise of the best in every network tried, and shaders compile slowly.
 */
const TUNE_MS: Record<AdapterKind, number> = { software: 0, gpu: 4000 };

/** Throws where the network or size does not fit; see buildGpuPlan. */
export function createCompiledEngine(
  device: GPUDevice,
  settings: EngineSettings,
  options: CompiledEngineOptions = {},
): CompiledEngine {
  return new Compiled(device, settings, options);
}

class Compiled implements CompiledEngine {
  readonly name = 'compiled';
  readonly settings: EngineSettings;
  readonly stepsUnderWay: number;
  readonly #device: GPUDevice;
  readonly #memory: GpuMemory;
  readonly #options: CompiledEngineOptions;
  readonly #scale: LossScale | undefined;
  #plan: GpuPlan;
  readonly #step: GPUBuffer;
  readonly #submits: SubmitCount;
  readonly #parameters: ParameterBuffers;
  #recording: Recording | undefined;
  #timer: DispatchTimer | undefined;
  #updates = 0;
  /** Of the gradients that the last step left. */
  #gradientScale = 1;
  readonly #pace: Pace;
  #predicting: Promise<unknown> = Promise.resolve();
  readonly #warnings: AppError[] = [];
  /** What was measured of variants, of this plan and others. */
  #answers: Answers = {};
  #disposed = false;

  constructor(device: GPUDevice, settings: EngineSettings, options: CompiledEngineOptions) {
    if (!Number.isInteger(settings.batch) || settings.batch < 1)
      throw new RangeError(`batch ${settings.batch} is not a whole number from 1`);
    this.settings = settings;
    // With a loss scale each step depends on the outcome of the one before, and a run must be repeatable.
    this.stepsUnderWay = settings.half || options.lossScale ? 1 : 2;
    this.#options = options;
    if (settings.half && !device.features.has('shader-f16')) throw new Error('this GPU has no 16-bit floats');
    this.#device = device;
    this.#pace = new Pace(traitsOf(device).kind);
    if (settings.half || options.lossScale) this.#scale = new LossScale(options.lossScale ?? LOSS_SCALE.first);
    this.#plan = this.#build(defaultChoices(traitsOf(device).kind));
    this.#memory = new GpuMemory(device);
    this.#step = this.#memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#submits = new SubmitCount(device, this.#memory, options.onMissed);
    const { layout, slots } = this.#plan;
    const kinds = settings.predictOnly
      ? (['weights'] as const)
      : (['weights', 'gradients', 'first', 'second'] as const);
    this.#parameters = new ParameterBuffers(device, this.#memory, this.#submits, layout, slots, kinds);
  }

  #build(choices: Choices): GpuPlan {
    return buildGpuPlan(this.settings, choices, this.#scale !== undefined);
  }

  async prepare(onProgress?: (progress: PrepareProgress) => void): Promise<void> {
    if (this.#recording) return;
    const device = this.#device;
    const cache = new PipelineCache(device);
    const plan = await this.#soundPlan(cache, onProgress);
    this.#refuseDisposed();

    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const recording = await makeRecording(
      { device, memory: this.#memory, parameters: this.#parameters, step: this.#step },
      plan,
      cache,
    );
    const errors = [await device.popErrorScope(), await device.popErrorScope()].filter(error => error !== null);
    // What it took meanwhile goes too.
    if (this.#disposed) this.#memory.dispose();
    this.#refuseDisposed();
    if (errors[0])
      throw new AppError(
        'out-of-memory',
        `The GPU gave no memory for batches of ${this.settings.batch} (${errors[0].message})`,
        'choose a smaller batch, a smaller image size or fewer base filters',
      );
    this.#plan = plan;
    this.#recording = recording;
  }

  /** The plan with the variants that are fastest here and compute rightly, compiled. */
  async #soundPlan(cache: PipelineCache, onProgress?: (progress: PrepareProgress) => void): Promise<GpuPlan> {
    const traits = traitsOf(this.#device);
    const test = new SelfTest(this.#device, cache, this.#submits);
    const tell = (progress: PrepareProgress) => {
      // A tuning that goes on would spoil the measurements of whoever comes next.
      this.#refuseDisposed();
      onProgress?.(progress);
    };
    const tiles = await this.#tiles(cache, traits, test, tell);
    const { plan, replaced } = await soundPlan({
      ...{ adapter: traits, tiles, build: choices => this.#build(choices) },
      wrong: async dispatches => {
        const compiled = cache.compile(dispatches, tell);
        if (this.#options.selfTest === false) return compiled.then(() => []);
        test.expect(dispatches);
        await compiled;
        return test.wrong(dispatches);
      },
    });
    if (replaced.length > 0) this.#warnings.push(replacedVariants(replaced));
    return plan;
  }

  /** The variants that the run began with; else remembered ones, and as far as the time goes measured ones for what is not remembered. */
  async #tiles(
    cache: PipelineCache,
    adapter: AdapterTraits,
    test: SelfTest,
    onProgress: (progress: PrepareProgress) => void,
  ): Promise<Tiles> {
    const { variants } = this.settings;
    // What is no variant on offer is passed over.
    if (variants) return variants as Tiles;
    const { tuning: store, tuneMilliseconds: milliseconds = TUNE_MS[adapter.kind] } = this.#options;
    const device = this.#device;
    if (milliseconds === 0) return {};
    const kept = await store?.load();
    const gflops = this.#options.gflops ?? (await measureGflops(device, cache));
    this.#answers = answersOf(kept, gflops);
    // Until a question has an answer of this card's own, the model's.
    const tiles = () => ({ ...FIRST_CHOICES[deviceClass(gflops)], ...chosen(this.#answers) });
    const { choices, asked } = rememberedChoices(adapter, {});
    this.#build(choices);
    if ([...asked.keys()].every(key => this.#answers[key]?.complete)) return tiles();
    const wrong = (dispatches: readonly Dispatch[]) => test.wrong(dispatches);
    const args = { device, cache, adapter, asked, known: this.#answers, wrong, milliseconds, onProgress };
    this.#answers = await tune(args);
    await store?.save(withAnswers(kept, gflops, this.#answers));
    return tiles();
  }

  #refuseDisposed(): void {
    if (this.#disposed) throw new Error('the engine is disposed');
  }

  #prepared(): Recording {
    this.#refuseDisposed();
    if (!this.#recording) throw new Error('the engine is not prepared');
    return this.#recording;
  }

  async step(batch: Batch, settings: StepSettings): Promise<StepResult> {
    const recording = this.#prepared();
    const { plan, buffer, results } = recording;
    const { size, batch: images, predictOnly } = this.settings;
    if (predictOnly) throw new Error('the engine is made for predictions only');
    if (batch.images.length !== images * size * size * 3) throw new RangeError('the images do not fill the batch');
    if (batch.masks.length !== images * size * size) throw new RangeError('the masks do not fill the batch');
    const { augmentations = new Array(images).fill(UNCHANGED) } = batch;
    if (augmentations.length !== images) throw new RangeError('there is not an augmentation for each image');
    const staging = await results.acquire();
    this.#prepared();
    const { queue } = this.#device;
    queue.writeBuffer(buffer(plan.slots.augmentations), 0, augmentTable(augmentations));
    queue.writeBuffer(buffer(plan.slots.imageBytes), 0, plain(batch.images));
    queue.writeBuffer(buffer(plan.slots.maskBytes), 0, plain(batch.masks));
    const lossScale = this.#scale?.value ?? 1;
    this.#writeStep(settings, this.settings.dropout, lossScale);
    const begin = performance.now();
    const timer = this.#timer?.take() ? this.#timer : undefined;
    const receipt = this.#submit(stepOf(recording), timer, buffer(plan.slots.result), staging);
    this.#updates = settings.step;
    this.#gradientScale = lossScale;
    const values = await results.read(staging, receipt);
    this.#pace.report(workIn(stepOf(recording)), performance.now() - begin);
    await timer?.read();
    const hopeful = this.#scale?.report(lossScale, values[1] !== 0) ?? true;
    const scores = Array.from({ length: images }, (_, i) => i);
    return {
      loss: hopeful ? (values[0] ?? Number.NaN) : Number.NaN,
      dice: Float32Array.from(scores, i => values[2 + 2 * i] ?? Number.NaN),
      accuracy: Float32Array.from(scores, i => values[3 + 2 * i] ?? Number.NaN),
    };
  }

  #writeStep({ learningRate, step, seed }: StepSettings, dropout: boolean, lossScale: number): void {
    const { beta1, beta2 } = ADAM;
    const keep = averageKeep(this.settings.average ?? 0, step);
    this.#device.queue.writeBuffer(
      this.#step,
      0,
      stepBytes({ learningRate, step, seed, dropout, beta1, beta2, lossScale, averageKeep: keep }),
    );
  }

  /** In as many submits as the device's pace asks for, the last of which copies the answer to where the host reads it. */
  #submit(
    dispatches: readonly ReadyDispatch[],
    timer: DispatchTimer | undefined,
    answer: GPUBuffer,
    staging: GPUBuffer,
  ): Receipt {
    const ends = partsOf(
      dispatches.map(({ work }) => work),
      this.#pace.most,
    );
    const encodePart = (begin: number, end: number) => {
      const encoder = this.#device.createCommandEncoder();
      const part = dispatches.slice(begin, end);
      if (timer) timer.record(encoder, part, begin);
      else record(encoder, part);
      return encoder;
    };
    let begin = 0;
    for (const end of ends.slice(0, -1)) {
      this.#submits.submit(encodePart(begin, end));
      begin = end;
    }
    const encoder = encodePart(begin, dispatches.length);
    encoder.copyBufferToBuffer(answer, 0, staging, 0, Math.min(answer.size, staging.size - COUNT_BYTES));
    timer?.resolve(encoder);
    return this.#submits.submit(encoder, staging);
  }

  predict(images: Uint8Array, count: number, features?: Float32Array): Promise<Float32Array> {
    // One at a time: all chunks share one buffer for their bytes and one for their answer.
    const answer = this.#predicting.then(() => this.#predict(images, count, features));
    this.#predicting = answer.catch(() => undefined);
    return answer;
  }

  async #predict(images: Uint8Array, count: number, features?: Float32Array): Promise<Float32Array> {
    const { size, batch, network } = this.settings;
    const pixels = size * size;
    const each = featureCount(network);
    if (!Number.isInteger(count) || count < 1 || images.length !== count * pixels * 3)
      throw new RangeError(`${images.length} bytes are not ${count} images of ${size}²`);
    const result = new Float32Array(count * pixels);
    for (let first = 0; first < count; first += batch) {
      const { plan, buffer, predicting, predictions } = this.#prepared();
      const chunk = new Uint8Array(batch * pixels * 3);
      const used = Math.min(batch, count - first);
      chunk.set(images.subarray(first * pixels * 3, (first + used) * pixels * 3));
      const staging = await predictions.acquire();
      this.#prepared();
      const { queue } = this.#device;
      queue.writeBuffer(buffer(plan.slots.imageBytes), 0, chunk);
      queue.writeBuffer(buffer(plan.slots.augmentations), 0, augmentTable(new Array(batch).fill(UNCHANGED)));
      this.#writeStep({ learningRate: 0, step: 1, seed: 0 }, false, 1);
      const receipt = this.#submit(predicting, undefined, buffer(plan.slots.probabilities), staging);
      const values = await predictions.read(staging, receipt);
      result.set(values.subarray(0, used * pixels), first * pixels);
      features?.set(values.subarray(batch * pixels, batch * pixels + used * each), first * each);
    }
    return result;
  }

  readWeights(): Promise<Weights> {
    return this.#parameters.read('weights');
  }

  readAverage(): Promise<Weights> {
    return this.#parameters.read(this.#parameters.has('average') ? 'average' : 'weights');
  }

  async readGradients(): Promise<Weights> {
    const scale = this.#gradientScale;
    const scaled = await this.#parameters.read('gradients');
    return new Map([...scaled].map(([name, values]) => [name, values.map(value => value / scale)]));
  }

  async writeWeights(weights: Weights): Promise<void> {
    this.#parameters.write('weights', weights);
    if (this.#parameters.has('average')) this.#parameters.write('average', weights);
  }

  async readOptimizer(): Promise<OptimizerState> {
    const step = this.#updates;
    const [first, second, average] = await Promise.all([
      this.#parameters.read('first'),
      this.#parameters.read('second'),
      this.#parameters.has('average') ? this.#parameters.read('average') : undefined,
    ]);
    return {
      ...{ step, first, second },
      ...(average ? { average } : {}),
      ...(this.#scale ? { lossScale: this.#scale.state } : {}),
      variants: variantsOf(this.#plan),
    };
  }

  async writeOptimizer({ step, first, second, average, lossScale }: OptimizerState): Promise<void> {
    this.#parameters.write('first', first);
    this.#parameters.write('second', second);
    if (average && this.#parameters.has('average')) this.#parameters.write('average', average);
    this.#updates = step;
    if (lossScale) this.#scale?.restore(lossScale);
  }

  get warnings(): readonly AppError[] {
    return this.#warnings;
  }

  memory(): { gpuBytes: number; buffers: number } {
    return this.#memory.count();
  }

  dispatches(): string[] {
    return this.#recording ? stepOf(this.#recording).map(({ label }) => label) : [];
  }

  inspect(timed = 0): PlanDescription {
    const { network, size, batch } = this.settings;
    const recording = this.#recording;
    const described = describeGpuPlan(this.#plan, network, this.#answers);
    const step = recording ? stepOf(recording) : [];
    const possible =
      recording !== undefined && !this.settings.predictOnly && DispatchTimer.possible(this.#device, step.length);
    if (timed > 0 && possible) {
      this.#timer?.dispose();
      this.#timer = new DispatchTimer(this.#device, this.#memory, step.length, timed);
    }
    const times = this.#timer?.means();
    // A step's dispatches, without those of predictions alone.
    let next = 0;
    const operations = described.operations.map(operation =>
      operation.part === 'prediction' ? operation : { ...operation, milliseconds: times?.[next++] ?? null },
    );
    const timing = { possible, steps: this.#timer?.replays ?? 0 };
    return { engine: this.name, size, batch, ...described, operations, timing };
  }

  dispose(): void {
    this.#disposed = true;
    this.#recording = undefined;
    this.#timer?.dispose();
    this.#memory.dispose();
  }
}

function stepOf({ forward, training }: Recording): ReadyDispatch[] {
  return [...forward, ...training];
}

/** The variants that a plan was built with, by question. */
function variantsOf(plan: GpuPlan): Variants {
  return Object.fromEntries(
    allOperations(plan).flatMap(({ variant }) => (variant ? [[variant.question, variant.tile]] : [])),
  );
}

function workIn(dispatches: readonly ReadyDispatch[]): number {
  return dispatches.reduce((sum, { work }) => sum + work, 0);
}

/** The same bytes, in a type that excludes shared memory, which the GPU's queue does not accept. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}
