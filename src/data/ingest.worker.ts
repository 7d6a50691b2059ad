/** The ingest worker: owns the archive and the data set that is loaded. One ingest at a time; a new one ends the last. */
import type { WholePicture } from '../protocol/corrections.ts';
import type { HandPairing, SourceFile } from '../protocol/data.ts';
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
  publishCorrected,
  publishPart,
  removeOthers,
} from '../store/pixels.ts';
import { type Listing, listSources } from './archive.ts';
import { correctedOutline } from './corrected-outline.ts';
import { shrunkMask } from './corrections.ts';
import { type Decoder, decodePool, defaultPool, spawnDecodeWorker } from './decode.ts';
import { drawDemoArchive } from './demo/demo-archive.ts';
import { exportDataSet } from './export-data-set.ts';
import { splitAsGiven } from './given-parts.ts';
import { ingest } from './ingest.ts';
import { withoutPairs } from './left-out.ts';
import { type MaskDesk, maskDesk } from './mask-desk.ts';
import { maskOfPng } from './mask-png.ts';
import { outlineDesk } from './outline-desk.ts';
import { pairByHand, pictureFolders } from './pair-by-hand.ts';
import { pictureOfCache, pictureOfFiles, thumbnailsOf } from './pair-pictures.ts';
import { nameOf } from './pairs.ts';
import { photoOf } from './photo.ts';
import { splitPairs } from './split.ts';
import type { KeptPair, ReadPairs } from './summarise.ts';
import { wholePicture } from './whole-picture.ts';

interface FromFiles {
  readonly files: readonly SourceFile[];
  /** As the files have it. */
  readonly read: ReadPairs;
  readonly desk: MaskDesk;
  readonly decoding: { readonly mostPixels: number; readonly masks: MaskChoice | undefined };
}

/** What follows from files, corrections, and what is left out. */
interface Settled extends FromFiles {
  /** All pairs with their present masks. */
  readonly pairs: ReadPairs;
  /** What is used: all pairs, or those that the person did not leave out. */
  readonly used: ReadPairs;
  readonly leftOut: readonly string[];
}

interface Loaded {
  /** null where only the pixels are at hand, kept from an earlier visit. */
  readonly from: Settled | null;
  /** What is used: all pairs, or those that the person did not leave out. */
  readonly summary: DatasetSummary;
  /** Lets the caches be removed once nobody else uses them. */
  release(): void;
}

const outlines = outlineDesk();
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
    leaveOut: ({ ids }) => alone(() => settle(requireFiles(), ids)),
    wholePicture: ({ id }) => pictureOf(id),
    maskHistory: ({ id }) => requireFiles().desk.history(id),
    keepDraft: ({ id, draft }) => requireFiles().desk.keepDraft(id, draft),
    async saveMask({ id, mask, origin }) {
      const dataset = await alone(async () => {
        const { desk, leftOut } = requireFiles();
        await desk.save(id, mask, origin);
        return settle(requireFiles(), leftOut);
      });
      return { dataset, read: requireFiles().pairs.summary };
    },
    exportDataSet: async () => ({ zip: await exportLoaded() }),
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
    outlineInputs: ({ files, megapixels }) => outlines.take(files, megapixels),
    outlineInput: ({ place, preparation }) => outlines.decode(place, preparation),
    outlineWhole: ({ place }) => outlines.whole(place),
    outlinePhoto: ({ place }) => outlines.photo(place),
    codedOutline: ({ png }) => maskOfPng(png),
    outlineOf: ({ mask, width, height, framing, size }) => correctedOutline(mask, { width, height }, framing, size),
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
  const pair = from?.pairs.summary.cacheId === cacheId ? from.pairs.kept[place] : undefined;
  if (!from || !pair) return withPixels(cacheId, pixels => pictureOfCache(pixels, place));
  pairDecoder ??= decodePool(spawnDecodeWorker, { ...defaultPool(), workers: 1, ...from.decoding });
  const decoder = pairDecoder;
  return ofFile(pair, async () => {
    const picture = await pictureOfFiles(pair, side, decoder, new AbortController().signal);
    if (pair.maskFileHash === undefined) return picture;
    const own = await withPixels(cacheId, pixels => pixels.ownMask(place));
    return own ? { ...picture, truth: shrunkMask(own, pair, 'squeeze', side) } : picture;
  });
}

async function pictureOf(id: string): Promise<WholePicture> {
  const { pairs, decoding } = requireFiles();
  const pair = pairs.kept.find(each => each.id === id);
  if (!pair) throw new AppError('dataset-missing', `${id} is not in the data set`, 'load its data set again');
  return ofFile(pair, async () => wholePicture(new Uint8Array(await pair.files[0].read()), decoding.mostPixels, pair));
}

/** What a pair's own files fail with is told with its id. */
async function ofFile<T>({ id }: KeptPair, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('unreadable-file', `${id} ${reason}`, 'drop the files again', { cause: thrown });
  }
}

/** Read only: the browser decodes what it knows, in a thread of its own. `place` counts as above. */
async function photoAt(cacheId: string, place: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const from = loaded?.from;
  const read = from?.pairs.summary.cacheId === cacheId ? from.pairs : undefined;
  const kept = read?.kept[place];
  return kept ? photoOf(kept.files[0], read?.summary.sides?.[place]) : null;
}

function exportLoaded(): Promise<Blob> {
  const { used, desk } = requireFiles();
  return withPixels(used.summary.cacheId, pixels =>
    exportDataSet(used, {
      ownMask: pixels.ownMask,
      versions: desk.versions,
      onProgress: progressTeller(
        progress => send({ type: 'exporting', ...progress }),
        () => performance.now(),
      ),
    }),
  );
}

let pairDecoder: Decoder | null = null;

function closePairDecoder(): void {
  pairDecoder?.dispose();
  pairDecoder = null;
}

/** The data set with its present masks and without what is left out, published as caches and put in the place of what is loaded. */
async function settle({ files, read, desk, decoding }: FromFiles, leftOut: readonly string[]): Promise<DatasetSummary> {
  const base = read.summary.cacheId;
  const { pairs, masks } = await desk.pairs();
  const fewer = await withoutPairs(pairs, leftOut);
  const { summary } = fewer;
  // Held before they are there: the removal that an earlier change began may still go on.
  const holds = await Promise.all([base, pairs.summary.cacheId, summary.cacheId].map(id => holdPixels(id)));
  const release = () => {
    for (const free of holds) free();
  };
  try {
    if (masks.length > 0) await publishCorrected(base, pairs.summary, masks);
    if (summary !== pairs.summary) await publishPart(pairs.summary.cacheId, summary, fewer.records);
  } catch (thrown) {
    release();
    throw thrown;
  }
  const used = { ...pairs, kept: fewer.records.flatMap(place => pairs.kept[place] ?? []), summary };
  const before = loaded;
  const from: Settled = { files, read, desk, decoding, pairs, used, leftOut };
  replace({ from, summary, release });
  // The one before is kept as well: a run on it may still be tested. So are those of unfinished runs, and all where it
  // cannot be said what a run needs. Older ones go, unless they are in use.
  // Not awaited: a failure here is a problem of its own, not of the data set.
  const kept = [{ from, summary }, before].flatMap(each =>
    each ? [each, each.from?.read, each.from?.pairs].flatMap(of => of?.summary.cacheId ?? []) : [],
  );
  void neededCaches().then(needed => needed && removeOthers([...kept, ...needed]));
  return summary;
}

async function erase(): Promise<void> {
  current?.abort.abort();
  await current?.done.catch(() => undefined);
  replace(null);
  outlines.forget();
  closePairDecoder();
  await eraseStores();
}

function requireLoaded(): Loaded {
  if (!loaded) throw new AppError('dataset-missing', 'No data set is loaded', 'drop one, or use the demo data');
  return loaded;
}

function requireFiles(): Settled {
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
    closePairDecoder();
    return await settle({ files, read, decoding, desk: maskDesk(read, () => Date.now()) }, []);
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
