/**
 * A data set with its masks as people corrected them: which pairs have corrections, and what follows from a mask in its image's own sides (the
 * small one for the network, share, notice, hash). Nothing is read from files again.
 *
 * Must not know: where corrections lie (store/mask-book.ts).
 */
import { sha256 } from '../formats/sha256.ts';
import { maskDecoder, maskEncoder } from '../masks/coded.ts';
import { AppError } from '../protocol/errors.ts';
import type { Framing } from '../protocol/preparation.ts';
import type { MaskBook } from '../store/mask-book.ts';
import type { ReplacedMask } from '../store/pixels.ts';
import { maskLook } from './mask-notice.ts';
import { framedAverager } from './resize.ts';
import { type KeptPair, type ReadPairs, summarise } from './summarise.ts';

/** Rows decoded at once. */
const ROWS = 64;

/**
 * Under which a pair's corrections are kept: its id, both files, and how its mask is read, so that they are found again in whatever data set
 * has that pair, and with another mask or another reading of it are not.
 */
export async function keyOf({ id, imageHash, maskHash, maskFileHash }: KeptPair, read: ReadPairs): Promise<string> {
  const { invert = false, lesion = [] } = read.facts.maskReading ?? {};
  const text = [id, imageHash, maskFileHash ?? maskHash, String(invert), lesion.join('/')].join('\0');
  return (await sha256(text)).slice(0, 40);
}

interface Derived extends Pick<KeptPair, 'maskHash' | 'ownMaskBytes' | 'notice' | 'lesionShare'> {
  readonly small: Uint8Array<ArrayBuffer>;
  readonly own: Uint8Array<ArrayBuffer>;
}

/** A mask of these sides shrunk to a square of `size`: bits [S,S]. Throws RangeError where it has other sides. */
export function shrunkMask(
  coded: Uint8Array,
  { width, height }: Pick<KeptPair, 'width' | 'height'>,
  framing: Framing,
  size: number,
  also: (bits: Uint8Array) => void = () => {},
): Uint8Array<ArrayBuffer> {
  const decoder = maskDecoder(coded);
  const average = framedAverager(framing, size, { width, height, channels: 1 });
  for (let y = 0; y < height; y += ROWS) {
    const rows = Math.min(ROWS, height - y);
    const bits = new Uint8Array(width * rows);
    decoder.fill(bits);
    also(bits);
    average.push(bits, rows, 1);
  }
  return average.finish();
}

async function derive(pair: KeptPair, { preparation }: ReadPairs, own: Uint8Array<ArrayBuffer>): Promise<Derived> {
  const look = maskLook(pair.width, pair.height);
  let lesion = 0;
  const bits = shrunkMask(own, pair, preparation.framing, preparation.size, strip => {
    for (const bit of strip) lesion += bit;
    look.push(strip);
  });
  const small = maskEncoder();
  small.push(bits);
  return {
    ...{ maskHash: await sha256(own.slice()), ownMaskBytes: own.length, small: small.finish(), own },
    ...{ notice: look.finish(), lesionShare: lesion / (pair.width * pair.height) },
  };
}

/** All pairs of a data set with their present masks. */
export interface CorrectedPairs {
  /** As `read`, with what follows from the present masks. */
  readonly pairs: ReadPairs;
  /** Masks that are not as they came. */
  readonly masks: readonly ReplacedMask[];
}

/** `masks`: the present mask of each pair that was corrected, by its id. Without any it is the data set as it was read. */
export async function withMasks(
  read: ReadPairs,
  masks: ReadonlyMap<string, Uint8Array<ArrayBuffer>>,
  unreadable: readonly string[] = [],
): Promise<CorrectedPairs> {
  const replaced: ReplacedMask[] = [];
  const kept: KeptPair[] = [];
  for (const [record, pair] of read.kept.entries()) {
    const own = masks.get(pair.id);
    if (!own) {
      kept.push(pair);
      continue;
    }
    const { small, own: _, ...facts } = await derive(pair, read, own);
    kept.push({ ...pair, ...facts, maskFileHash: pair.maskHash });
    replaced.push({ record, small, own });
  }
  if (replaced.length === 0 && unreadable.length === 0) return { pairs: read, masks: [] };
  const problems = [
    ...read.facts.problems,
    ...unreadable.map(file => ({ file, reason: 'has corrections that cannot be read; its mask as it came is used' })),
  ];
  const facts = { ...read.facts, problems };
  const summary = await summarise(kept, read.preparation, facts);
  return { pairs: { ...read, kept, facts, summary }, masks: replaced };
}

/** The present masks by id as the book has them, but for those that are as they came: `original` gives these, coded. */
export async function presentMasks(
  read: ReadPairs,
  book: MaskBook,
  original: (record: number) => Promise<Uint8Array | null>,
): Promise<{ masks: Map<string, Uint8Array<ArrayBuffer>>; unreadable: string[] }> {
  const masks = new Map<string, Uint8Array<ArrayBuffer>>();
  const unreadable: string[] = [];
  const keys = await book.keys();
  // Asked for each pair, ten thousand keys take a quarter of a second: mostly there are none.
  if (keys.size === 0) return { masks, unreadable };
  for (const [record, pair] of read.kept.entries()) {
    const key = await keyOf(pair, read);
    if (!keys.has(key)) continue;
    // What the storage fails to read now is as good as unreadable: the data set is read all the same, and the person told.
    const kept = await book.get(key).catch(() => null);
    if (kept === null) unreadable.push(pair.id);
    const mask = kept?.versions.at(-1)?.mask;
    if (mask && !isSame(mask, await original(record))) masks.set(pair.id, mask);
  }
  return { masks, unreadable };
}

export function isSame(a: Uint8Array, b: Uint8Array | null): boolean {
  return b !== null && a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Throws AppError `internal` where the bytes are no mask of these sides. */
export function checkMask(coded: Uint8Array, { id, width, height }: KeptPair): void {
  const decoder = maskDecoder(coded);
  let left = width * height;
  try {
    while (left > 0) left -= decoder.run(left).length;
    if (decoder.atEnd()) return;
  } catch {
    // Told below.
  }
  throw new AppError(
    'internal',
    `The mask for ${id} is not of ${width} × ${height} pixels`,
    'close the editor and open it again',
  );
}
