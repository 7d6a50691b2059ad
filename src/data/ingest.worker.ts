/** The ingest worker: owns the archive and the data set that is loaded. One ingest at a time; a new one ends the last. */
import type { HandPairing, OutlineInput, OutlineInputs, SourceFile } from '../protocol/data.ts';
import type { DatasetSummary, MaskChoice, Split } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import type { Preparation } from '../protocol/preparation.ts';
import { serve, type WorkerScope } from '../protocol/server.ts';
import { progressTeller } from '../protocol/throttle.ts';
import type { Triptych } from '../protocol/triptych.ts';
import { ingestContract } from '../protocol/workers.ts';
import { neededCaches } from '../store/checkpoints.ts';
import { eraseStores } from '../store/erase.ts';
import { findLastData } from '../store/last-data.ts';
import {
  createPixelWriter,
  holdPixels,
  openPixels,
  type PixelReader,
  publishPart,
  removeOthers,
} from '../store/pixels.ts';
import { type Listing, listSources } from './archive.ts';
import { type Decoder, decodePool, defaultPool, spawnDecodeWorker } from './decode.ts';
import { drawDemoArchive } from './demo/demo-archive.ts';
import { splitAsGiven } from './given-parts.ts';
import { ingest } from './ingest.ts';
import { withoutPairs } from './left-out.ts';
import { findOutlineInputs, readOutlineInput } from './outline-inputs.ts';
import { pairByHand, pictureFolders } from './pair-by-hand.ts';
import { pictureOfCache, pictureOfFiles, thumbnailsOf } from './pair-pictures.ts';
import { nameOf } from './pairs.ts';
import { photoOf } from './photo.ts';
import type { Source } from './source.ts';
import { splitPairs } from './split.ts';
import type { ReadPairs } from './summarise.ts';

interface Loaded {
  /** null where only the pixels are at hand, kept from an earlier visit. */
  readonly from: FromFiles | null;
  /** What is used: all that was read, or without what the person left out. */
  readonly summary: DatasetSummary;
  /** Lets the caches be removed once nobody else uses them. */
  release(): void;
}

interface FromFiles {
  readonly files: readonly SourceFile[];
  readonly read: ReadPairs;
  readonly decoding: { readonly mostPixels: number; readonly masks: MaskChoice | undefined };
}

let loaded: Loaded | null = null;
let current: { readonly abort: AbortController; readonly done: Promise<unknown> } | null = null;

const scope: WorkerScope = {
  postMessage: (message, transfer) => self.postMessage(message, { transfer }),
  addEventListener: (type, listener) => self.addEventListener(type, listener as EventListener),
};

const send = serve(scope, ingestContract, {
  data: {
    ingest: args => alone(signal => load(args.files, args, signal)),
    demo: args => alone(async signal => load([await drawDemo(args, signal)], args, signal)),
    prepare(args) {
      const { files } = requireFiles();
      return alone(signal => load(files, args, signal));
    },
    takeLast: () => alone(takeLast),
    folders: async ({ files }) => pictureFolders((await listOnce(files)).sources),
    async tryPairing({ files, pairing }) {
      const { pairs, rejected } = pairByHand((await listOnce(files)).sources, pairing);
      const nameOfPair = ({ image, mask }: (typeof pairs)[number]): [string, string] => [nameOf(image), nameOf(mask)];
      return { pairs: pairs.length, alone: rejected.length, examples: pairs.slice(0, 3).map(nameOfPair) };
    },
    cancel: () => current?.abort.abort(),
    erase,
    leaveOut: ({ ids }) => alone(() => leaveOut(ids)),
    thumbnails: ({ cacheId, places, side }) => withPixels(cacheId, pixels => thumbnailsOf(pixels, places, side)),
    pair: ({ cacheId, place, side }) => pairAt(cacheId, place, side),
    photo: ({ cacheId, place }) => photoAt(cacheId, place),
    split: ({ seed, ratios }) => splitPairs(requireLoaded().summary.groups, seed, ratios),
    givenSplit({ seed, ratios }) {
      const { givenParts, groups } = requireLoaded().summary;
      if (!givenParts)
        throw new AppError('bad-split', 'The folders of this data set give no division', 'use the shuffled split');
      return splitAsGiven(givenParts, groups, seed, ratios);
    },
    outlineInputs: ({ files, megapixels }) => takeOutlineInputs(files, megapixels),
    outlineInput: ({ place, preparation }) => decodeOne(place, preparation),
    outlinePhoto: ({ place }) => photoOf(takenAt(place).source),
  },
});

let listed: { readonly of: string; readonly listing: Promise<Listing> } | null = null;

/** Tried with one choice after another: the same files are listed once. */
function listOnce(files: readonly SourceFile[]): Promise<Listing> {
  const of = files.map(({ path, file }) => `${path}\0${file.size}\0${file.lastModified}`).join('\n');
  if (listed?.of === of) return listed.listing;
  const listing = listSources(files);
  listed = { of, listing };
  // A file that could not be read may be readable the next time.
  listing.catch(() => {
    listed = null;
  });
  return listing;
}

async function withPixels<T>(cacheId: string, use: (pixels: PixelReader) => Promise<T>): Promise<T> {
  const pixels = await openPixels(cacheId);
  try {
    return await use(pixels);
  } finally {
    pixels.close();
  }
}

/** `place` counts in the data set as it was read, with what is left out. */
async function pairAt(cacheId: string, place: number, side: number): Promise<Triptych> {
  const from = loaded?.from;
  const kept = from?.read.summary.cacheId === cacheId ? from.read.kept[place] : undefined;
  if (!from || !kept) return withPixels(cacheId, pixels => pictureOfCache(pixels, place));
  pairDecoder ??= decodePool(spawnDecodeWorker, { ...defaultPool(), workers: 1, ...from.decoding });
  try {
    return await pictureOfFiles(kept, side, pairDecoder, new AbortController().signal);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('unreadable-file', `${kept.id} ${reason}`, 'drop the files again', { cause: thrown });
  }
}

/** Read only: the browser decodes what it knows, in a thread of its own. `place` counts as above. */
async function photoAt(cacheId: string, place: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const from = loaded?.from;
  const read = from?.read.summary.cacheId === cacheId ? from.read : undefined;
  const kept = read?.kept[place];
  return kept ? photoOf(kept.files[0], read?.summary.sides?.[place]) : null;
}

let pairDecoder: Decoder | null = null;

function closePairDecoder(): void {
  pairDecoder?.dispose();
  pairDecoder = null;
}

async function leaveOut(ids: readonly string[]): Promise<DatasetSummary> {
  const from = requireFiles();
  const { read } = from;
  const { summary, records } = await withoutPairs(read, ids);
  if (summary !== read.summary) await publishPart(read.summary.cacheId, summary, records);
  const holds = [await holdPixels(read.summary.cacheId), await holdPixels(summary.cacheId)];
  const release = () => {
    for (const free of holds) free();
  };
  replace({ from, summary, release });
  return summary;
}

let taken: { readonly sources: readonly Source[]; readonly mostPixels: number } | null = null;
let decoder: Decoder | null = null;

async function takeOutlineInputs(files: readonly SourceFile[], megapixels: number): Promise<OutlineInputs> {
  const { sources, names, rejected } = await findOutlineInputs(files);
  closeDecoder();
  taken = { sources, mostPixels: megapixels * 1e6 };
  return { names, rejected };
}

/** Throws AppError 'dataset-missing'. */
function takenAt(place: number) {
  const source = taken?.sources[place];
  if (!taken || !source) throw new AppError('dataset-missing', 'These images are not at hand', 'choose them again');
  return { ...taken, source };
}

async function decodeOne(place: number, preparation: Preparation): Promise<OutlineInput> {
  const { source, sources, mostPixels } = takenAt(place);
  decoder ??= decodePool(spawnDecodeWorker, { ...defaultPool(), mostPixels });
  const decoded = await readOutlineInput(source, preparation, decoder, new AbortController().signal);
  // Its workers are not wanted for long.
  if (place === sources.length - 1) closeDecoder();
  return decoded;
}

function closeDecoder(): void {
  decoder?.dispose();
  decoder = null;
}

async function erase(): Promise<void> {
  current?.abort.abort();
  await current?.done.catch(() => undefined);
  replace(null);
  taken = null;
  closeDecoder();
  closePairDecoder();
  await eraseStores();
}

function requireLoaded(): Loaded {
  if (!loaded) throw new AppError('dataset-missing', 'No data set is loaded', 'drop one, or use the demo data');
  return loaded;
}

function requireFiles(): FromFiles {
  const { from } = requireLoaded();
  if (!from) throw new AppError('dataset-missing', 'The files of this data set are not at hand', 'drop them again');
  return from;
}

function replace(next: Loaded | null): void {
  const before = loaded;
  loaded = next;
  before?.release();
}

async function takeLast(): Promise<{ dataset: DatasetSummary; split: Split }> {
  const last = await findLastData();
  if (!last) throw new AppError('dataset-missing', 'The last data set is no longer kept', 'drop its files again');
  const { dataset } = last;
  const release = await holdPixels(dataset.cacheId);
  closePairDecoder();
  replace({ from: null, summary: dataset, release });
  return last;
}

/** Ends the ingest under way, waits until it has cleaned up, then runs `task`. */
async function alone<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const before = current;
  before?.abort.abort();
  const done = (async () => {
    await before?.done.catch(() => undefined);
    return task(abort.signal);
  })();
  const mine = { abort, done };
  current = mine;
  try {
    return await done;
  } catch (thrown) {
    // Drawing the demo images ends with the platform's own AbortError.
    if (!abort.signal.aborted || thrown instanceof AppError) throw thrown;
    throw new AppError('cancelled', 'Reading the data set was cancelled', 'drop the files again to restart');
  } finally {
    if (current === mine) current = null;
  }
}

interface Reading {
  readonly preparation: Preparation;
  readonly megapixels: number;
  readonly maskReading?: MaskChoice | undefined;
  readonly pairing?: HandPairing | undefined;
}

async function load(
  files: readonly SourceFile[],
  { preparation, megapixels, maskReading, pairing }: Reading,
  signal: AbortSignal,
): Promise<DatasetSummary> {
  const { size } = preparation;
  if (size < 1 || size > 1024)
    throw new AppError('bad-settings', `Image size ${size} is out of range`, 'choose a size from 16 to 512');
  // Of a packed tar it holds the pictures.
  listed = null;
  const decoding = { mostPixels: megapixels * 1e6, masks: maskReading };
  const decoder = decodePool(spawnDecodeWorker, { ...defaultPool(), ...decoding });
  try {
    const read = await ingest(files, preparation, {
      decoder,
      maskReading,
      pairing,
      createSink: createPixelWriter,
      onProgress: progress => send({ type: 'progress', progress }),
      onMaskQuestion: question => send({ type: 'maskQuestion', question }),
      now: () => performance.now(),
      signal,
    });
    const { summary } = read;
    const release = await holdPixels(summary.cacheId);
    const previous = loaded;
    closePairDecoder();
    replace({ from: { files, read, decoding }, summary, release });
    // The one before is kept as well: a run on it may still be tested. So are those of unfinished runs, and all where it
    // cannot be said what a run needs. Older ones go, unless they are in use.
    // Not awaited: a failure here is a problem of its own, not of the data set.
    const before = [previous?.from?.read.summary.cacheId, previous?.summary.cacheId].filter(id => id !== undefined);
    const kept = [summary.cacheId, ...before];
    void neededCaches().then(needed => needed && removeOthers([...kept, ...needed]));
    return summary;
  } finally {
    decoder.dispose();
  }
}

async function drawDemo({ count, seed }: { count: number; seed: number }, signal: AbortSignal): Promise<SourceFile> {
  const tell = progressTeller(
    ({ done, total }) => send({ type: 'progress', progress: { phase: 'drawing', done, total } }),
    () => performance.now(),
  );
  const file = await drawDemoArchive(count, seed, signal, done => tell(done, count));
  return { path: file.name, file };
}
