/**
 * Plans as threads replay them: every slot at an address of one memory, every call's shape written down there, and the calls of each
 * program as a list of numbers.
 */
import { KERNEL_NAMES, type KernelCall } from '../../kernels/cpu-kernels.ts';
import type { Slot } from '../../kernels/dispatch.ts';
import { planMemory } from '../lowering/memory.ts';
import type { CpuPlan } from './cpu-plan.ts';
import { CONSTANT_BYTES } from './module.ts';

/** Numbers of one call in a program: kernel, address of its shape, chunks, and 1 where it may run beside the one before. */
export const CALL_WORDS = 4;

export type ProgramName = 'step' | 'predict';

/** Calls from `begin` to `end` (without it) of the list. */
export interface Program {
  readonly begin: number;
  readonly end: number;
}

export interface Layout {
  readonly bytes: number;
  /** A thread's own part begins at scratch + thread · scratchBytes. */
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly address: (slot: Slot) => number;
  readonly programs: Readonly<Record<ProgramName, Program>>;
  readonly calls: readonly KernelCall[];
  /** CALL_WORDS numbers for each call. */
  readonly list: Int32Array<ArrayBuffer>;
  /** All shapes' words, to be written at `shapes`. */
  readonly shapes: number;
  readonly shapeWords: Int32Array<ArrayBuffer>;
}

/** Kernels may read a vector or two past the end of a slot. */
const SLACK = 64;

const aligned = (bytes: number) => Math.ceil(bytes / 64) * 64;

/** For `threads` threads. Pure: it only counts. */
export function layOut(plan: CpuPlan, threads: number): Layout {
  const { buffers, bufferOf } = planMemory(plan);
  let end = CONSTANT_BYTES;
  const take = (bytes: number) => {
    const begin = end;
    end = aligned(begin + bytes + SLACK);
    return begin;
  };
  const starts = buffers.map(take);
  const address = (slot: Slot) => {
    const begin = starts[bufferOf.get(slot) ?? -1];
    if (begin === undefined) throw new Error(`${slot.name} is in no plan`);
    return begin;
  };
  const { slots } = plan;
  const byAverage = (slot: Slot) => address(slot === slots.weights && slots.average ? slots.average : slot);
  const step = [...plan.forward, ...plan.training];
  const predict = [...plan.forward, ...plan.probabilities];
  const calls = [...step, ...predict];
  const scratchBytes = aligned(Math.max(0, ...calls.map(({ scratch }) => scratch)) + SLACK);
  const scratch = take(scratchBytes * threads);
  const shapes = take(calls.reduce((sum, { words }) => sum + words.length * 4, 0));
  const words: number[] = [];
  const list = calls.flatMap((call, i) => {
    const at = shapes + words.length * 4;
    const find = i < step.length ? address : byAverage;
    words.push(...call.words.map(word => (typeof word === 'number' ? word : find(word.slot) + word.bytes)));
    return [KERNEL_NAMES.indexOf(call.kernel), at, call.chunks, call.concurrent ? 1 : 0];
  });
  return {
    ...{ bytes: end, scratch, scratchBytes, address, calls, shapes },
    programs: { step: { begin: 0, end: step.length }, predict: { begin: step.length, end: calls.length } },
    list: Int32Array.from(list),
    shapeWords: Int32Array.from(words),
  };
}
