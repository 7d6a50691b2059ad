/**
 * Finds, on the adapter at hand, the fastest variant of each convolution of a plan: the costliest shapes first, until the
 * time allowed is over. What is found can be kept and given back, for the same adapter and the same version of the kernels.
 */
import { type ConvTile, convDispatch } from '../../kernels/conv/conv.ts';
import { type FilterTile, filterGradientDispatches } from '../../kernels/conv/filter-gradient.ts';
import type { Dispatch, Slot, View } from '../../kernels/dispatch.ts';
import { STEP_BYTES } from '../../kernels/step.ts';
import type { PrepareProgress } from '../engine.ts';
import {
  type AdapterKind,
  type Choices,
  type ConvQuestion,
  convOptions,
  defaultChoices,
  type FilterQuestion,
  filterOptions,
  first,
} from './choices.ts';
import { GpuMemory } from './gpu-memory.ts';
import { makeReady, type PipelineCache, record } from './pipelines.ts';

/** Changes whenever kernels or their variants do: what was remembered before is then measured anew. */
export const TUNING_VERSION = 6;

export interface Tuning {
  readonly version: number;
  /** Vendor, architecture and description of the adapter. */
  readonly adapter: string;
  /** By question; see `keyOf`. */
  readonly tiles: Readonly<Record<string, ConvTile | FilterTile>>;
}

export interface TuningStore {
  load(): Promise<Tuning | undefined>;
  save(tuning: Tuning): Promise<void>;
}

export type Question =
  | { readonly kind: 'conv'; readonly question: ConvQuestion }
  | { readonly kind: 'filter'; readonly question: FilterQuestion };

export function keyOf({ kind, question }: Question): string {
  return `${kind} ${Object.entries(question)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
}

/** Choices that take what is remembered where it is still on offer, and note every question that they are asked. */
export function rememberedChoices(kind: AdapterKind, tiles: Tuning['tiles']) {
  const asked = new Map<string, { question: Question; times: number }>();
  function answer<T extends ConvTile | FilterTile>(question: Question, options: readonly T[]): T {
    const key = keyOf(question);
    asked.set(key, { question, times: (asked.get(key)?.times ?? 0) + 1 });
    const kept = JSON.stringify(tiles[key]);
    return options.find(option => JSON.stringify(option) === kept) ?? first(options);
  }
  const choices: Choices = {
    ...defaultChoices(kind),
    conv: question => answer({ kind: 'conv', question }, convOptions(question, kind)),
    filter: question => answer({ kind: 'filter', question }, filterOptions(question, kind)),
  };
  return { choices, asked };
}

interface TuneArguments {
  readonly device: GPUDevice;
  readonly cache: PipelineCache;
  readonly kind: AdapterKind;
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
export async function tune(args: TuneArguments): Promise<Record<string, ConvTile | FilterTile>> {
  const { kind, asked, known, milliseconds, onProgress } = args;
  const tiles = { ...known };
  for (const [key, { question }] of asked) tiles[key] ??= first(tilesFor(question, kind));
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

function cost({ question: { kernel, inputs, outputs, side, batch } }: Question): number {
  return kernel * kernel * inputs * outputs * side * side * batch;
}

async function fastest({ device, cache, kind }: TuneArguments, question: Question) {
  const candidates = tilesFor(question, kind).map(tile => ({ tile, ...trial(question, tile) }));
  await cache.compile(candidates.flatMap(({ dispatches }) => dispatches));
  let best: { tile: ConvTile | FilterTile; time: number } | undefined;
  for (const { tile, dispatches } of candidates) {
    const time = await measure(device, cache, dispatches);
    if (!best || time < best.time) best = { tile, time };
  }
  return best?.tile;
}

/** The variants on offer for a question, the one to take unmeasured first. */
export function tilesFor({ kind, question }: Question, adapter: AdapterKind): readonly (ConvTile | FilterTile)[] {
  return kind === 'conv' ? convOptions(question, adapter) : filterOptions(question, adapter);
}

/** A variant's dispatches on tensors of their own, and the slot that they write last. */
export function trial(
  { kind, question }: Question,
  tile: ConvTile | FilterTile,
): { dispatches: readonly [Dispatch, ...Dispatch[]]; result: Slot } {
  const { kernel, stride, inputs, outputs, side, batch, stored } = question;
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
  const output = tensor('output', side, outputs);
  const weights = slot('weights', kernel * kernel * inputs * outputs);
  if (kind === 'conv' && 'pixels' in tile) {
    const { form } = question;
    const sourceSide = form === 'plain' ? side * stride : Math.ceil(side / 2);
    const input = tensor('input', sourceSide, inputs);
    const pad = form === 'dilated' || kernel === 1 || stride === 2 ? 0 : 1;
    const args = { label: 'trial', form, kernel, stride, pad, input, output, weights, weightsAt: 0, tile };
    return { dispatches: [convDispatch(args)], result: output.slot };
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
      scratch: bytes => slot('partial sums', bytes / 4),
    });
    return { dispatches, result: weights };
  }
  throw new Error('a tile of another kind');
}

/** Milliseconds of one run: the least of a few, each of as many runs as make it long enough to time. */
async function measure(device: GPUDevice, cache: PipelineCache, dispatches: readonly Dispatch[]): Promise<number> {
  const memory = new GpuMemory(device);
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const buffers = new Map<Slot, GPUBuffer>();
  const step = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  try {
    const ready = await makeReady(device, memory, cache, dispatches, step, slot => {
      const buffer = buffers.get(slot) ?? memory.create(slot.name, slot.bytes, usage);
      buffers.set(slot, buffer);
      return buffer;
    });
    const run = async (repeats: number) => {
      const begin = performance.now();
      const encoder = device.createCommandEncoder();
      for (let i = 0; i < repeats; i++) record(encoder, ready);
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      return (performance.now() - begin) / repeats;
    };
    const once = Math.min(await run(1), await run(1));
    if (once > LONG_ENOUGH_MS) return once;
    const repeats = Math.min(MOST_REPEATS, Math.ceil(LONG_ENOUGH_MS / Math.max(once, 0.05)));
    return Math.min(await run(repeats), await run(repeats));
  } finally {
    memory.dispose();
  }
}

const LONG_ENOUGH_MS = 4;
const MOST_REPEATS = 40;
