/**
 * The engine on the CPU's cores: a plan of kernel calls over one WebAssembly memory, carried out by a pool of threads.
 *
 * Owns: its memory and threads. Promises: the same bits for any number of threads; nothing is allocated after `prepare`; its bytes are told
 * before they are taken (cpuPlanBytes). Must not know: what decides the plan (cpu-plan.ts), how threads share it (team.ts).
 */
import { augmentTable, UNCHANGED } from '../../kernels/augmentation/augment.ts';
import type { Slot } from '../../kernels/dispatch.ts';
import { stepBytes } from '../../kernels/step.ts';
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
  type Weights,
} from '../engine.ts';
import { describePlan } from '../lowering/describe.ts';
import { flatten, unflatten } from '../lowering/layout.ts';
import { buildCpuPlan, type CpuPlan } from './cpu-plan.ts';
import { type KernelModule, knowsRelaxedSimd, loadKernels, PAGE_BYTES } from './module.ts';
import { type Executor, inlineExecutor, type Thread, ThreadLostError, threadPool } from './pool.ts';
import { type Layout, layOut } from './programs.ts';

export interface CpuEngineOptions {
  /** Threads of the pool, ≥ 1; 0 works in this thread, which is all there is without shared memory. */
  readonly threads: number;
  /** Relaxed SIMD or not; without it, what the browser knows. */
  readonly relaxed?: boolean | undefined;
  /** Without it, a worker. */
  readonly startThread?: ((name: string) => Thread) | undefined;
}

export interface CpuEngine extends Engine {
  readonly name: 'cpu';
  readonly threads: number;
  readonly relaxed: boolean;
  /** Of the last step, before the update and without the L2 penalty, by parameter name. */
  readGradients(): Promise<Weights>;
}

/** Bytes of memory that an engine of these settings takes. Throws where size and network do not fit. */
export function cpuPlanBytes(settings: EngineSettings, threads: number): number {
  return layOut(buildCpuPlan(settings), Math.max(1, threads)).bytes;
}

/** Throws where the network or size does not fit. */
export function createCpuEngine(settings: EngineSettings, options: CpuEngineOptions): CpuEngine {
  return new Cpu(settings, options);
}

type Parameters = 'weights' | 'gradients' | 'first' | 'second' | 'average';

interface Prepared {
  readonly memory: WebAssembly.Memory;
  readonly executor: Executor;
}

class Cpu implements CpuEngine {
  readonly name = 'cpu';
  readonly settings: EngineSettings;
  /** The next step's pixels are read while this one is computed. */
  readonly stepsUnderWay = 2;
  readonly threads: number;
  readonly relaxed: boolean;
  readonly #options: CpuEngineOptions;
  readonly #plan: CpuPlan;
  readonly #layout: Layout;
  #prepared: Prepared | undefined;
  /** What was written before `prepare`. */
  readonly #early = new Map<Parameters, Weights>();
  #updates = 0;
  /** The last thing asked for: all is done in the order in which it was asked. */
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(settings: EngineSettings, options: CpuEngineOptions) {
    if (!Number.isInteger(settings.batch) || settings.batch < 1)
      throw new RangeError(`batch ${settings.batch} is not a whole number from 1`);
    this.settings = { ...settings, half: false };
    this.#options = options;
    this.threads = Math.max(1, options.threads);
    this.relaxed = options.relaxed ?? knowsRelaxedSimd();
    this.#plan = buildCpuPlan(this.settings);
    this.#layout = layOut(this.#plan, this.threads);
  }

  async prepare(onProgress?: (progress: PrepareProgress) => void): Promise<void> {
    if (this.#prepared) return;
    onProgress?.({ phase: 'compile', done: 0, total: 1 });
    const shared = this.#options.threads > 0;
    const kernels = await loadKernels(shared, this.relaxed);
    const memory = this.#allocate(shared);
    const { shapes, shapeWords, address } = this.#layout;
    new Int32Array(memory.buffer, shapes, shapeWords.length).set(shapeWords);
    for (const { slot, words } of this.#plan.tables)
      new Uint32Array(memory.buffer, address(slot), words.length).set(words);
    const executor = await this.#openExecutor(kernels, memory, shared);
    if (this.#disposed) {
      executor.dispose();
      throw new Error('the engine is disposed');
    }
    this.#prepared = { memory, executor };
    for (const [kind, weights] of this.#early) this.#write(kind, weights);
    this.#early.clear();
    onProgress?.({ phase: 'compile', done: 1, total: 1 });
  }

  #openExecutor(kernels: KernelModule, memory: WebAssembly.Memory, shared: boolean): Promise<Executor> {
    return shared
      ? threadPool(kernels, memory, this.#layout, this.threads, this.#options.startThread)
      : Promise.resolve(inlineExecutor(kernels, memory, this.#layout));
  }

  #allocate(shared: boolean): WebAssembly.Memory {
    const pages = Math.ceil(this.#layout.bytes / PAGE_BYTES);
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    } catch (error) {
      throw new AppError(
        'out-of-memory',
        `Batches of ${this.settings.batch} need ${Math.ceil(this.#layout.bytes / 1e6)} MB, and the browser gave the page no memory of that size`,
        'choose a smaller batch, a smaller image size or fewer base filters',
        { cause: error },
      );
    }
  }

  /** After all that was asked before. */
  #inTurn<T>(act: (prepared: Prepared) => T | Promise<T>): Promise<T> {
    const answer = this.#queue.then(() => {
      if (this.#disposed) throw new Error('the engine is disposed');
      if (!this.#prepared) throw new Error('the engine is not prepared');
      return act(this.#prepared);
    });
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  async #execute({ executor }: Prepared, program: 'step' | 'predict'): Promise<void> {
    try {
      await executor.execute(this.#layout.programs[program]);
    } catch (error) {
      if (!(error instanceof ThreadLostError)) throw error;
      throw new AppError(
        'device-lost',
        `A thread of the CPU engine was lost (${error.message})`,
        'continue the run from its last finished epoch, or start again',
        { cause: error },
      );
    }
  }

  #bytes({ memory }: Prepared, slot: Slot, length: number): Uint8Array {
    return new Uint8Array(memory.buffer, this.#layout.address(slot), length);
  }

  async step(batch: Batch, settings: StepSettings): Promise<StepResult> {
    const { size, batch: images, predictOnly, average = 0, dropout } = this.settings;
    if (predictOnly) throw new Error('the engine is made for predictions only');
    if (batch.images.length !== images * size * size * 3) throw new RangeError('the images do not fill the batch');
    if (batch.masks.length !== images * size * size) throw new RangeError('the masks do not fill the batch');
    const { augmentations = new Array(images).fill(UNCHANGED) } = batch;
    if (augmentations.length !== images) throw new RangeError('there is not an augmentation for each image');
    const { slots } = this.#plan;
    return this.#inTurn(async prepared => {
      this.#bytes(prepared, slots.imageBytes, batch.images.length).set(batch.images);
      this.#bytes(prepared, slots.maskBytes, batch.masks.length).set(batch.masks);
      this.#writeTable(prepared, augmentTable(augmentations));
      this.#writeStep(prepared, settings, dropout, averageKeep(average, settings.step));
      await this.#execute(prepared, 'step');
      this.#updates = settings.step;
      const bytes = this.#bytes(prepared, slots.result, slots.result.bytes).slice();
      const values = new Float32Array(bytes.buffer);
      const scores = Array.from({ length: images }, (_, i) => i);
      return {
        loss: values[0] ?? Number.NaN,
        dice: Float32Array.from(scores, i => values[2 + 2 * i] ?? Number.NaN),
        accuracy: Float32Array.from(scores, i => values[3 + 2 * i] ?? Number.NaN),
      };
    });
  }

  #writeTable(prepared: Prepared, words: Uint32Array): void {
    this.#bytes(prepared, this.#plan.slots.augmentations, words.byteLength).set(new Uint8Array(words.buffer));
  }

  #writeStep(
    prepared: Prepared,
    { learningRate, step, seed }: StepSettings,
    dropout: boolean,
    averageKeep: number,
  ): void {
    const { beta1, beta2 } = ADAM;
    const bytes = stepBytes({ learningRate, step, seed, dropout, beta1, beta2, averageKeep });
    this.#bytes(prepared, this.#plan.step, bytes.byteLength).set(new Uint8Array(bytes));
  }

  async predict(images: Uint8Array, count: number, features?: Float32Array): Promise<Float32Array> {
    const { size, batch, network } = this.settings;
    const pixels = size * size;
    const each = featureCount(network);
    if (!Number.isInteger(count) || count < 1 || images.length !== count * pixels * 3)
      throw new RangeError(`${images.length} bytes are not ${count} images of ${size}²`);
    const { slots } = this.#plan;
    const result = new Float32Array(count * pixels);
    for (let first = 0; first < count; first += batch) {
      const used = Math.min(batch, count - first);
      await this.#inTurn(async prepared => {
        const bytes = this.#bytes(prepared, slots.imageBytes, batch * pixels * 3);
        bytes.fill(0).set(images.subarray(first * pixels * 3, (first + used) * pixels * 3));
        this.#writeTable(prepared, augmentTable(new Array(batch).fill(UNCHANGED)));
        this.#writeStep(prepared, { learningRate: 0, step: 1, seed: 0 }, false, 0);
        await this.#execute(prepared, 'predict');
        const { memory } = prepared;
        const at = this.#layout.address(slots.probabilities);
        result.set(new Float32Array(memory.buffer, at, used * pixels), first * pixels);
        features?.set(new Float32Array(memory.buffer, at + batch * pixels * 4, used * each), first * each);
      });
    }
    return result;
  }

  #values({ memory }: Prepared, kind: Parameters): Float32Array {
    const slot = this.#plan.slots[kind];
    if (!slot || (this.settings.predictOnly && kind !== 'weights' && kind !== 'average'))
      throw new Error(`this engine has no ${kind}: it is made for predictions only`);
    return new Float32Array(memory.buffer, this.#layout.address(slot), this.#plan.layout.count);
  }

  #read(kind: Parameters): Promise<Weights> {
    return this.#inTurn(prepared => unflatten(this.#plan.layout, this.#values(prepared, kind).slice()));
  }

  #write(kind: Parameters, weights: Weights): void {
    if (this.#prepared) this.#values(this.#prepared, kind).set(flatten(this.#plan.layout, weights));
    else this.#early.set(kind, weights);
  }

  /** At once before `prepare`, else in its turn. */
  async #writeAll(values: Partial<Record<Parameters, Weights | undefined>>): Promise<void> {
    const act = () => {
      for (const [kind, weights] of Object.entries(values)) if (weights) this.#write(kind as Parameters, weights);
    };
    if (this.#prepared) await this.#inTurn(act);
    else {
      for (const weights of Object.values(values)) if (weights) flatten(this.#plan.layout, weights);
      act();
    }
  }

  readWeights(): Promise<Weights> {
    return this.#read('weights');
  }

  readAverage(): Promise<Weights> {
    return this.#read(this.#plan.slots.average ? 'average' : 'weights');
  }

  readGradients(): Promise<Weights> {
    return this.#read('gradients');
  }

  writeWeights(weights: Weights): Promise<void> {
    return this.#writeAll({ weights, average: this.#plan.slots.average && weights });
  }

  async readOptimizer(): Promise<OptimizerState> {
    const [first, second, average] = await Promise.all([
      this.#read('first'),
      this.#read('second'),
      this.#plan.slots.average ? this.#read('average') : undefined,
    ]);
    return { step: this.#updates, first, second, ...(average ? { average } : {}) };
  }

  async writeOptimizer({ step, first, second, average }: OptimizerState): Promise<void> {
    await this.#writeAll({ first, second, average: this.#plan.slots.average && average });
    this.#updates = step;
  }

  memory(): { gpuBytes: number; buffers: number } {
    return this.#prepared ? { gpuBytes: this.#layout.bytes, buffers: 1 } : { gpuBytes: 0, buffers: 0 };
  }

  inspect(): PlanDescription {
    const { network, size, batch } = this.settings;
    const described = describePlan(this.#plan, network, () => null);
    return { engine: this.name, size, batch, ...described, timing: { possible: false, steps: 0 } };
  }

  dispose(): void {
    this.#disposed = true;
    this.#prepared?.executor.dispose();
    this.#prepared = undefined;
  }
}
