/**
 * The pixel cache: what an ingest made of a data set at one image size, 8-bit.
 *
 *   pixels/<cacheId>.json          {version, folder, summary}: the cache exists once this does
 *   pixels/<folder>/pairs.bin      per pair S·S·3 bytes RGB interleaved, then S·S bytes mask (0 or 1), in the order of ids
 *   pixels/<folder>/masks.bin      per pair the mask in its image's own sides (masks/coded.ts); the index says where each ends
 *
 * A cache of some pairs of another is an index alone, which names that one's folder and the places of its pairs there. One whose masks were
 * corrected names a second folder, which has these masks only, coded:
 *
 *   pixels/<folder>/corrected.bin  per corrected pair its mask [S,S], then the one in its image's own sides
 *
 * Promises: a cache is built in a folder of its own and published by writing its index last, so that what was there before
 * stays until the new one is whole; readers take no exclusive lock; a cache that any tab uses is not removed (each user
 * holds a shared lock). Must not know: where the pixels come from, and where the files lie (store.ts).
 */

import * as v from 'valibot';
import { maskDecoder } from '../masks/coded.ts';
import { type DatasetSummary, datasetSummary } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { megabytes } from '../protocol/megabytes.ts';
import { whole } from '../protocol/schemas.ts';
import type { ByteFile, ByteWriter, Folder } from './folder.ts';
import { bytesLeft, isQuota } from './space.ts';
import { openStore, type Store } from './store.ts';

const ROOT = 'pixels';
const PAIRS = 'pairs.bin';
const MASKS = 'masks.bin';
/** SCHEMA: raise it when the layout above changes; caches of another version count as missing. */
const VERSION = 1;

/** An older version of the page would take the pairs of such a cache for the folder's first ones. */
const VERSION_OF_PART = 2;
/** An older version of the page would take the masks as they came. */
const VERSION_CORRECTED = 3;
const CORRECTED = 'corrected.bin';

const cacheIndex = v.object({
  version: v.picklist([VERSION, VERSION_OF_PART, VERSION_CORRECTED]),
  folder: v.string(),
  summary: datasetSummary,
  /** Ends in masks.bin; not there in caches that an older version of the page wrote. */
  maskEnds: v.optional(v.array(whole)),
  /** Where in the folder each pair of a part lies. */
  records: v.optional(v.array(whole)),
  /** Places of corrected pairs in the first folder, and where each one's two masks end in the second one's file. */
  corrected: v.optional(
    v.object({ folder: v.string(), records: v.array(whole), ends: v.array(v.tuple([whole, whole])) }),
  ),
});

/** A mask that takes the place of the one that a cache was made with; both as masks/coded.ts codes them. */
export interface ReplacedMask {
  /** The pair's place in the cache that was made from files. */
  readonly record: number;
  /** [S,S]. */
  readonly small: Uint8Array;
  /** In its image's own sides. */
  readonly own: Uint8Array;
}

export interface PixelWriter {
  /** The next pair: RGB [S,S,3], mask [S,S], 8 bits, and the mask in its own sides, coded (masks/coded.ts). Throws `storage-full`. */
  append(image: Uint8Array, mask: Uint8Array, ownMask: Uint8Array): void;
  /** Resolves once more pairs may come without piling up in memory. Throws `storage-full`. */
  ready(): Promise<void>;
  /** Makes the cache the one that `openPixels(summary.cacheId)` finds. */
  publish(summary: DatasetSummary): Promise<void>;
  /** Removes what was written, unless it was published. */
  discard(): Promise<void>;
}

export interface PixelReader {
  readonly summary: DatasetSummary;
  /** Images [n,S,S,3] and masks [n,S,S] of these places in `summary.ids`. Throws `dataset-missing` if the file is gone. */
  read(indices: readonly number[]): Promise<{ images: Uint8Array<ArrayBuffer>; masks: Uint8Array<ArrayBuffer> }>;
  /** The mask at that place in its image's own sides, coded; null where the cache has none. Throws `dataset-missing`. */
  ownMask(place: number): Promise<Uint8Array | null>;
  close(): void;
}

const missing = (cause?: unknown) =>
  new AppError(
    'dataset-missing',
    'The images of this data set are no longer in the browser’s storage',
    'drop the data set again',
    cause === undefined ? undefined : { cause },
  );

/** Bytes of a record: RGB and mask. */
export function recordBytes(size: number): number {
  return size * size * 4;
}

/** Bytes of masks.bin that lie together: some hundreds of masks. */
const MASK_PIECE = 65536;

export function pixelFolder({ root }: Store): Folder {
  return root.folder(ROOT);
}

/** Only in a worker. `pairs` is how many will come at most. Throws `storage-missing` or `storage-full`. */
export async function createPixelWriter(
  size: number,
  pairs: number,
  store: Store | Promise<Store> = openStore(),
): Promise<PixelWriter> {
  const used = await store;
  const root = pixelFolder(used);
  const needed = pairs * recordBytes(size);
  const left = await bytesLeft();
  if (left < needed) throw storageFull(needed, left);
  const name = `build-${crypto.randomUUID()}`;
  const release = await hold(used, name);
  const writers: ByteWriter[] = [];
  const close = () => {
    for (const writer of writers.splice(0)) writer.close();
  };
  const told = (thrown: unknown, written: number) => (isQuota(thrown) ? storageFull(needed, written) : thrown);
  const sink = async (file: string, pieceBytes: number) => {
    const writer = await root.folder(name).append(file, pieceBytes);
    writers.push(writer);
    return writer;
  };
  let pixels: ByteWriter;
  let masks: ByteWriter;
  try {
    pixels = await sink(PAIRS, recordBytes(size));
    masks = await sink(MASKS, MASK_PIECE);
  } catch (thrown) {
    release();
    close();
    throw told(thrown, 0);
  }
  const maskEnds: number[] = [];
  let published = false;
  return {
    append(image, mask, ownMask) {
      if (image.length !== size * size * 3 || mask.length !== size * size)
        throw new Error(`a record of ${image.length} + ${mask.length} bytes does not fit images of ${size} × ${size}`);
      try {
        pixels.append(image);
        pixels.append(mask);
        masks.append(ownMask);
      } catch (thrown) {
        throw told(thrown, pixels.length);
      }
      maskEnds.push(masks.length);
    },
    async ready() {
      try {
        await Promise.all([pixels.ready(), masks.ready()]);
      } catch (thrown) {
        throw told(thrown, pixels.length);
      }
    },
    async publish(summary) {
      const written = pixels.length;
      if (written !== summary.ids.length * recordBytes(size))
        throw new Error(`${written} bytes were written for ${summary.ids.length} pairs`);
      let same: Awaited<ReturnType<typeof findIndex>> | null;
      try {
        await Promise.all([pixels.finish(), masks.finish()]);
        // The same files in the same preparation once more: the pixels that lie there are equal and may be in use, so they stay,
        // and only the index is written anew (the rejected files may differ).
        const before = await findIndex(root, summary.cacheId);
        same =
          before?.maskEnds !== undefined && (await root.folder(before.folder).open(PAIRS))?.size === written
            ? before
            : null;
        const index = { version: VERSION, folder: same?.folder ?? name, summary, maskEnds: same?.maskEnds ?? maskEnds };
        await root.write(`${summary.cacheId}.json`, new TextEncoder().encode(JSON.stringify(index)));
      } catch (thrown) {
        throw told(thrown, written);
      }
      published = same === null;
      if (published) release();
    },
    async discard() {
      try {
        close();
        if (!published) await root.remove(name);
      } finally {
        release();
      }
    },
  };
}

function storageFull(needed: number, available: number): AppError {
  return new AppError(
    'storage-full',
    `The images need ${megabytes(needed)} of the browser’s storage and ${megabytes(available)} are available`,
    'free space on the disk, delete saved models, or choose a smaller image size',
  );
}

/** Opens a published cache and keeps it from being removed until it is closed. Throws `dataset-missing`. */
export async function openPixels(cacheId: string, store: Store | Promise<Store> = openStore()): Promise<PixelReader> {
  const used = await store;
  const release = await hold(used, cacheId);
  try {
    const root = pixelFolder(used);
    const index = await findIndex(root, cacheId);
    if (!index) throw missing();
    const { summary } = index;
    const record = recordBytes(summary.size);
    const fileOf = async (name: string): Promise<ByteFile> => {
      const file = await root.folder(index.folder).open(name);
      if (!file) throw missing();
      return file;
    };
    const pairs = await fileOf(PAIRS);
    const { records } = index;
    const corrected = await openCorrected(root, index);
    const needed = records ? records.reduce((most, at) => Math.max(most, at + 1), 0) : summary.ids.length;
    if (records ? pairs.size < needed * record : pairs.size !== needed * record) throw missing();
    return {
      summary,
      async read(indices) {
        const pixels = summary.size * summary.size;
        const images = new Uint8Array(indices.length * pixels * 3);
        const masks = new Uint8Array(indices.length * pixels);
        const readOne = async (place: number, slot: number) => {
          if (!Number.isInteger(place) || place < 0 || place >= summary.ids.length)
            throw new RangeError(`place ${place} is not one of the ${summary.ids.length} pairs`);
          const at = records?.[place] ?? place;
          const bytes = await pairs.slice(at * record, (at + 1) * record);
          if (bytes.length !== record) throw missing();
          images.set(bytes.subarray(0, pixels * 3), slot * pixels * 3);
          const small = corrected?.small(at);
          if (small) maskDecoder(small).fill(masks.subarray(slot * pixels, (slot + 1) * pixels));
          else masks.set(bytes.subarray(pixels * 3), slot * pixels);
        };
        try {
          await Promise.all(indices.map(readOne));
        } catch (thrown) {
          if (thrown instanceof RangeError) throw thrown;
          throw missing(thrown);
        }
        return { images, masks };
      },
      async ownMask(place) {
        const { maskEnds } = index;
        const at = records?.[place] ?? place;
        const own = corrected?.own(at);
        if (own) return own;
        if (!maskEnds) return null;
        const masks = await fileOf(MASKS);
        const end = maskEnds[at] ?? 0;
        if (masks.size < end) throw missing();
        return masks.slice(maskEnds[at - 1] ?? 0, end);
      },
      close: release,
    };
  } catch (thrown) {
    release();
    if (thrown instanceof AppError) throw thrown;
    throw missing(thrown);
  }
}

/** The corrected masks of a cache, by their pairs' places in the first folder: some kilobytes each, read at once. */
async function openCorrected(root: Folder, { corrected }: v.InferOutput<typeof cacheIndex>) {
  if (!corrected) return undefined;
  const { folder, records, ends } = corrected;
  const bytes = await root.folder(folder).read(CORRECTED);
  if (!bytes || bytes.length < (ends.at(-1)?.[1] ?? 0)) throw missing();
  const order = new Map(records.map((record, i) => [record, i]));
  const cut = (record: number, begin: (i: number) => number, end: (i: number) => number | undefined) => {
    const i = order.get(record);
    return i === undefined ? undefined : bytes.slice(begin(i), end(i));
  };
  return {
    small: (record: number) =>
      cut(
        record,
        i => ends[i - 1]?.[1] ?? 0,
        i => ends[i]?.[0],
      ),
    own: (record: number) =>
      cut(
        record,
        i => ends[i]?.[0] ?? 0,
        i => ends[i]?.[1],
      ),
  };
}

/**
 * Makes the pairs of a published cache, which must not be removed meanwhile, a cache with other masks, without a copy of the pixels. All
 * pairs, with all masks that are not as they came. Throws `dataset-missing`, `storage-full`.
 */
export async function publishCorrected(
  cacheId: string,
  summary: DatasetSummary,
  masks: readonly ReplacedMask[],
  store: Store | Promise<Store> = openStore(),
): Promise<void> {
  const used = await store;
  const root = pixelFolder(used);
  // Its name tells its masks: the same ones were in use before.
  if (await findIndex(root, summary.cacheId)) return;
  const whole = await findIndex(root, cacheId);
  if (!whole) throw missing();
  const name = `masks-${crypto.randomUUID()}`;
  // Until the index names it, another tab would take it for what a crash left.
  const release = await hold(used, name);
  const ends: [number, number][] = [];
  let length = 0;
  for (const { small, own } of masks) {
    ends.push([length + small.length, length + small.length + own.length]);
    length += small.length + own.length;
  }
  const bytes = new Uint8Array(length);
  for (const [i, { small, own }] of masks.entries()) {
    const [smallEnd = 0, ownEnd = 0] = ends[i] ?? [];
    bytes.set(small, smallEnd - small.length);
    bytes.set(own, ownEnd - own.length);
  }
  const { folder, maskEnds, records } = whole;
  const corrected = { folder: name, records: masks.map(({ record }) => record), ends };
  const index = { version: VERSION_CORRECTED, folder, summary, maskEnds, records, corrected };
  try {
    await root.folder(name).write(CORRECTED, bytes);
    await root.write(`${summary.cacheId}.json`, new TextEncoder().encode(JSON.stringify(index)));
  } catch (thrown) {
    throw isQuota(thrown) ? storageFull(length, 0) : thrown;
  } finally {
    release();
  }
}

/**
 * Makes some pairs of a published cache, which must not be removed meanwhile, a cache of their own, without a copy. `records` are their places
 * in it, in the order of the summary's ids. Throws `dataset-missing`, `storage-full`.
 */
export async function publishPart(
  cacheId: string,
  summary: DatasetSummary,
  records: readonly number[],
  store: Store | Promise<Store> = openStore(),
): Promise<void> {
  const root = pixelFolder(await store);
  // The same pairs, dropped without the others, have a cache of this name too, with equal pixels: it may be in use.
  if (await findIndex(root, summary.cacheId)) return;
  const whole = await findIndex(root, cacheId);
  if (!whole) throw missing();
  const { folder, maskEnds, corrected } = whole;
  const index = {
    ...{ version: corrected ? VERSION_CORRECTED : VERSION_OF_PART, folder, summary, maskEnds, corrected },
    records: records.map(place => whole.records?.[place] ?? place),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(index));
  try {
    await root.write(`${summary.cacheId}.json`, bytes);
  } catch (thrown) {
    throw isQuota(thrown) ? storageFull(bytes.length, 0) : thrown;
  }
}

/** Removes all caches but those named, those in use anywhere, and those being built; also what a crash left behind. */
export async function removeOthers(
  keep: readonly string[],
  store: Store | Promise<Store> = openStore(),
): Promise<void> {
  const used = await store;
  const root = pixelFolder(used);
  const names = await root.list();
  const kept = new Set<string>();
  for (const name of names.filter(name => name.endsWith('.json'))) {
    const cacheId = name.slice(0, -'.json'.length);
    const removed = !keep.includes(cacheId) && (await ifUnused(used, cacheId, () => root.remove(name)));
    const index = removed ? undefined : await findIndex(root, cacheId);
    if (index) kept.add(index.folder);
    if (index?.corrected) kept.add(index.corrected.folder);
  }
  for (const name of names)
    if (!name.endsWith('.json') && !kept.has(name)) await ifUnused(used, name, () => root.remove(name));
}

/** Keeps the cache from `removeOthers` in any tab until the returned function is called or the tab is gone. */
export async function holdPixels(cacheId: string): Promise<() => void> {
  return hold(await openStore(), cacheId);
}

async function findIndex(root: Folder, cacheId: string) {
  const bytes = await root.read(`${cacheId}.json`);
  if (!bytes) return undefined;
  try {
    const parsed = v.safeParse(cacheIndex, JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // An index cut short by a crash: as if it were not there.
    return undefined;
  }
}

/** Of the lock that each user of a cache holds. */
export function lockName(name: string): string {
  return `lesion-studio-pixels-${name}`;
}

function hold({ locks }: Store, name: string): Promise<() => void> {
  return locks.hold(lockName(name), 'shared');
}

/** Runs `remove` if nobody holds the name; whether it ran. */
async function ifUnused({ locks }: Store, name: string, remove: () => Promise<void>): Promise<boolean> {
  const release = await locks.take(lockName(name), 'exclusive');
  if (!release) return false;
  try {
    await remove();
    return true;
  } finally {
    release();
  }
}
