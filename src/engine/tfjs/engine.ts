/**
 * The engine in stock tfjs: slower than the compiled one, and the one to check it by. Also runs where WebGPU is missing.
 *
 * Owns its model's variables, Adam's moments and (on WebGPU) its backend. Promises: values are read asynchronously only,
 * and the number of tensors is the same after each step. Must not know: files, epochs, messages.
 */
import * as tf from '@tensorflow/tfjs';
import { augment } from '../../kernels/augmentation/reference.ts';
import { featureCount } from '../../network/graph.ts';
import type {
  Batch,
  Engine,
  EngineMemory,
  EngineSettings,
  OptimizerState,
  PrepareProgress,
  StepResult,
  StepSettings,
  Weights,
} from '../engine.ts';
import { Adam } from './adam.ts';
import { type OpenBackend, openTfjsBackend, type TfjsBackend } from './backend.ts';
import { dropoutCounter } from './layers.ts';
import { buildLayersNetwork, type LayersNetwork } from './layers-model.ts';
import { batchLoss, maskCounts, scoresOf } from './loss.ts';

export type { TfjsBackend };

/** An engine on that backend. The device stays the caller's. Throws RangeError where the size does not fit the network. */
export async function createTfjsEngine(backend: TfjsBackend, settings: EngineSettings): Promise<TfjsEngine> {
  const open = await openTfjsBackend(backend);
  open.use();
  try {
    return new TfjsEngine(open, settings, buildLayersNetwork(settings.network, settings.size));
  } catch (error) {
    open.dispose();
    throw error;
  }
}

export class TfjsEngine implements Engine {
  readonly stepsUnderWay = 1;
  readonly settings: EngineSettings;
  readonly #backend: OpenBackend;
  readonly #network: LayersNetwork;
  readonly #adam: Adam;

  constructor(backend: OpenBackend, settings: EngineSettings, network: LayersNetwork) {
    this.settings = settings;
    this.#backend = backend;
    this.#network = network;
    this.#adam = new Adam(network.variables, settings);
  }

  get name(): Engine['name'] {
    return this.#backend.name;
  }

  /** One forward and backward pass of a black batch, so that the first step finds its shaders compiled. */
  async prepare(onProgress?: (progress: PrepareProgress) => void): Promise<void> {
    onProgress?.({ phase: 'warm up', done: 0, total: 1 });
    const { batch, size } = this.settings;
    const area = batch * size * size;
    await this.gradients(
      { images: new Uint8Array(area * 3), masks: new Uint8Array(area) },
      { learningRate: 0, step: 1, seed: 0 },
    );
    onProgress?.({ phase: 'warm up', done: 1, total: 1 });
  }

  async step(batch: Batch, settings: StepSettings): Promise<StepResult> {
    this.#backend.use();
    const pixels = this.settings.size ** 2;
    const summary = tf.tidy(() => {
      const { loss, counts, gradients } = this.#differentiate(batch, settings);
      this.#adam.update(gradients, settings.learningRate, settings.step);
      return tf.concat([tf.reshape(loss, [1]), tf.reshape(counts, [-1])]);
    });
    const [loss = Number.NaN, ...counts] = await readAndDispose(summary);
    return { loss, ...scoresOf(counts, pixels) };
  }

  /** The loss and its gradient without the L2 penalty, by parameter name; changes nothing. For checks between engines. */
  async gradients(batch: Batch, settings: StepSettings): Promise<{ loss: number; gradients: Weights }> {
    this.#backend.use();
    const { loss, gradients } = tf.tidy(() => {
      const differentiated = this.#differentiate(batch, settings);
      return { loss: differentiated.loss, gradients: differentiated.gradients };
    });
    const named = [...this.#network.variables].map(([name, variable]) => [name, gradients[variable.name]] as const);
    const values = await readAll(named);
    for (const gradient of Object.values(gradients)) gradient.dispose();
    const [value = Number.NaN] = await readAndDispose(loss);
    return { loss: value, gradients: values };
  }

  async predict(images: Uint8Array, count: number, features?: Float32Array): Promise<Float32Array> {
    const { average } = this.#adam;
    if (average.size === 0) return this.#predict(images, count, features);
    this.#backend.use();
    const weights = new Map([...this.#network.variables].map(([name, variable]) => [name, tf.clone(variable)]));
    try {
      for (const [name, variable] of this.#network.variables) variable.assign(average.get(name) ?? variable);
      return await this.#predict(images, count, features);
    } finally {
      this.#backend.use();
      for (const [name, variable] of this.#network.variables) variable.assign(weights.get(name) ?? variable);
      tf.dispose([...weights.values()]);
    }
  }

  async #predict(images: Uint8Array, count: number, features?: Float32Array): Promise<Float32Array> {
    const { size, batch, network } = this.settings;
    const each = featureCount(network);
    const area = size * size;
    if (images.length !== count * area * 3)
      throw new RangeError(`${images.length} bytes are not ${count} images of ${size}×${size}×3`);
    const probabilities = new Float32Array(count * area);
    for (let start = 0; start < count; start += batch) {
      const some = Math.min(batch, count - start);
      const part = images.subarray(start * area * 3, (start + some) * area * 3);
      this.#backend.use();
      const [output, means] = tf.tidy(() => this.#network.withFeatures.apply(this.#scaled(part, some)) as tf.Tensor[]);
      probabilities.set(await readAndDispose(output!), start * area);
      const read = await readAndDispose(means!);
      features?.set(read, start * each);
    }
    return probabilities;
  }

  readWeights(): Promise<Weights> {
    return readAll([...this.#network.variables]);
  }

  async writeWeights(weights: Weights): Promise<void> {
    this.#backend.use();
    assignAll(this.#network.variables, weights);
    if (this.#adam.average.size > 0) assignAll(this.#adam.average, weights);
  }

  readAverage(): Promise<Weights> {
    const { average } = this.#adam;
    return readAll([...(average.size > 0 ? average : this.#network.variables)]);
  }

  async readOptimizer(): Promise<OptimizerState> {
    const { step, first, second, average } = this.#adam;
    const [one, two, mean] = await Promise.all([first, second, average].map(values => readAll([...values])));
    if (!one || !two) throw new Error('the moments were not read');
    return { step, first: one, second: two, ...(mean && mean.size > 0 ? { average: mean } : {}) };
  }

  async writeOptimizer({ step, first, second, average }: OptimizerState): Promise<void> {
    this.#backend.use();
    assignAll(this.#adam.first, first);
    assignAll(this.#adam.second, second);
    if (average && this.#adam.average.size > 0) assignAll(this.#adam.average, average);
    this.#adam.step = step;
  }

  memory(): EngineMemory {
    this.#backend.use();
    // What is allocated goes by another name in each GPU backend; the cpu's has only what is in use.
    const memory: ReturnType<typeof tf.memory> & {
      numBytesAllocatedInGPU?: number;
      numBytesInGPUAllocated?: number;
    } = tf.memory();
    const { numBytesAllocatedInGPU, numBytesInGPUAllocated, numBytes, numDataBuffers } = memory;
    return { gpuBytes: numBytesAllocatedInGPU ?? numBytesInGPUAllocated ?? numBytes, buffers: numDataBuffers };
  }

  dispose(): void {
    this.#backend.use();
    this.#adam.dispose();
    this.#network.dispose();
    this.#backend.dispose();
  }

  /** Loss [], counts [3,B] and gradients by variable name. Inside a tidy. */
  #differentiate(batch: Batch, { seed, step }: StepSettings) {
    const { batch: count, size, dropout } = this.settings;
    if (batch.masks.length !== count * size * size)
      throw new RangeError(`${batch.masks.length} mask pixels are not ${count} masks of ${size}×${size}`);
    const { augmentations } = batch;
    if (augmentations && augmentations.length !== count)
      throw new RangeError('there is not an augmentation for each image');
    // On the CPU: this engine is the one to check the other by, not the fast one.
    const changed = augmentations && augment(batch, size, augmentations);
    const images = changed ? tf.tensor4d(changed.images, [count, size, size, 3]) : this.#scaled(batch.images, count);
    const truth = changed ? changed.masks : batch.masks;
    const masks = tf.cast(tf.tensor2d(truth, [count, size * size], 'int32'), 'float32');
    let logits: tf.Tensor | undefined;
    Object.assign(dropoutCounter, { active: dropout, seed, step });
    const { value, grads } = tf.variableGrads(() => {
      const output = this.#network.logits.apply(images, { training: true }) as tf.Tensor;
      logits = tf.keep(tf.clone(output));
      return batchLoss(output, masks, this.settings);
    }, [...this.#network.variables.values()]);
    dropoutCounter.active = false;
    if (!logits) throw new Error('the network was not run');
    const counts = maskCounts(logits, masks);
    logits.dispose();
    return { loss: value, counts, gradients: grads };
  }

  /** Bytes [B,S,S,3] to values in 0..1, divided on the device. */
  #scaled(images: Uint8Array, count: number): tf.Tensor4D {
    const { size } = this.settings;
    return tf.div(tf.cast(tf.tensor4d(images, [count, size, size, 3], 'int32'), 'float32'), 255);
  }
}

async function readAndDispose(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

/** Copies, for the cpu backend hands out the values it goes on to work with. */
async function readAll(named: readonly (readonly [string, tf.Tensor | undefined])[]): Promise<Weights> {
  const read = named.map(async ([name, tensor]) => {
    if (!tensor) throw new Error(`${name} has no value`);
    return [name, Float32Array.from((await tensor.data()) as Float32Array)] as const;
  });
  return new Map(await Promise.all(read));
}

function assignAll(variables: ReadonlyMap<string, tf.Variable>, values: Weights): void {
  for (const [name, variable] of variables) {
    const value = values.get(name);
    if (value?.length !== variable.size)
      throw new RangeError(`${name} needs ${variable.size} values and has ${value?.length ?? 'none'}`);
  }
  for (const [name, variable] of variables)
    tf.tidy(() => variable.assign(tf.tensor(values.get(name)?.slice() ?? [], variable.shape)));
}
