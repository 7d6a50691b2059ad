/** What the benchmark asks of each contestant: the same network, weights, batch and optimizer, one training step at a time. */
import type { Batch, Engine, Weights } from '../../src/engine/engine.ts';
import type { Network } from '../../src/network/graph.ts';

export interface Problem {
  readonly network: Network;
  readonly size: number;
  readonly batch: number;
  readonly weights: Weights;
  readonly data: Batch;
  readonly learningRate: number;
}

export interface Side {
  /** Uploads the batch, makes one Adam update (β 0.9, 0.999, ε 1e-7) and resolves to the loss before it, read back. */
  step(): Promise<number>;
  /** Adam's first moments by parameter name: after the first step, (1 − β₁) times the gradients at the initial weights. */
  firstMoments(): Promise<Weights>;
  /** As if just opened, with these weights and this batch. */
  reset(weights: Weights, data: Batch): Promise<void>;
  dispose(): void;
}

/** On a GPU it asks for its own device of the high-performance adapter, which is the same for all. */
export type OpenSide = (problem: Problem) => Promise<Side>;

/** What runs in the page, in this order. The first of each kind is this project's. */
export const gpuSides = ['ours', 'stock', 'jaxjs'] as const;
export const cpuSides = ['cpu', 'jaxjs-wasm', 'tfjs-cpu'] as const;
/** Runs beside the browser; see peers/pytorch.ts. */
export const outerSides = ['pytorch'] as const;

export const sideNames = [...gpuSides, ...cpuSides, ...outerSides] as const;
export type SideName = (typeof sideNames)[number];
export type PageSide = (typeof gpuSides)[number] | (typeof cpuSides)[number];

/** Of this project's engines: as if just opened, with these weights. */
export async function startAnew(engine: Engine, weights: Weights): Promise<void> {
  const zeros = new Map([...weights].map(([name, { length }]) => [name, new Float32Array(length)]));
  await engine.writeWeights(weights);
  await engine.writeOptimizer({ step: 0, first: zeros, second: zeros });
}
