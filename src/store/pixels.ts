/**
 * The pixel cache: what an ingest made of a data set at one image size, 8-bit, on disk.
 *
 *   pixels/<cacheId>.json          {version, folder, summary}: the cache exists once this does
 *   pixels/<folder>/pairs.bin      per pair S·S·3 bytes RGB interleaved, then S·S bytes mask (0 or 1), in the order of ids
 *   pixels/<folder>/masks.bin      per pair the mask in its image's own sides (run-length-masks.ts); the index says where each ends
 *
 * Promises: a cache is built in a folder of its own and published by writing its index last, so that what was there before
 * stays until the new one is whole; readers take no exclusive lock; a cache that any tab uses is not removed (each user
 * holds a shared Web Lock). Must not know: where the pixels come from.
 */
import * as v from 'valibot';
import { type DatasetSummary, datasetSummary } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { bytesLeft, isNotFound, isQuota, openFolder, readFile, removeQuietly, writeFile } from './opfs.ts';

const ROOT = 'pixels';
const PAIRS = 'pairs.bin';
const MASKS = 'masks.bin';
/** SCHEMA: raise it when the layout above changes; caches of another version count as missing. */
const VERSION = 1;

const cacheIndex = v.object({
  version: v.literal(VERSION),
  folder: v.string(),
  summary: datasetSummary,
  /** Ends in masks.bin; not there in caches that an older version of the page wrote. */
  maskEnds: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))),
});

export interface PixelWriter {
  /** The next pair: RGB [S,S,3], mask [S,S], 8 bits, and the runs of the mask in its own sides. Throws `storage-full`. */
  append(image: Uint8Array, mask: Uint8Array, ownMask: Uint8Array): void;
  /** Makes the cache the one that `openPixels(summary.cacheId)` finds. */
  publish(summary: DatasetSummary): Promise<void>;
  /** Removes what was written, unless it was published. */
  discard(): Promise<void>;
}

export interface PixelReader {
  readonly summary: DatasetSummary;
  /** Images [n,S,S,3] and masks [n,S,S] of these places in `summary.ids`. Throws `dataset-missing` if the file is gone. */
  read(indices: readonly number[]): Promise<{ images: Uint8Array<ArrayBuffer>; masks: Uint8Array<ArrayBuffer> }>;
  /** The runs of the mask at that place in its image's own sides; null where the cache has none. Throws `dataset-missing`. */
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

/** Only in a worker. `pairs` is how many will come at most. Throws `storage-missing` or `storage-full`. */
export async function createPixelWriter(size: number, pairs: number): Promise<PixelWriter> {
  const root = await openFolder(ROOT);
  const needed = pairs * recordBytes(size);
  const left = await bytesLeft();
  if (left < needed) throw storageFull(needed, left);
  const name = `build-${crypto.randomUUID()}`;
  const release = await hold(name);
  const handles: FileSystemSyncAccessHandle[] = [];
  const close = () => {
    for (const handle of handles.splice(0)) handle.close();
  };
  const told = (thrown: unknown, written: number) => (isQuota(thrown) ? storageFull(needed, written) : thrown);
  const sink = async (folder: FileSystemDirectoryHandle, file: string) => {
    const handle = await (await folder.getFileHandle(file, { create: true })).createSyncAccessHandle();
    handles.push(handle);
    let at = 0;
    return {
      get length() {
        return at;
      },
      write(bytes: Uint8Array) {
        let written: number;
        try {
          written = handle.write(bytes as Uint8Array<ArrayBuffer>, { at });
        } catch (thrown) {
          throw told(thrown, at);
        }
        // Chromium does not throw when the quota is full: it returns 4294967288, and it may write less than asked.
        if (written !== bytes.length) throw storageFull(needed, at);
        at += bytes.length;
      },
      flush: () => handle.flush(),
    };
  };
  let pixels: Awaited<ReturnType<typeof sink>>;
  let masks: Awaited<ReturnType<typeof sink>>;
  try {
    const folder = await root.getDirectoryHandle(name, { create: true });
    pixels = await sink(folder, PAIRS);
    masks = await sink(folder, MASKS);
  } catch (thrown) {
    close();
    release();
    throw told(thrown, 0);
  }
  const maskEnds: number[] = [];
  let published = false;
  return {
    append(image, mask, ownMask) {
      if (image.length !== size * size * 3 || mask.length !== size * size)
        throw new Error(`a record of ${image.length} + ${mask.length} bytes does not fit images of ${size} × ${size}`);
      pixels.write(image);
      pixels.write(mask);
      masks.write(ownMask);
      maskEnds.push(masks.length);
    },
    async publish(summary) {
      const written = pixels.length;
      if (written !== summary.ids.length * recordBytes(size))
        throw new Error(`${written} bytes were written for ${summary.ids.length} pairs`);
      pixels.flush();
      masks.flush();
      close();
      // The same files in the same preparation once more: the pixels that lie there are equal and may be in use, so they stay,
      // and only the index is written anew (the rejected files may differ).
      const before = await findIndex(root, summary.cacheId);
      const same =
        before?.maskEnds !== undefined && (await fileIn(root, before.folder, PAIRS))?.size === written ? before : null;
      const index = { version: VERSION, folder: same?.folder ?? name, summary, maskEnds: same?.maskEnds ?? maskEnds };
      try {
        await writeFile(root, `${summary.cacheId}.json`, new TextEncoder().encode(JSON.stringify(index)));
      } catch (thrown) {
        throw told(thrown, written);
      }
      published = same === null;
      if (published) release();
    },
    async discard() {
      close();
      if (published) return;
      await removeQuietly(root, name);
      release();
    },
  };
}

function storageFull(needed: number, available: number): AppError {
  const mega = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return new AppError(
    'storage-full',
    `The images need ${mega(needed)} of the browser’s storage and ${mega(available)} are available`,
    'free space on the disk, delete saved models, or choose a smaller image size',
  );
}

/** Opens a published cache and keeps it from being removed until it is closed. Throws `dataset-missing`. */
export async function openPixels(cacheId: string): Promise<PixelReader> {
  const release = await hold(cacheId);
  try {
    const root = await openFolder(ROOT);
    const index = await findIndex(root, cacheId);
    if (!index) throw missing();
    const { summary } = index;
    let file = await fileIn(root, index.folder, PAIRS);
    const record = recordBytes(summary.size);
    if (file?.size !== summary.ids.length * record) throw missing();
    const bytesAt = async (begin: number, end: number): Promise<ArrayBuffer> => {
      const used = file;
      try {
        return await (used as File).slice(begin, end).arrayBuffer();
      } catch (thrown) {
        // The browser may give a file up that is still there, as seen after a long standstill of the machine: it is opened once more.
        if (file === used) file = await fileIn(root, index.folder, PAIRS);
        if (file?.size !== summary.ids.length * record) throw thrown;
        return file.slice(begin, end).arrayBuffer();
      }
    };
    return {
      summary,
      async read(indices) {
        const pixels = summary.size * summary.size;
        const images = new Uint8Array(indices.length * pixels * 3);
        const masks = new Uint8Array(indices.length * pixels);
        const readOne = async (place: number, slot: number) => {
          if (!Number.isInteger(place) || place < 0 || place >= summary.ids.length)
            throw new RangeError(`place ${place} is not one of the ${summary.ids.length} pairs`);
          const bytes = new Uint8Array(await bytesAt(place * record, (place + 1) * record));
          images.set(bytes.subarray(0, pixels * 3), slot * pixels * 3);
          masks.set(bytes.subarray(pixels * 3), slot * pixels);
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
        if (!maskEnds) return null;
        const masks = await fileIn(root, index.folder, MASKS);
        const end = maskEnds[place] ?? 0;
        if (!masks || masks.size < end) throw missing();
        return new Uint8Array(await masks.slice(maskEnds[place - 1] ?? 0, end).arrayBuffer());
      },
      close: release,
    };
  } catch (thrown) {
    release();
    if (thrown instanceof AppError) throw thrown;
    throw missing(thrown);
  }
}

/** Removes all caches but those named, those in use anywhere, and those being built; also what a crash left behind. */
export async function removeOthers(keep: readonly string[]): Promise<void> {
  const root = await openFolder(ROOT);
  const names: string[] = [];
  for await (const name of root.keys()) names.push(name);
  const kept = new Set<string>();
  for (const name of names.filter(name => name.endsWith('.json'))) {
    const cacheId = name.slice(0, -'.json'.length);
    const removed = !keep.includes(cacheId) && (await ifUnused(cacheId, () => removeQuietly(root, name)));
    const index = removed ? undefined : await findIndex(root, cacheId);
    if (index) kept.add(index.folder);
  }
  for (const name of names)
    if (!name.endsWith('.json') && !kept.has(name)) await ifUnused(name, () => removeQuietly(root, name));
}

/** Keeps the cache from `removeOthers` in any tab until the returned function is called or the tab is gone. */
export function holdPixels(cacheId: string): Promise<() => void> {
  return hold(cacheId);
}

async function findIndex(root: FileSystemDirectoryHandle, cacheId: string) {
  const file = await readFile(root, `${cacheId}.json`);
  if (!file) return undefined;
  try {
    const parsed = v.safeParse(cacheIndex, JSON.parse(await file.text()));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // An index cut short by a crash: as if it were not there.
    return undefined;
  }
}

async function fileIn(root: FileSystemDirectoryHandle, folder: string, name: string): Promise<File | undefined> {
  try {
    return await readFile(await root.getDirectoryHandle(folder), name);
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

/** Of the Web Lock that each user of a cache holds. */
export function lockName(name: string): string {
  return `lesion-studio-pixels-${name}`;
}

function hold(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(lockName(name), { mode: 'shared' }, () => new Promise<void>(release => resolve(release)))
      .catch(reject);
  });
}

/** Runs `remove` if nobody holds the name; whether it ran. */
function ifUnused(name: string, remove: () => Promise<void>): Promise<boolean> {
  return navigator.locks.request(lockName(name), { mode: 'exclusive', ifAvailable: true }, async lock => {
    if (!lock) return false;
    await remove();
    return true;
  });
}
