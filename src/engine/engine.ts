/**
 * What trains: holds the weights and the optimizer's state on some device, and turns batches into losses and images into
 * probabilities. The training loop knows only this interface; whatever one engine does, the others' tests run on too.
 *
 * Must not know: files, splits, epochs, messages, the page.
 */
import type { UpdateSettings } from '../kernels/adam/adam.ts';
import type { Augmentation } from '../kernels/augmentation/augment.ts';
import type { LossSettings } from '../kernels/segmentation/terms.ts';
import type { Network } from '../network/graph.ts';
import type { AppError } from '../protocol/errors.ts';
import type { PlanDescription } from '../protocol/inspection.ts';

/** What decides how gradients change the weights. Whatever makes the update is handed all of it. */
export interface OptimizerSettings extends UpdateSettings {
  /** Maximum global gradient norm, without the penalty; a larger gradient is scaled down to it. > 0; 0 or missing disables. */
  readonly clip?: number;
  /** Share that a step keeps of the moving average of the weights, which predicts, see averageKeep. 0..1; without it or 0 there is none. */
  readonly average?: number;
}

/** What an engine is built for; another batch or size is another engine. */
export interface EngineSettings extends OptimizerSettings, LossSettings {
  readonly network: Network;
  /** Image side in pixels, a multiple of network.sizeMultiple. */
  readonly size: number;
  /** Images per training step, ≥ 1. */
  readonly batch: number;
  /** Off for comparisons between engines. */
  readonly dropout: boolean;
  /** Activations in 16-bit floats, with loss scaling; only where the GPU has shader-f16. Taken by the compiled engine alone. */
  readonly half?: boolean | undefined;
  /** Only `predict` will be asked for: the compiled engine then has neither memory nor shaders for training, and `step` throws. */
  readonly predictOnly?: boolean | undefined;
  /** Kernel variants that a run began with: taken where they are still on offer, and nothing is measured then. */
  readonly variants?: Variants | undefined;
}

/** One training batch, 8-bit as it lies on disk. */
export interface Batch {
  /** [B,S,S,3], 0..255; the network sees value / 255. */
  readonly images: Uint8Array;
  /** [B,S,S], 0 or 1. */
  readonly masks: Uint8Array;
  /** What the step is to make of each image and its mask before it trains on them; without it they are taken as they are. Length B. */
  readonly augmentations?: readonly Augmentation[] | undefined;
}

export interface StepSettings {
  readonly learningRate: number;
  /** Counts from 1 over the whole run: Adam's t, and dropout's counter. */
  readonly step: number;
  /** Of the run; decides dropout together with `step`. 32-bit unsigned. */
  readonly seed: number;
}

export interface StepResult {
  /** Soft Dice loss (+ cross-entropy), mean over the batch, before the update, without the L2 penalty. */
  readonly loss: number;
  /** Per image: 2|X∩Y| / (|X|+|Y|) of the lesion class at threshold 0.5; 1 where both are empty. Length B. */
  readonly dice: Float32Array;
  /** Per image: share of pixels on the right side of the threshold. Length B. */
  readonly accuracy: Float32Array;
}

/** By the question that they answer, the kernel variants that an engine chose; plain data, which only that engine understands. */
export type Variants = Readonly<Record<string, object>>;

/** Values by parameter name, each of length parameter.count, laid out as parameter.shape in row-major order. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** The factor on the loss that half precision works with, and how many steps in a row went well with it. */
export interface LossScaleState {
  readonly value: number;
  readonly clean: number;
}

/** Adam's first and second moments by parameter name, and the number of updates made. */
export interface OptimizerState {
  readonly step: number;
  /** Only where the loss is scaled; an engine that scales and finds none begins with its first scale. */
  readonly lossScale?: LossScaleState | undefined;
  readonly first: Weights;
  readonly second: Weights;
  /** The weights' moving average, where the engine makes one. */
  readonly average?: Weights | undefined;
  /** What it was computed with, in an engine that chooses: another goes on with the same; see EngineSettings. */
  readonly variants?: Variants | undefined;
}

export interface EngineMemory {
  readonly gpuBytes: number;
  readonly buffers: number;
}

export interface PrepareProgress {
  /** What is being done: 'compile', 'tune', 'warm up'. */
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

export interface Engine {
  readonly name: 'compiled' | 'cpu' | 'tfjs-webgpu' | 'tfjs-webgl' | 'tfjs-cpu';
  readonly settings: EngineSettings;
  /** How many steps may be asked for before the first is answered; they are made in their order. ≥ 1. */
  readonly stepsUnderWay: number;
  /** Compiles and tunes. Weights may be written before or after. */
  prepare(onProgress?: (progress: PrepareProgress) => void): Promise<void>;
  /** One forward pass, backward pass and Adam update (β 0.9, 0.999, ε 1e-7). Resolves when the loss is known. */
  step(batch: Batch, settings: StepSettings): Promise<StepResult>;
  /**
   * Lesion probabilities [count,S,S] in 0..1, dropout off, by the weights' moving average where there is one. `images` is
   * [count,S,S,3] for any count ≥ 1. `features`, where given, takes [count, featureCount(network)]: the means of the bottleneck's channels.
   */
  predict(images: Uint8Array, count: number, features?: Float32Array): Promise<Float32Array>;
  readWeights(): Promise<Weights>;
  /** What `predict` works with: the weights' moving average, or without one the weights. */
  readAverage(): Promise<Weights>;
  /** Every parameter of the network must be there with its count. The average begins from them; moments stay. */
  writeWeights(weights: Weights): Promise<void>;
  readOptimizer(): Promise<OptimizerState>;
  writeOptimizer(state: OptimizerState): Promise<void>;
  memory(): EngineMemory;
  /** What a person should know of it, once it is prepared; nothing stands in its way. */
  readonly warnings?: readonly AppError[] | undefined;
  /**
   * What a step is made of, in an engine that plans it; `timed`: how many of the next steps to time on the GPU, of which later calls
   * give the means. Without it, or with 0, none anew.
   */
  inspect?(timed?: number): PlanDescription;
  /** Frees every buffer and tensor; the device itself belongs to whoever made it. */
  dispose(): void;
}

/**
 * How much of the moving average one step keeps: min(share, (1 + step) / (10 + step)), so that a short run's average is not made of
 * its first weights (the schedule of TensorFlow's ExponentialMovingAverage). `step` counts from 1.
 */
export function averageKeep(share: number, step: number): number {
  return Math.min(share, (1 + step) / (10 + step));
}

/** Adam as in Kingma and Ba 2015, with Keras's ε. */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** Soft Dice per image: 1 − (2Σpg + s) / (Σp + Σg + s), with this s; the mean over the batch is the loss. */
export const DICE_SMOOTH = 1;
