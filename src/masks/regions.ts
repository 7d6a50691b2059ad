/** Connected parts of a mask: by its runs, two of which belong together where they share a column in neighbouring rows. */
import { inverted } from './morphology.ts';
import { EMPTY, type Row, runAt } from './rows.ts';
import type { Band, RunMask } from './run-mask.ts';

interface Parts {
  /** Of each run, row after row, the number of its part. */
  readonly of: Int32Array;
  /** Where in `of` each row's runs begin. */
  readonly starts: Int32Array;
  readonly count: number;
}

/** `diagonal`: whether runs that touch at a corner only belong together too (8 neighbours rather than 4). */
function partsOf({ rows }: RunMask, diagonal: boolean): Parts {
  const starts = new Int32Array(rows.length + 1);
  for (const [y, row] of rows.entries()) starts[y + 1] = starts[y]! + row.length / 2;
  const total = starts[rows.length]!;
  const parent = Int32Array.from({ length: total }, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const reach = diagonal ? 1 : 0;
  for (let y = 1; y < rows.length; y++) {
    const [above, row] = [rows[y - 1]!, rows[y]!];
    for (let i = 0, j = 0; i < above.length && j < row.length; ) {
      const meets = above[i]! < row[j + 1]! + reach && row[j]! < above[i + 1]! + reach;
      if (meets) {
        const [a, b] = [root(starts[y - 1]! + i / 2), root(starts[y]! + j / 2)];
        parent[Math.max(a, b)] = Math.min(a, b);
      }
      if (above[i + 1]! < row[j + 1]!) i += 2;
      else j += 2;
    }
  }
  const of = new Int32Array(total);
  let count = 0;
  for (let i = 0; i < total; i++) of[i] = parent[i] === i ? count++ : of[root(i)]!;
  return { of, starts, count };
}

/** The mask's runs of the parts that `keep` names. */
function keeping(mask: RunMask, { of, starts }: Parts, keep: (part: number) => boolean): RunMask {
  const rows = mask.rows.map((row, y): Row => {
    const ends: number[] = [];
    for (let i = 0; i < row.length; i += 2) if (keep(of[starts[y]! + i / 2]!)) ends.push(row[i]!, row[i + 1]!);
    return ends.length === row.length ? row : ends.length === 0 ? EMPTY : Int32Array.from(ends);
  });
  return { ...mask, rows };
}

/** Of parts of equal size, the first from the top. Corners connect. */
export function largestRegion(mask: RunMask): RunMask {
  const parts = partsOf(mask, true);
  const areas = new Float64Array(parts.count);
  for (const [y, row] of mask.rows.entries())
    for (let i = 0; i < row.length; i += 2) areas[parts.of[parts.starts[y]! + i / 2]!]! += row[i + 1]! - row[i]!;
  let largest = 0;
  for (let part = 1; part < areas.length; part++) if (areas[part]! > areas[largest]!) largest = part;
  return keeping(mask, parts, part => part === largest);
}

/** Skin that no way leads from to the image's border becomes lesion. Corners do not connect skin. */
export function withoutHoles(mask: RunMask): RunMask {
  const skin = inverted(mask);
  const parts = partsOf(skin, false);
  const open = new Set<number>();
  for (const [y, row] of skin.rows.entries())
    for (let i = 0; i < row.length; i += 2) {
      const atBorder = y === 0 || y === mask.height - 1 || row[i] === 0 || row[i + 1] === mask.width;
      if (atBorder) open.add(parts.of[parts.starts[y]! + i / 2]!);
    }
  return inverted(keeping(skin, parts, part => open.has(part)));
}

/** The connected part of lesion, or of skin, that the pixel lies in, as a band to add or to take away. */
export function regionAt(
  mask: RunMask,
  x: number,
  y: number,
): { readonly lesion: boolean; readonly band: Band } | null {
  const row = mask.rows[y];
  if (!row || x < 0 || x >= mask.width) return null;
  const lesion = runAt(row, x) >= 0;
  const of = lesion ? mask : inverted(mask);
  const parts = partsOf(of, lesion);
  const wanted = parts.of[parts.starts[y]! + runAt(of.rows[y]!, x) / 2];
  const { rows } = keeping(of, parts, part => part === wanted);
  const top = rows.findIndex(({ length }) => length > 0);
  const last = rows.findLastIndex(({ length }) => length > 0);
  return { lesion, band: { top, rows: rows.slice(top, last + 1) } };
}

export function regionCount(mask: RunMask): number {
  return partsOf(mask, true).count;
}
