/**
 * Whether a GPU or the CPU's cores train faster at some settings: measured on the settings themselves, for a moment. A small integrated GPU
 * may lose to eight cores.
 */
import type { Engine, EngineSettings } from '../../engine/engine.ts';

/** Training images a second. */
export interface Speeds {
  readonly gpu: number;
  /** undefined where it was not tried, because it could not come near. */
  readonly cpu?: number | undefined;
}

export interface Racers {
  readonly gpu: (settings: EngineSettings) => Promise<Engine>;
  readonly cpu: (settings: EngineSettings) => Promise<Engine>;
  readonly threads: number;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** More than a core's 128-bit vectors have reached in these kernels, GFLOP/s; see docs/performance.md. */
const GFLOPS_PER_THREAD = 50;
/** Of a training image of the Improved UNet at 256² with 16 filters; it grows with size² and filters². */
const GFLOP = 33.3;
/** Timed for this long at least, unless one step takes longer. */
const LEAST_MS = 250;
const MOST_STEPS = 20;

/** No CPU of so many threads makes more images a second than this. */
export function mostOnCpu({ size }: EngineSettings, filters: number, threads: number): number {
  return (threads * GFLOPS_PER_THREAD) / (GFLOP * (size / 256) ** 2 * (filters / 16) ** 2);
}

/** Times the GPU, and the CPU where it could come near. Both engines are thrown away afterwards. */
export async function race(racers: Racers, settings: EngineSettings, filters: number): Promise<Speeds> {
  const gpu = await speedOf(racers.gpu, settings, racers.clock);
  if (mostOnCpu(settings, filters, racers.threads) < gpu) return { gpu };
  return { gpu, cpu: await speedOf(racers.cpu, settings, racers.clock) };
}

async function speedOf(open: Racers['gpu'], settings: EngineSettings, clock: () => number): Promise<number> {
  const { size, batch } = settings;
  const engine = await open(settings);
  try {
    await engine.prepare();
    const data = { images: new Uint8Array(batch * size * size * 3), masks: new Uint8Array(batch * size * size) };
    const at = { learningRate: 0, step: 1, seed: 1 };
    // The first step compiles and touches memory for the first time.
    await engine.step(data, at);
    const begin = clock();
    let steps = 0;
    do {
      await engine.step(data, at);
      steps++;
    } while (clock() - begin < LEAST_MS && steps < MOST_STEPS);
    return (steps * batch * 1000) / Math.max(1e-3, clock() - begin);
  } finally {
    engine.dispose();
  }
}
