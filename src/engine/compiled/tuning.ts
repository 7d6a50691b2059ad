/**
 * Finds, on the adapter at hand, the fastest variant of each kernel of a plan: the costliest shapes first, until the time allowed is over.
 * What is not measured then stays so, and is next at a later run. A variant is compared with double precision before it is timed.
 */
import type { Dispatch, Slot } from '../../kernels/dispatch.ts';
import { STEP_BYTES } from '../../kernels/step.ts';
import type { PrepareProgress } from '../engine.ts';
import { type AdapterTraits, first } from './choices.ts';
import { GpuMemory } from './gpu-memory.ts';
import { makeReady, type PipelineCache } from './pipelines.ts';
import { type Asked, costOf, type Question, type Tile, type Tiles, tilesFor, variantKey } from './questions.ts';
import { TestData } from './test-data.ts';
import { timeDispatches } from './timing.ts';
import { trial } from './trial.ts';

/** What was found of one variant. */
export interface Tried {
  readonly tile: Tile;
  /** Of all its dispatches, once; null where it computes wrongly. */
  readonly milliseconds: number | null;
}

/** What is known of a question. */
export interface Answer {
  readonly tried: readonly Tried[];
  /** All that is on offer was tried. */
  readonly complete: boolean;
}

/** By question; see keyOf. */
export type Answers = Readonly<Record<string, Answer>>;

/** How much faster than the first on offer, which is tried first, another must be: less may be the clock's mood. */
const WORTH_IT = 0.97;

/** The variant to take by what was tried: the fastest, or the first where none is faster by enough; undefined where nothing was tried. */
export function bestOf({ tried }: Answer): Tile | undefined {
  const timed = tried.flatMap(({ tile, milliseconds }) => (milliseconds === null ? [] : [{ tile, milliseconds }]));
  const [reference, ...others] = timed;
  if (!reference) return undefined;
  const best = others.reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a), reference);
  return (best.milliseconds < WORTH_IT * reference.milliseconds ? best : reference).tile;
}

/** The variants that were found to be best. */
export function chosen(answers: Answers): Tiles {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([key, answer]) => {
      const tile = bestOf(answer);
      return tile ? [[key, tile]] : [];
    }),
  );
}

interface TuneArguments {
  readonly device: GPUDevice;
  readonly cache: PipelineCache;
  readonly adapter: AdapterTraits;
  readonly asked: ReadonlyMap<string, Asked>;
  readonly known: Answers;
  /** Those among a variant's dispatches whose shader computes wrongly; their pipelines are compiled. */
  readonly wrong: (dispatches: readonly Dispatch[]) => Promise<readonly Dispatch[]>;
  /** Nothing is begun later than this after the first. */
  readonly milliseconds: number;
  readonly onProgress?: ((progress: PrepareProgress) => void) | undefined;
  readonly clock?: () => number;
}

/** What is known, with what was measured in the time allowed. */
export async function tune(args: TuneArguments): Promise<Answers> {
  const { device, asked, known, milliseconds, onProgress, clock = () => performance.now() } = args;
  const answers: Record<string, Answer> = { ...known };
  const open = [...asked]
    .filter(([key]) => known[key]?.complete !== true)
    .map(([key, { question, times }]) => ({ key, question, cost: costOf(question) * times }))
    .sort((a, b) => b.cost - a.cost);
  const end = clock() + milliseconds;
  const data = new TestData(device);
  try {
    for (const [i, { key, question }] of open.entries()) {
      onProgress?.({ phase: 'tune', done: i, total: open.length });
      if (clock() >= end) break;
      const answer = await measured(args, data, question, known[key]?.tried ?? [], end, clock);
      if (answer.tried.length > 0) answers[key] = answer;
    }
  } finally {
    data.dispose();
  }
  if (open.length > 0) onProgress?.({ phase: 'tune', done: open.length, total: open.length });
  return answers;
}

/** What is on offer and not among `before`, tried one by one until `end`. */
async function measured(
  { device, cache, adapter, wrong }: TuneArguments,
  data: TestData,
  question: Question,
  before: readonly Tried[],
  end: number,
  clock: () => number,
): Promise<Answer> {
  const name = (tile: Tile) => variantKey(question.kind, tile);
  const offered = tilesFor(question, adapter);
  // What is not on offer any more is forgotten, and without its first the rest has nothing to be compared with.
  const kept = before.filter(({ tile }) => offered.some(other => name(other) === name(tile)));
  const usable = kept[0] && name(kept[0].tile) === name(first(offered)) ? kept : [];
  const tried = [...usable];
  const memory = new GpuMemory(device);
  const buffers = new Map<string, GPUBuffer>();
  const bufferOf = (slot: Slot): GPUBuffer => {
    // The same tensors for all variants.
    const key = `${slot.name} ${slot.bytes}`;
    const buffer = buffers.get(key) ?? data.fill(memory.storage(slot.name, slot.bytes));
    buffers.set(key, buffer);
    return buffer;
  };
  const step = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
  try {
    for (const tile of offered.filter(one => !usable.some(other => name(other.tile) === name(one)))) {
      if (clock() >= end) return { tried, complete: false };
      const { dispatches } = trial(question, tile);
      await cache.compile(dispatches);
      if ((await wrong(dispatches)).length > 0) {
        tried.push({ tile, milliseconds: null });
        continue;
      }
      const ready = await makeReady(device, memory, cache, dispatches, step, bufferOf);
      const milliseconds = await timeDispatches(device, ready, { end, clock });
      if (milliseconds === undefined) return { tried, complete: false };
      tried.push({ tile, milliseconds });
    }
    return { tried, complete: true };
  } finally {
    memory.dispose();
  }
}
