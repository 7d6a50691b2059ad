/**
 * Finds, on the adapter at hand, the fastest variant of each convolution of a plan: the costliest shapes first, until the
 * time allowed is over. What is found can be kept and given back, for the same adapter and the same version of the kernels.
 */

import { type ConvTile, convDispatches } from '../../kernels/conv/conv.ts';
import { type FilterTile, filterGradientDispatches } from '../../kernels/conv/filter-gradient.ts';
import { joinedAtOnce } from '../../kernels/conv/partial-sums.ts';
import type { Dispatch, Slot, Stored, View } from '../../kernels/dispatch.ts';
import { normMoments, type Strips } from '../../kernels/instance-norm/instance-norm.ts';
import { STEP_BYTES } from '../../kernels/step.ts';
import { NORM_EPSILON } from '../../network/graph.ts';
import type { PrepareProgress } from '../engine.ts';
import {
  type AdapterTraits,
  type Choices,
  type ConvQuestion,
  convOptions,
  type FilterQuestion,
  filterOptions,
  first,
  type SumsQuestion,
  sumsOptions,
} from './choices.ts';
import { GpuMemory } from './gpu-memory.ts';
import { makeReady, type PipelineCache, record } from './pipelines.ts';
import { readOnce } from './readback.ts';

/** Changes whenever kernels or their variants do: what was remembered before is then measured anew. */
export const TUNING_VERSION = 8;

/** A variant of a kernel. */
export type Tile = ConvTile | FilterTile | Strips;

export interface Tuning {
  readonly version: number;
  /** Vendor, architecture and description of the adapter. */
  readonly adapter: string;
  /** By question; see `keyOf`. */
  readonly tiles: Readonly<Record<string, Tile>>;
}

export interface TuningStore {
  load(): Promise<Tuning | undefined>;
  save(tuning: Tuning): Promise<void>;
}

export type Question =
  | { readonly kind: 'conv'; readonly question: ConvQuestion }
  | { readonly kind: 'filter'; readonly question: FilterQuestion }
  | { readonly kind: 'sums'; readonly question: SumsQuestion };

export function keyOf({ kind, question }: Question): string {
  return `${kind} ${Object.entries(question)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
}

/** Choices that take what is remembered where it is still on offer, and note every question that they are asked. */
export function rememberedChoices(adapter: AdapterTraits, tiles: Tuning['tiles']) {
  const asked = new Map<string, { question: Question; times: number }>();
  function answer<T extends Tile>(question: Question, options: readonly T[]): T {
    const key = keyOf(question);
    asked.set(key, { question, times: (asked.get(key)?.times ?? 0) + 1 });
    const kept = JSON.stringify(tiles[key]);
    return options.find(option => JSON.stringify(option) === kept) ?? first(options);
  }
  const choices: Choices = {
    conv: question => answer({ kind: 'conv', question }, convOptions(question, adapter)),
    filter: question => answer({ kind: 'filter', question }, filterOptions(question, adapter)),
    sums: question => answer({ kind: 'sums', question }, sumsOptions(adapter.kind)),
    trees: adapter.kind === 'gpu',
  };
  return { choices, asked };
}

interface TuneArguments {
  readonly device: GPUDevice;
  readonly cache: PipelineCache;
  readonly adapter: AdapterTraits;
  readonly asked: ReadonlyMap<string, { question: Question; times: number }>;
  readonly known: Tuning['tiles'];
  /** No measurement begins after this long. */
  readonly milliseconds: number;
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined;
}

/**
 * Known tiles, and an answer for each question that was not known: measured as far as the time goes, the costliest shapes
 * first; for the rest the first on offer, so that the next run need not measure again.
 */
export async function tune(args: TuneArguments): Promise<Record<string, Tile>> {
  const { adapter, asked, known, milliseconds, onProgress } = args;
  const tiles = { ...known };
  for (const [key, { question }] of asked) tiles[key] ??= first(tilesFor(question, adapter));
  const open = [...asked]
    .filter(([key]) => !(key in known))
    .map(([key, { question, times }]) => ({ key, question, cost: cost(question) * times }))
    .sort((a, b) => b.cost - a.cost);
  const end = performance.now() + milliseconds;
  for (const [i, { key, question }] of open.entries()) {
    onProgress?.({ phase: 'tune', done: i, total: open.length });
    if (performance.now() > end) break;
    const best = await fastest(args, question);
    if (best) tiles[key] = best;
  }
  if (open.length > 0) onProgress?.({ phase: 'tune', done: open.length, total: open.length });
  return tiles;
}

/** Multiply-adds, or values read where there are none. */
function cost({ kind, question }: Question): number {
  const { side, batch } = question;
  const each =
    kind === 'sums' ? question.channels : question.kernel * question.kernel * question.inputs * question.outputs;
  return each * side * side * batch;
}

async function fastest({ device, cache, adapter }: TuneArguments, question: Question): Promise<Tile | undefined> {
  const candidates = tilesFor(question, adapter).map(tile => ({ tile, ...trial(question, tile) }));
  await cache.compile(candidates.flatMap(({ dispatches }) => dispatches));
  const measured: { tile: Tile; time: number; words: Uint32Array }[] = [];
  for (const { tile, dispatches, result } of candidates)
    measured.push({ tile, ...(await measure(device, cache, dispatches, result)) });
  const [reference, ...others] = measured;
  if (!reference) return undefined;
  // A driver that computes a variant wrongly must not get it, however fast.
  const stored = question.kind === 'conv' ? question.question.stored : 'f32';
  const right = others.filter(({ words }) => agrees(words, reference.words, stored));
  return [reference, ...right].reduce((best, next) => (next.time < best.time ? next : best)).tile;
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

/** The variants on offer for a question, the one to take unmeasured first. */
export function tilesFor({ kind, question }: Question, adapter: AdapterTraits): readonly Tile[] {
  switch (kind) {
    case 'conv':
      return convOptions(question, adapter);
    case 'filter':
      return filterOptions(question, adapter);
    case 'sums':
      return sumsOptions(adapter.kind);
    default:
      throw kind satisfies never;
  }
}

/** A variant's dispatches on tensors of their own, and the slot that they write last. */
export function trial({ kind, question }: Question, tile: Tile): { dispatches: readonly Dispatch[]; result: Slot } {
  const { side, batch, stored } = question;
  const slot = (name: string, values: number): Slot => ({ name, bytes: Math.ceil(values / 4) * 16, persistent: true });
  const tensor = (name: string, of: number, channels: number): View => ({
    slot: slot(name, (batch * of * of * channels) / (stored === 'f16' ? 2 : 1)),
    batch,
    side: of,
    channels,
    stride: channels,
    offset: 0,
    stored,
  });
  if (kind === 'sums' && 'strips' in tile) {
    const { channels } = question;
    const result = slot('moments', 2 * batch * channels);
    const dispatches = normMoments(
      {
        label: 'trial',
        input: tensor('input', side, channels),
        parameters: result,
        gammaAt: 0,
        betaAt: 0,
        epsilon: NORM_EPSILON,
        slope: 1,
        moments: { slot: result, at: 0, stride: channels },
        scratch: bytes => slot('chunks', bytes / 4),
      },
      tile,
    );
    return { dispatches, result };
  }
  if (kind === 'sums') throw new Error('a tile of another kind');
  const { kernel, stride, inputs, outputs } = question;
  const output = tensor('output', side, outputs);
  const weights = slot('weights', kernel * kernel * inputs * outputs);
  if (kind === 'conv' && 'pixels' in tile) {
    const { form } = question;
    const sourceSide = form === 'plain' ? side * stride : Math.ceil(side / 2);
    const input = tensor('input', sourceSide, inputs);
    const pad = form === 'dilated' || kernel === 1 || stride === 2 ? 0 : 1;
    const args = { label: 'trial', form, kernel, stride, pad, input, output, weights, weightsAt: 0, tile };
    return { dispatches: convDispatches(args), result: output.slot };
  }
  if (kind === 'filter' && 'splits' in tile) {
    const { upsampled } = question;
    const input = tensor('input', upsampled ? side / 2 : side * stride, inputs);
    const dispatches = filterGradientDispatches({
      label: 'trial',
      kernel,
      stride,
      pad: kernel === 1 || stride === 2 ? 0 : 1,
      upsampled,
      input,
      gradient: output,
      result: weights,
      to: 0,
      tile,
      partials: joinedAtOnce(bytes => slot('partial sums', bytes / 4)),
    });
    return { dispatches, result: weights };
  }
  throw new Error('a tile of another kind');
}

/**
 * Milliseconds that the dispatches take on positive numbers, the least of a few measurements, each of as many repeats as make it long
 * enough to time. And the words that `result` holds afterwards.
 */
export async function measure(
  device: GPUDevice,
  cache: PipelineCache,
  dispatches: readonly Dispatch[],
  result: Slot,
): Promise<{ time: number; words: Uint32Array }> {
  const memory = new GpuMemory(device);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = new Map<Slot, GPUBuffer>();
  const step = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  try {
    const ready = await makeReady(device, memory, cache, dispatches, step, slot => {
      const buffer = buffers.get(slot) ?? memory.create(slot.name, slot.bytes, usage);
      buffers.set(slot, buffer);
      return buffer;
    });
    const timed = async (repeats: number) => {
      const begin = performance.now();
      const encoder = device.createCommandEncoder();
      for (let i = 0; i < repeats; i++) record(encoder, ready);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return (performance.now() - begin) / repeats;
    };
    for (const [slot, buffer] of buffers) device.queue.writeBuffer(buffer, 0, positiveNumbers(slot.bytes));
    let time = Math.min(await timed(1), await timed(1));
    if (time <= LONG_ENOUGH_MS) {
      const repeats = Math.min(MOST_REPEATS, Math.ceil(LONG_ENOUGH_MS / Math.max(time, 0.05)));
      time = Math.min(await timed(repeats), await timed(repeats));
    }
    const held = buffers.get(result);
    if (!held) throw new Error('a trial that writes no result');
    const values = await readOnce(device, memory, held, result.bytes);
    return { time, words: new Uint32Array(values.buffer) };
  } finally {
    memory.dispose();
  }
}

/** Each 32-bit word is a small positive float, and each of its halves a 16-bit float between 0.5 and 1; never the same twice. */
function positiveNumbers(bytes: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: bytes / 4 }, (_, i) => {
    const hash = Math.imul(i + 1, 0x9e3779b1);
    return 0x38003800 | ((hash >>> 22) << 16) | ((hash >>> 8) & 0x3ff);
  });
}

const LONG_ENOUGH_MS = 4;
const MOST_REPEATS = 40;
