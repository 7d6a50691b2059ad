/** Every variant of every shape against the first on offer: its time, its result bit by bit, and against double precision. */
import { traitsOf } from '../../src/engine/compiled/choices.ts';
import { GpuMemory } from '../../src/engine/compiled/gpu-memory.ts';
import { buildGpuPlan } from '../../src/engine/compiled/gpu-plan.ts';
import { makeReady, PipelineCache, record } from '../../src/engine/compiled/pipelines.ts';
import { type Question, rememberedChoices, tilesFor } from '../../src/engine/compiled/questions.ts';
import { readOnce } from '../../src/engine/compiled/readback.ts';
import { SelfTest } from '../../src/engine/compiled/self-test/self-test.ts';
import { SubmitCount } from '../../src/engine/compiled/submit-count.ts';
import { TestData } from '../../src/engine/compiled/test-data.ts';
import { timeDispatches } from '../../src/engine/compiled/timing.ts';
import { trial } from '../../src/engine/compiled/trial.ts';
import type { Dispatch, Slot, Stored } from '../../src/kernels/dispatch.ts';
import { STEP_BYTES } from '../../src/kernels/step.ts';
import { buildNetwork } from '../../src/network/catalogue.ts';
import type { CaseOptions } from '../options.ts';
import type { Agreement, TimedVariant } from './report.ts';

export async function timeVariants(
  device: GPUDevice,
  { size, filters, batch }: CaseOptions,
  log: (line: string) => void,
): Promise<TimedVariant[]> {
  const adapter = traitsOf(device);
  const { choices, asked } = rememberedChoices(adapter, {});
  const network = buildNetwork('improved-unet', filters);
  buildGpuPlan({ network, size, batch, crossEntropy: 0, l2: 0, dropout: true }, choices);
  const cache = new PipelineCache(device);
  const memory = new GpuMemory(device);
  const test = new SelfTest(device, cache, new SubmitCount(device, memory));
  const data = new TestData(device);
  const variants: TimedVariant[] = [];
  for (const [key, { question, times }] of asked) {
    log(key);
    let reference: Uint32Array | undefined;
    for (const tile of tilesFor(question, adapter)) {
      const { dispatches, result } = trial(question, tile);
      await cache.compile(dispatches);
      const right = (await test.wrong(dispatches)).length === 0;
      const { time, words } = await run(device, cache, data, dispatches, result);
      const agreement = right ? agreementOf(words, reference, question) : 'wrong';
      reference ??= words;
      variants.push({ batch, question: key, times, variant: JSON.stringify(tile), milliseconds: time, agreement });
    }
  }
  data.dispose();
  memory.dispose();
  return variants;
}

async function run(
  device: GPUDevice,
  cache: PipelineCache,
  data: TestData,
  dispatches: readonly Dispatch[],
  result: Slot,
): Promise<{ time: number; words: Uint32Array }> {
  const memory = new GpuMemory(device);
  const buffers = new Map<Slot, GPUBuffer>();
  const bufferOf = (slot: Slot): GPUBuffer => {
    const buffer = buffers.get(slot) ?? data.fill(memory.storage(slot.name, slot.bytes));
    buffers.set(slot, buffer);
    return buffer;
  };
  const step = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  try {
    const ready = await makeReady(device, memory, cache, dispatches, step, bufferOf);
    const encoder = device.createCommandEncoder();
    record(encoder, ready);
    device.queue.submit([encoder.finish()]);
    const values = await readOnce(device, memory, bufferOf(result), result.bytes);
    return { time: (await timeDispatches(device, ready)) ?? Number.NaN, words: new Uint32Array(values.buffer) };
  } finally {
    memory.dispose();
  }
}

function agreementOf(words: Uint32Array, first: Uint32Array | undefined, { question }: Question): Agreement {
  if (!first) return 'first';
  if (words.every((word, i) => word === first[i])) return 'equal';
  return agrees(words, first, question.stored) ? 'near' : 'wrong';
}

/**
 * Whether two results are the same but for rounding. All their numbers are positive, so that how far two are apart can be told
 * from their bits: here a thousandth.
 */
export function agrees(words: Uint32Array, others: Uint32Array, stored: Stored): boolean {
  const near = (a: number, b: number) =>
    stored === 'f32'
      ? Math.abs(a - b) < 2 ** 13
      : Math.abs((a & 0xffff) - (b & 0xffff)) < 2 && Math.abs((a >>> 16) - (b >>> 16)) < 2;
  return words.length === others.length && words.every((word, i) => near(word, others[i] ?? 0));
}
