/**
 * How threads share a program's calls. All walk the same list; of each call they draw chunks until none is left, so that a core that is busy
 * elsewhere delays only the chunk it has. A call begins when all chunks of those before it are done.
 *
 * Control words, shared: the generation (one more for each program that is executed), then for every call of the list a *claim* and a
 * *count*. A claim holds the generation's low bits and the next chunk, and is only ever moved on from the value that was read: a thread
 * that wakes late, in a later generation, finds other bits and takes nothing. A count is of finished chunks.
 */
import { CALL_WORDS, type Program } from './programs.ts';

const GENERATION = 0;
const FIRST_CALL = 1;
const END_CALL = 2;
const HEAD = 3;

/** Chunks of one call at most; claims have so many bits for them. */
const CHUNK_BITS = 16;
const CHUNK_MASK = (1 << CHUNK_BITS) - 1;
const GENERATION_MASK = (1 << (31 - CHUNK_BITS)) - 1;

/** Looks before a thread sleeps: some ten microseconds. Joining so costs 1 to 3 µs with free cores. */
const SPINS = 2000;
/** A sleeper looks again after this, should it have been called before it slept. */
const SLEEP_MS = 50;

export function controlWords(calls: number): number {
  return HEAD + 2 * calls;
}

const claimOf = (call: number) => HEAD + 2 * call;
const countOf = (call: number) => HEAD + 2 * call + 1;

/** Sets the team to work on a program; only while no other is under way. Returns its generation. */
export function begin(control: Int32Array, { begin: first, end }: Program): number {
  const generation = ((Atomics.load(control, GENERATION) + 1) | 0) >>> 0;
  const bits = (generation & GENERATION_MASK) << CHUNK_BITS;
  for (let call = first; call < end; call++) {
    Atomics.store(control, countOf(call), 0);
    Atomics.store(control, claimOf(call), bits);
  }
  Atomics.store(control, FIRST_CALL, first);
  Atomics.store(control, END_CALL, end);
  Atomics.store(control, GENERATION, generation | 0);
  Atomics.notify(control, GENERATION);
  return generation;
}

/** Waits until the generation is not `seen`, and returns it. */
export function awaitGeneration(control: Int32Array, seen: number): number {
  for (;;) {
    for (let i = 0; i < SPINS; i++) {
      const now = Atomics.load(control, GENERATION);
      if (now !== seen) return now;
    }
    Atomics.wait(control, GENERATION, seen);
  }
}

/**
 * One thread's part of a generation. `runChunk` is called with a call's number and a chunk. Returns true in the one thread that finished the last
 * chunk of all.
 */
export function work(
  control: Int32Array,
  list: Int32Array,
  generation: number,
  runChunk: (call: number, chunk: number) => void,
): boolean {
  const bits = (generation & GENERATION_MASK) << CHUNK_BITS;
  const first = Atomics.load(control, FIRST_CALL);
  const end = Atomics.load(control, END_CALL);
  let last = false;
  let waitedTo = first;
  for (let call = first; call < end; call++) {
    const chunks = list[call * CALL_WORDS + 2] ?? 0;
    if (list[call * CALL_WORDS + 3] === 0) {
      for (; waitedTo < call; waitedTo++) if (!awaitCount(control, list, waitedTo, generation)) return last;
    }
    for (;;) {
      const claim = Atomics.load(control, claimOf(call));
      const chunk = claim & CHUNK_MASK;
      if (claim - chunk !== bits) return last;
      if (chunk >= chunks) break;
      if (Atomics.compareExchange(control, claimOf(call), claim, claim + 1) !== claim) continue;
      runChunk(call, chunk);
      if (Atomics.add(control, countOf(call), 1) + 1 === chunks) {
        Atomics.notify(control, countOf(call));
        if (call === end - 1) last = true;
      }
    }
  }
  return last;
}

/** False where the generation is over. */
function awaitCount(control: Int32Array, list: Int32Array, call: number, generation: number): boolean {
  const chunks = list[call * CALL_WORDS + 2] ?? 0;
  for (let spin = 0; ; spin++) {
    const count = Atomics.load(control, countOf(call));
    if (count === chunks) return true;
    if (Atomics.load(control, GENERATION) !== (generation | 0)) return false;
    if (spin >= SPINS) Atomics.wait(control, countOf(call), count, SLEEP_MS);
  }
}
