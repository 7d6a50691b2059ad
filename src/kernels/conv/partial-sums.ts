/**
 * Host side of sum-partials.wgsl and join-partials.wgsl: what several groups of threads summed on their own, added into one result in a
 * fixed order. A kernel asks where its parts go, and need not know whether each result is joined at once or all of them at the end.
 */
import { type Dispatch, grid, makeDispatch, type Slot } from '../dispatch.ts';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import joinSource from './join-partials.wgsl?raw';
import sumSource from './sum-partials.wgsl?raw';

export interface Parts {
  readonly label: string;
  readonly splits: number;
  /** So many splits in a row are added to each other, and then their sums; 1 where none is said. */
  readonly bundle?: number;
  /** Values of a part, and of the result. */
  readonly count: number;
  readonly result: Slot;
  /** First value of the result. */
  readonly to: number;
}

export interface PartialSums {
  /** Where the parts are to be written, [split, count] from value `at`, and what then joins them, if not something later. */
  place(parts: Parts): { readonly slot: Slot; readonly at: number; readonly joins: readonly Dispatch[] };
}

const WORKGROUP = 64;
/** Values of a thread that joins many tensors. */
const EACH = 4;

/** Each result is joined by a dispatch of its own; `scratch` makes the slot for its parts. */
export function joinedAtOnce(scratch: (bytes: number) => Slot): PartialSums {
  return {
    place({ label, splits, bundle = 1, count, result, to }) {
      const slot = scratch(splits * count * 4);
      const join = makeDispatch<Shaders['conv/sum-partials']>({
        label: `${label} sum`,
        code: expand(sumSource, { constants: { WORKGROUP } }),
        shape: { threads: count, splits, bundle, to },
        buffers: { sums: slot, result },
        workgroups: grid(count, WORKGROUP),
      });
      return { slot, at: 0, joins: [join] };
    },
  };
}

/** All results, which lie in one slot, are joined by one dispatch at the end, for which their parts are kept till then. */
export class JoinedTogether implements PartialSums {
  readonly #placed: (Parts & { readonly at: number })[] = [];
  #values = 0;
  readonly #slot: Slot;

  constructor(name: string) {
    const size = () => Math.max(16, this.#values * 4);
    this.#slot = {
      name,
      // Known when all have been placed, which is before anybody makes a buffer of it.
      get bytes() {
        return size();
      },
      persistent: false,
    };
  }

  place(parts: Parts) {
    const at = this.#values;
    this.#placed.push({ ...parts, at });
    // Vectors of four begin at multiples of four values.
    this.#values += Math.ceil((parts.splits * parts.count) / 4) * 4;
    return { slot: this.#slot, at, joins: [] };
  }

  /** The two tables that the shader reads, to be written once; empty where nothing was placed. */
  tables(): Record<'tensors' | 'blocks', Uint32Array<ArrayBuffer>> {
    const blocks: number[] = [];
    this.#placed.forEach(({ count }, i) => {
      for (let first = 0; first < count; first += WORKGROUP * EACH) blocks.push(i, first);
    });
    return {
      tensors: Uint32Array.from(
        this.#placed.flatMap(({ at, count, splits, bundle = 1, to }) => [at, count, splits, bundle, to]),
      ),
      blocks: Uint32Array.from(blocks),
    };
  }

  /** Throws if nothing was placed, or results lie in several slots. */
  join(tensors: Slot, blocks: Slot): Dispatch {
    const [result, ...others] = new Set(this.#placed.map(parts => parts.result));
    if (!result || others.length > 0) throw new Error('partial sums are joined into one slot');
    const count = this.tables().blocks.length / 2;
    const y = Math.ceil(count / 65535);
    return makeDispatch<Shaders['conv/join-partials']>({
      label: 'join partial sums',
      code: expand(joinSource, { constants: { WORKGROUP, EACH, BLOCKS: count } }),
      shape: {},
      buffers: { tensors, blocks, sums: this.#slot, result },
      workgroups: [Math.ceil(count / y), y],
    });
  }
}
