/** The page's own training step on the CPU: the engine in WebAssembly, on a pool of threads. */
import { type CpuEngine, createCpuEngine } from '../../src/engine/cpu/engine.ts';
import { cpuSupport } from '../../src/engine/cpu/support.ts';
import { withPort } from '../../src/protocol/page-workers.ts';
import { type Problem, type Side, startAnew } from './side.ts';

export interface CpuFacts {
  readonly threads: number;
  /** Whether the build with relaxed SIMD ran. */
  readonly relaxed: boolean;
  /** Of the engine's one memory. */
  readonly memoryBytes: number;
}

export interface CpuSide extends Side {
  readonly facts: CpuFacts;
}

/** The benchmark runs in the page itself, which starts its threads. */
const startThread = (name: string) =>
  withPort(new Worker(new URL('../../src/engine/cpu/thread.worker.ts', import.meta.url), { type: 'module', name }));

/** Predicts the problem's first image, by an engine that has no more than that takes. */
export async function openCpuPrediction({ network, size, weights, data }: Problem, threads: number) {
  const settings = { network, size, batch: 1, crossEntropy: 0, l2: 0, dropout: false, predictOnly: true };
  const engine = createCpuEngine(settings, { threads, startThread });
  await engine.writeWeights(weights);
  await engine.prepare();
  const image = data.images.subarray(0, size * size * 3);
  return { predict: () => engine.predict(image, 1), dispose: () => engine.dispose() };
}

/** Without `threads`, as many as the page would take. */
export async function openCpu(problem: Problem, threads?: number): Promise<CpuSide> {
  const { network, size, batch, learningRate } = problem;
  const support = cpuSupport();
  if (!support.shared) throw new Error('the benchmark’s page has no shared memory');
  const settings = { network, size, batch, crossEntropy: 0, l2: 0, dropout: false };
  const engine: CpuEngine = createCpuEngine(settings, { threads: threads ?? support.cores, startThread });
  let { data } = problem;
  let step = 0;
  await engine.writeWeights(problem.weights);
  await engine.prepare();
  return {
    facts: { threads: engine.threads, relaxed: engine.relaxed, memoryBytes: engine.memory().gpuBytes },
    step: async () => (await engine.step(data, { learningRate, step: ++step, seed: 1 })).loss,
    firstMoments: async () => (await engine.readOptimizer()).first,
    async reset(weights, batch) {
      await startAnew(engine, weights);
      data = batch;
      step = 0;
    },
    dispose: () => engine.dispose(),
  };
}
