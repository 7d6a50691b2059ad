/**
 * Unrolls WGSL text. Register tiles need their loops written out, which WGSL itself cannot do: a private array with a
 * running index lives in memory. The shaders are real WGSL with comments that this expands:
 *
 *   //# each tap          repeats the lines up to its `//# end` for every record of the list `tap`,
 *   //# end               putting the record's values in place of `$name`
 *   //# if residual       keeps the lines up to its `//# end` where the flag is set (`//# if !residual`: where it is not)
 *
 * Constants are plain WGSL `const`s put before the text.
 */

import type { Stored } from './dispatch.ts';

export type Row = Readonly<Record<string, number>>;

export interface Expansion {
  /** The shader's type `Stored`, in which activations lie in memory; see View. */
  readonly stored?: Stored;
  /** Whether the shader speaks to its subgroup. */
  readonly subgroups?: boolean;
  /** `const NAME = value;` before the text; integers are abstract integers, so they serve as i32 and u32. */
  readonly constants?: Readonly<Record<string, number>>;
  readonly lists?: Readonly<Record<string, readonly Row[]>>;
  readonly flags?: Readonly<Record<string, boolean>>;
}

/**
 * Control flow is uniform only within what a thread's quad computes, by how threads are numbered, which a compiler cannot know.
 */
const SUBGROUPS = 'enable subgroups;\ndiagnostic(off, subgroup_uniformity);';

/** Throws if a block is not closed, or a list or flag not given. */
export function expand(
  source: string,
  { stored, subgroups = false, constants = {}, lists = {}, flags = {} }: Expansion,
): string {
  const lines = source.split('\n');
  let at = 0;

  function block(nested: boolean, row: Row): string[] {
    const out: string[] = [];
    while (at < lines.length) {
      const line = lines[at++] ?? '';
      const directive = /^\s*\/\/# (\w+)(?: (!?)(\w+))?/.exec(line);
      if (!directive) {
        out.push(substitute(line, row));
        continue;
      }
      const [, word, not, name = ''] = directive;
      if (word === 'end') {
        if (!nested) throw new Error('a block ends that has not begun');
        return out;
      }
      const start = at;
      const rows = word === 'if' ? conditional(name, not === '!') : list(name);
      // Even where nothing is kept the block is walked through once, to find its end.
      if (rows.length === 0) block(true, row);
      for (const inner of rows) {
        at = start;
        out.push(...block(true, { ...row, ...inner }));
      }
    }
    if (nested) throw new Error('a block is not closed');
    return out;
  }

  function conditional(name: string, negated: boolean): readonly Row[] {
    const flag = flags[name];
    if (flag === undefined) throw new Error(`no flag ${name}`);
    return flag !== negated ? [{}] : [];
  }

  function list(name: string): readonly Row[] {
    const rows = lists[name];
    if (!rows) throw new Error(`no list ${name}`);
    return rows;
  }

  const prelude = Object.entries(constants).map(([name, value]) => `const ${name} = ${literal(name, value)};`);
  const enables = [...(stored === 'f16' ? ['enable f16;'] : []), ...(subgroups ? [SUBGROUPS] : [])];
  const types = stored ? [`alias Stored = ${stored};`] : [];
  return [...enables, ...types, ...prelude, ...block(false, {})].join('\n');
}

function substitute(line: string, row: Row): string {
  return line.replace(/\$([a-z]+)/g, (whole, name: string) => {
    const value = row[name];
    return value === undefined ? whole : String(value);
  });
}

function literal(name: string, value: number): string {
  // Lower-case names are floats by agreement: 0.5 and 1 alike.
  return /^[a-z]/.test(name) && Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** 0 … n−1 as records of one key. */
export function range(key: string, n: number): Row[] {
  return Array.from({ length: n }, (_, i) => ({ [key]: i }));
}

/** Every combination of the lists' records, the first list slowest. */
export function product(...lists: readonly (readonly Row[])[]): Row[] {
  return lists.reduce<Row[]>((rows, next) => rows.flatMap(row => next.map(other => ({ ...row, ...other }))), [{}]);
}
