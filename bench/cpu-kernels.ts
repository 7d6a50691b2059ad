/**
 * The CPU engine's calls one by one, on one thread, each repeated on the memory of its plan, against what one thread of this machine reaches in
 * a plain copy and a plain loop of multiply-adds (peak.as). Alone a call finds its tensors in the caches more often than in a step.
 */
import { buildCpuPlan } from '../src/engine/cpu/cpu-plan.ts';
import { loadKernels, PAGE_BYTES } from '../src/engine/cpu/module.ts';
import { inlineExecutor } from '../src/engine/cpu/pool.ts';
import { layOut } from '../src/engine/cpu/programs.ts';
import { parameterSlots, touchedBytes } from '../src/engine/lowering/describe.ts';
import { buildNetwork } from '../src/network/catalogue.ts';
import type { KernelResult, KernelsResult } from './kernels.ts';
import type { CaseOptions } from './options.ts';

const LONG_ENOUGH_MS = 20;

const COPY_BYTES = 2 ** 26;
const ROUNDS = 4_000_000;
const FLOPS_A_ROUND = 8 * 4 * 2;

interface PeakLoops {
  multiplyAdds(rounds: number): number;
  copy(from: number, to: number, bytes: number): void;
  readonly memory: WebAssembly.Memory;
}

function least(times: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    run();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

/** `bytes`: peak.as, compiled. */
async function peaks(bytes: Uint8Array<ArrayBuffer>): Promise<{ peakGflops: number; peakGBs: number }> {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const loops = instance.exports as unknown as PeakLoops;
  loops.memory.grow((2 * COPY_BYTES) / PAGE_BYTES);
  const flopMs = least(5, () => loops.multiplyAdds(ROUNDS));
  const copyMs = least(5, () => loops.copy(PAGE_BYTES, PAGE_BYTES + COPY_BYTES / 2, COPY_BYTES / 2));
  return { peakGflops: (ROUNDS * FLOPS_A_ROUND) / flopMs / 1e6, peakGBs: COPY_BYTES / copyMs / 1e6 };
}

export async function cpuKernels(options: CaseOptions & { readonly peak: string }): Promise<KernelsResult> {
  const { size, filters, batch, peak } = options;
  const network = buildNetwork('improved-unet', filters);
  const plan = buildCpuPlan({ network, size, batch, crossEntropy: 0, l2: 0, dropout: false });
  const layout = layOut(plan, 1);
  const pages = Math.ceil(layout.bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  new Int32Array(memory.buffer, layout.shapes, layout.shapeWords.length).set(layout.shapeWords);
  for (const { slot, words } of plan.tables)
    new Uint32Array(memory.buffer, layout.address(slot), words.length).set(words);
  const executor = inlineExecutor(await loadKernels(false), memory, layout);
  const parameters = parameterSlots(plan);
  const results: KernelResult[] = [];
  const { begin, end } = layout.programs.step;
  await executor.execute({ begin, end });
  for (let i = begin; i < end; i++) {
    const call = layout.calls[i];
    if (!call) throw new Error('the program is longer than its calls');
    const timeOf = async (repeats: number) => {
      const start = performance.now();
      for (let n = 0; n < repeats; n++) await executor.execute({ begin: i, end: i + 1 });
      return (performance.now() - start) / repeats;
    };
    const once = await timeOf(1);
    const repeats = Math.max(1, Math.min(2000, Math.ceil(LONG_ENOUGH_MS / Math.max(once, 0.005))));
    const ms = Math.min(await timeOf(repeats), await timeOf(repeats), await timeOf(repeats));
    results.push({ label: call.label, ms, flops: call.flops, bytes: touchedBytes(call, parameters) });
  }
  const binary = Uint8Array.from(atob(peak), letter => letter.charCodeAt(0));
  return { size, filters, batch, ...(await peaks(binary)), kernels: results };
}
