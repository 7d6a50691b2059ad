/** How our step grows on either engine: over size, filters, batch and (on the CPU) threads, one at a time from a middle point. */
import { buildNetwork } from '../src/network/catalogue.ts';
import { testBatch, testWeights } from '../src/testing/weights.ts';
import { countFor, Tally } from './counters.ts';
import { LEARNING_RATE } from './judge.ts';
import type { CaseOptions } from './options.ts';
import { openCpu, openCpuPrediction } from './sides/cpu.ts';
import { openOurs } from './sides/ours.ts';
import type { Problem } from './sides/side.ts';
import { gflopOf, median } from './statistics.ts';

export interface ScalingPoint extends CaseOptions {
  readonly side: 'ours' | 'cpu';
  /** 0 on the GPU. */
  readonly threads: number;
}

export interface ScalingResult extends ScalingPoint {
  readonly stepMs: number;
  /** Of one image, by an engine that only predicts; on the CPU alone. */
  readonly predictMs?: number;
  readonly gflop: number;
  /** Of GPU buffers, or of the CPU engine's memory. */
  readonly bytes: number;
}

export function scalingPoints(side: 'ours' | 'cpu', cores: number): ScalingPoint[] {
  const middle = { size: 64, filters: 8, batch: 2 };
  if (side === 'ours') {
    const on = { ...middle, side, threads: 0 };
    return [
      ...[1, 2, 4, 8].map(batch => ({ ...on, batch })),
      ...[32, 128].map(size => ({ ...on, size })),
      ...[4, 16].map(filters => ({ ...on, filters })),
    ];
  }
  const on = { ...middle, side, threads: cores };
  return [
    ...[1, 2, 4, 8].map(batch => ({ ...on, batch })),
    ...[32, 128, 256].map(size => ({ ...on, size })),
    ...[4, 16].map(filters => ({ ...on, filters })),
    ...[128, 256].map(size => ({ ...on, size, filters: 16 })),
    { ...on, size: 128, filters: 16, batch: 8 },
    ...(cores > 1
      ? [
          middle,
          { ...middle, batch: 8 },
          { size: 128, filters: 16, batch: 2 },
          { size: 128, filters: 16, batch: 8 },
          { size: 256, filters: 16, batch: 2 },
        ].map(one => ({ ...one, side, threads: 1 }))
      : []),
  ];
}

export async function scaling(point: ScalingPoint & { readonly steps: number }): Promise<ScalingResult> {
  const { size, filters, batch, side: name, threads, steps } = point;
  const network = buildNetwork('improved-unet', filters);
  const tally = new Tally();
  countFor(tally);
  const weights = testWeights(network);
  const problem = { network, size, batch, weights, data: testBatch(batch, size), learningRate: LEARNING_RATE };
  const cpu = name === 'cpu' ? await openCpu(problem, threads) : undefined;
  const side = cpu ?? (await openOurs(problem));
  await side.step();
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const begin = performance.now();
    await side.step();
    times.push(performance.now() - begin);
  }
  side.dispose();
  const stepMs = median(times);
  const predictMs = cpu && (await predictionTime(problem, threads, steps));
  const on = cpu ? `, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : '';
  const predicted = predictMs === undefined ? '' : `, one image predicted in ${predictMs.toFixed(1)} ms`;
  console.log(`  ${size}², ${filters} filters, batch ${batch}${on}: ${stepMs.toFixed(1)} ms${predicted}`);
  const bytes = cpu?.facts.memoryBytes ?? tally.peakBytes;
  return {
    ...{ size, filters, batch, side: name, threads, stepMs, gflop: gflopOf(point), bytes },
    ...(predictMs === undefined ? {} : { predictMs }),
  };
}

async function predictionTime(problem: Problem, threads: number, times: number): Promise<number> {
  const { predict, dispose } = await openCpuPrediction(problem, threads);
  await predict();
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    await predict();
    taken.push(performance.now() - begin);
  }
  dispose();
  return median(taken);
}
