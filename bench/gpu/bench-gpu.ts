/** The engine on the adapter at hand, without a browser: peaks, steps with each of their dispatches, and variants against each other. */
import { traitsOf } from '../../src/engine/compiled/choices.ts';
import { createCompiledEngine } from '../../src/engine/compiled/engine.ts';
import { buildGpuPlan } from '../../src/engine/compiled/gpu-plan.ts';
import { measurePeaks } from '../../src/engine/compiled/peaks.ts';
import { PipelineCache } from '../../src/engine/compiled/pipelines.ts';
import { rememberedChoices, type Tiles } from '../../src/engine/compiled/questions.ts';
import { parameterSlots } from '../../src/engine/lowering/describe.ts';
import { requestGpuDevice } from '../../src/kernels/device.ts';
import { buildNetwork } from '../../src/network/catalogue.ts';
import { testBatch, testWeights } from '../../src/testing/weights.ts';
import { deviceLike, type ModelDevice } from '../model/devices.ts';
import { predictAll } from '../model/predict.ts';
import type { CaseOptions } from '../options.ts';

import { findPytorchOnGpu, pytorchOnGpu } from '../peers/pytorch-gpu.ts';
import { median } from '../statistics.ts';
import type { GpuReport, TimedStep } from './report.ts';
import { timeVariants } from './variants.ts';

export { parseCases } from '../options.ts';
export { csv, dispatchRows, summary } from './report.ts';

export interface BenchGpuOptions {
  readonly cases: readonly CaseOptions[];
  /** Timed steps of each case, after two that are not. */
  readonly steps: number;
  /** Milliseconds for measuring variants before the first step; 0 takes the first on offer. */
  readonly tune: number;
  /** Time every variant of every shape of the first case. */
  readonly variants: boolean;
  /** With 16-bit floats, too, where the adapter has them. */
  readonly half: boolean;
  /** The same cases in PyTorch, where there is one with a GPU. */
  readonly pytorch: boolean;
  readonly log: (line: string) => void;
}

export async function benchGpu(gpu: GPU, options: BenchGpuOptions): Promise<GpuReport> {
  const { device, info, features, isFallback } = await requestGpuDevice(gpu);
  const errors: string[] = [];
  device.onuncapturederror = event => errors.push(event.error.message);
  const peaks = await measurePeaks(device, new PipelineCache(device));
  const { vendor, architecture, device: name, description } = info;
  const model = deviceLike([vendor, architecture, name, description].join(' '), peaks.peakGflops, peaks.peakGBs);
  const steps: TimedStep[] = [];
  for (const half of options.half && device.features.has('shader-f16') ? [false, true] : [false])
    for (const one of options.cases) {
      options.log(`${one.size}x${one.filters}x${one.batch}, ${half ? 16 : 32} bits`);
      steps.push(await timeSteps(device, one, half, model, options));
    }
  const [first] = options.cases;
  const variants = options.variants && first ? await timeVariants(device, first, options.log) : [];
  await device.queue.onSubmittedWorkDone();
  const python = options.pytorch ? findPytorchOnGpu() : undefined;
  const pytorch = python ? options.cases.flatMap(one => pytorchOnGpu(python, one, options.steps)) : [];
  // The limits are getters of the object's class, not its own.
  const limits = Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(device.limits)));
  const read = limits.map(([limit]) => [limit, Reflect.get(device.limits, limit)] as const);
  device.destroy();
  return {
    date: new Date().toISOString(),
    adapter: { vendor, architecture, device: name, description },
    software: isFallback,
    features,
    limits: Object.fromEntries(read.filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
    ...peaks,
    steps,
    variants,
    model: model.name,
    pytorch,
    errors,
  };
}

async function timeSteps(
  device: GPUDevice,
  { size, filters, batch }: CaseOptions,
  half: boolean,
  model: ModelDevice,
  { steps, tune }: BenchGpuOptions,
): Promise<TimedStep> {
  const network = buildNetwork('improved-unet', filters);
  const settings = { network, size, batch, crossEntropy: 0, l2: 1e-5, dropout: true, half };
  const engine = createCompiledEngine(device, settings, { tuneMilliseconds: tune });
  try {
    const begin = performance.now();
    await engine.prepare();
    await engine.writeWeights(testWeights(network));
    const prepareMs = performance.now() - begin;
    const data = testBatch(batch, size);
    let step = 0;
    const losses: number[] = [];
    const take = async () => {
      const start = performance.now();
      losses.push((await engine.step(data, { learningRate: 5e-4, step: ++step, seed: 1 })).loss);
      return performance.now() - start;
    };
    for (let i = 0; i < 2; i++) await take();
    const times: number[] = [];
    for (let i = 0; i < steps; i++) times.push(await take());
    // Timestamps cost time of their own: in steps apart.
    engine.inspect(steps);
    for (let i = 0; i < steps; i++) await take();
    const { variants = {} } = await engine.readOptimizer();
    const plan = buildGpuPlan(settings, rememberedChoices(traitsOf(device), variants as Tiles).choices);
    const predictions = predictAll([...plan.forward, ...plan.training], batch, parameterSlots(plan), model);
    const dispatches = engine
      .inspect()
      .operations.filter(({ part }) => part !== 'prediction')
      .map(({ label, milliseconds, flops, bytes }, i) => ({
        ...{ label, milliseconds, gflop: flops / 1e9, bytes },
        predictedMs: Number((predictions[i]?.milliseconds ?? Number.NaN).toPrecision(4)),
        occupancy: Number((predictions[i]?.occupancy ?? Number.NaN).toPrecision(3)),
      }));
    const gpuMs = dispatches.reduce<number | null>(
      (sum, { milliseconds }) => (sum === null || milliseconds === null ? null : sum + milliseconds),
      0,
    );
    return {
      ...{ size, filters, batch, half, stepMs: median(times), gpuMs, prepareMs },
      ...{ firstLoss: losses[0] ?? Number.NaN, lastLoss: losses.at(-1) ?? Number.NaN },
      gpuBytes: engine.memory().gpuBytes,
      dispatches,
    };
  } finally {
    engine.dispose();
  }
}
