/**
 * A mask in its image's own sides, row by row as runs (rows.ts): some bytes a row, whatever the image's size, so that a stroke touches
 * only its own rows, and what undoes it is the rows that it replaced.
 */
import { maskDecoder, maskEncoder } from './coded.ts';
import { countOf, EMPTY, type Row, rowOf, sameRow } from './rows.ts';

export interface RunMask {
  readonly width: number;
  readonly height: number;
  /** One for each row of the image, top to bottom. */
  readonly rows: readonly Row[];
}

/** Rows that lie one under the other, from `top` on: what a stroke covers, or what was there before it. */
export interface Band {
  readonly top: number;
  readonly rows: readonly Row[];
}

export function emptyMask(width: number, height: number): RunMask {
  return { width, height, rows: new Array<Row>(height).fill(EMPTY) };
}

/** Pixels of lesion. */
export function areaOf({ rows }: RunMask): number {
  return rows.reduce((sum, row) => sum + countOf(row), 0);
}

export function sameMask(a: RunMask, b: RunMask): boolean {
  return a.width === b.width && a.height === b.height && a.rows.every((row, y) => sameRow(row, b.rows[y]!));
}

/** The mask with `change` applied to each row that the band has; equal rows stay the same arrays. */
export function withBand(mask: RunMask, band: Band, change: (row: Row, of: Row) => Row): RunMask {
  const rows = mask.rows.slice();
  for (const [i, of] of band.rows.entries()) {
    const before = rows[band.top + i];
    if (before === undefined) continue;
    const after = change(before, of);
    rows[band.top + i] = sameRow(before, after) ? before : after;
  }
  return { ...mask, rows };
}

/** Dice of two masks of the same sides, 0 to 1; 1 where both are empty. */
export function diceOfMasks(a: RunMask, b: RunMask): number {
  let both = 0;
  for (const [y, row] of a.rows.entries()) both += overlapOf(row, b.rows[y]!);
  const sum = areaOf(a) + areaOf(b);
  return sum === 0 ? 1 : (2 * both) / sum;
}

function overlapOf(a: Row, b: Row): number {
  let [i, j, count] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    count += Math.max(0, Math.min(a[i + 1]!, b[j + 1]!) - Math.max(a[i]!, b[j]!));
    if (a[i + 1]! < b[j + 1]!) i += 2;
    else j += 2;
  }
  return count;
}

/** From 0 and 1 for each pixel. */
export function fromBits(bits: Uint8Array, width: number, height: number): RunMask {
  if (bits.length !== width * height) throw new RangeError(`${bits.length} pixels are not ${width} × ${height}`);
  return { width, height, rows: Array.from({ length: height }, (_, y) => rowOfBits(bits, y * width, width)) };
}

function rowOfBits(bits: Uint8Array, start: number, width: number): Row {
  const ends: number[] = [];
  let value = 0;
  for (let x = 0; x < width; x++)
    if (bits[start + x] !== value) {
      ends.push(x);
      value = 1 - value;
    }
  if (value === 1) ends.push(width);
  return rowOf(ends, width);
}

/** 0 and 1 for each pixel. */
export function toBits({ width, height, rows }: RunMask): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(width * height);
  for (const [y, row] of rows.entries())
    for (let i = 0; i < row.length; i += 2) bits.fill(1, y * width + row[i]!, y * width + row[i + 1]!);
  return bits;
}

/** As coded.ts codes it. */
export function codedOf({ width, rows }: RunMask): Uint8Array<ArrayBuffer> {
  const encoder = maskEncoder();
  for (const row of rows) {
    let x = 0;
    for (let i = 0; i < row.length; i += 2) {
      encoder.run(0, row[i]! - x);
      encoder.run(1, row[i + 1]! - row[i]!);
      x = row[i + 1]!;
    }
    encoder.run(0, width - x);
  }
  return encoder.finish();
}

/** Throws RangeError where the bytes are not a mask of these sides. */
export function fromCoded(bytes: Uint8Array, width: number, height: number): RunMask {
  const decoder = maskDecoder(bytes);
  const rows: Row[] = [];
  for (let y = 0; y < height; y++) {
    const ends: number[] = [];
    for (let x = 0; x < width; ) {
      const { value, length } = decoder.run(width - x);
      if (value === 1) ends.push(x, x + length);
      x += length;
    }
    rows.push(rowOf(ends, width));
  }
  if (!decoder.atEnd()) throw new RangeError('a coded mask goes on after its pixels');
  return { width, height, rows };
}
