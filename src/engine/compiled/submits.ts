/**
 * How a step's dispatches are divided among submits. A driver takes a command buffer of a second or two for a hang and ends the page's
 * GPU, and the screen stands still as long as one runs: none may take longer than SUBMIT_MS, going by what was measured, and at first by
 * a slow device. Pure.
 */
import type { Dispatch } from '../../kernels/dispatch.ts';
import type { AdapterKind } from './choices.ts';

/** Nothing resets a software adapter, whose steps take seconds: there fewer submits are worth more. */
export const SUBMIT_MS: Record<AdapterKind, number> = { software: 1000, gpu: 100 };

/** FLOP a second that are counted on before anything was measured: an old integrated GPU. */
export const SLOW_DEVICE = 50e9;

/** Even such a device moves a byte in the time of so many FLOP. */
const FLOP_PER_BYTE = 5;

/** What a dispatch takes, in FLOP: its own, or where it has none the time for what it reads and writes. */
export function workOf({ flops, bytes, bindings }: Pick<Dispatch, 'flops' | 'bytes' | 'bindings'>): number {
  if (flops > 0) return flops;
  if (bytes !== undefined) return FLOP_PER_BYTE * bytes;
  const slots = new Set(bindings.flatMap(binding => ('slot' in binding ? [binding.slot] : [])));
  return FLOP_PER_BYTE * [...slots].reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The end of each part of `work`, in order, such that no part has more than `most` unless it is a single one. */
export function partsOf(work: readonly number[], most: number): number[] {
  const ends: number[] = [];
  let sum = 0;
  work.forEach((one, i) => {
    if (sum > 0 && sum + one > most) {
      ends.push(i);
      sum = 0;
    }
    sum += one;
  });
  return work.length > 0 ? [...ends, work.length] : [];
}

/** Learns how fast a device is from the steps that it has made. */
export class Pace {
  readonly #submitMs: number;
  #perSecond = SLOW_DEVICE;

  constructor(kind: AdapterKind) {
    this.#submitMs = SUBMIT_MS[kind];
  }

  /** The most work of one submit. */
  get most(): number {
    return (this.#perSecond * this.#submitMs) / 1000;
  }

  /** `work` took so long, in all submits together and with whatever was under way before it: at least as fast as that it is. */
  report(work: number, milliseconds: number): void {
    this.#perSecond = (work / Math.max(milliseconds, 1)) * 1000;
  }
}
