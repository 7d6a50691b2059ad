/** What the page may ask of the ingest worker, and what it says by itself. */
import * as v from 'valibot';
import { type Commands, command } from './contract.ts';
import { maskDraft, maskHistory, maskOrigin, wholePicture } from './corrections.ts';
import {
  counts,
  datasetSummary,
  ingestProgress,
  maskChoice,
  maskQuestion,
  rejectedFile,
  split,
  splitRatios,
  texts,
} from './dataset.ts';
import { framings, preparation } from './preparation.ts';
import { bytes, nothing, ownBytes, whole } from './schemas.ts';
import { triptych } from './triptych.ts';

/** Million pixels that a picture may have; more are refused by its header. */
export const megapixelRange = { least: 1, most: 400, usual: 64 } as const;
const megapixels = v.pipe(v.number(), v.minValue(megapixelRange.least), v.maxValue(megapixelRange.most));

/** A file with the path it had inside a dropped folder (or its plain name). */
export const sourceFile = v.object({ path: v.string(), file: v.instance(File) });
export type SourceFile = v.InferOutput<typeof sourceFile>;

export const outlineInputs = v.object({ names: v.array(v.string()), rejected: v.array(rejectedFile) });
export type OutlineInputs = v.InferOutput<typeof outlineInputs>;

export const outlineInput = v.variant('kind', [
  /** RGB [S,S,3], and the sides before it was shrunk. */
  v.object({ kind: v.literal('image'), image: ownBytes, width: whole, height: whole }),
  v.object({ kind: v.literal('rejected'), reason: v.string() }),
]);
export type OutlineInput = v.InferOutput<typeof outlineInput>;

export const thumbnails = v.object({
  side: whole,
  /** RGB [n,side,side,3], and masks [n,side,side] of 0 and 1. */
  images: ownBytes,
  masks: ownBytes,
});
export type Thumbnails = v.InferOutput<typeof thumbnails>;

/** Folders, by archive and path, that have images or masks, and what is removed from names before they match. */
export const handPairing = v.object({ images: texts, masks: texts, remove: texts });
export type HandPairing = v.InferOutput<typeof handPairing>;

export const pictureFolder = v.object({ name: v.string(), count: whole, examples: texts });
export type PictureFolder = v.InferOutput<typeof pictureFolder>;

/** What a choice would come to: pairs, pictures of its folders that have no partner, and the first pairs by their files' names. */
export const pairingTrial = v.object({
  pairs: whole,
  alone: whole,
  examples: v.array(v.tuple([v.string(), v.string()])),
});
export type PairingTrial = v.InferOutput<typeof pairingTrial>;

const { mask, origin, steps } = maskDraft.entries;

/** The data set that is used, and all of it, with what was left out. */
export const bothSummaries = v.object({ dataset: datasetSummary, read: datasetSummary });

/** How files are read. `pairing` holds where all its folders are there. */
const reading = { preparation, megapixels, maskReading: v.optional(maskChoice), pairing: v.optional(handPairing) };

export const data = {
  /** Reads the files and, if all goes well, puts them in the place of the data set there was. */
  ingest: command({ args: v.object({ files: v.array(sourceFile), ...reading }), reply: datasetSummary }),
  /** Draws `count` pairs, zips them, and ingests that zip. */
  demo: command({ args: v.object({ count: whole, seed: whole, ...reading }), reply: datasetSummary }),
  /** Reads the last sources again in another preparation. */
  prepare: command({ args: v.object(reading), reply: datasetSummary }),
  /** Loads the data set that was used last from its kept pixels, without its files. */
  takeLast: command({ args: nothing, reply: v.object({ dataset: datasetSummary, split }) }),
  /** The folders with pictures of these files, none of them read. */
  folders: command({ args: v.object({ files: v.array(sourceFile) }), reply: v.array(pictureFolder) }),
  tryPairing: command({ args: v.object({ files: v.array(sourceFile), pairing: handPairing }), reply: pairingTrial }),
  /** Ends the ingest under way, whose reply is then the error `cancelled`. */
  cancel: command({ args: nothing, reply: nothing }),
  /** Removes all images and unfinished runs from the browser's storage. */
  erase: command({ args: nothing, reply: nothing }),
  /** The data set as it was read, without the pairs of these ids, as if they had not been there; without any, all are back. */
  leaveOut: command({ args: v.object({ ids: texts }), reply: datasetSummary }),
  /** Pairs at these places of the cache, as they were read, shrunk to `side` where they are larger. */
  thumbnails: command({
    args: v.object({ cacheId: v.string(), places: counts, side: whole }),
    reply: thumbnails,
    handsBack: ({ images, masks }) => [images.buffer, masks.buffer],
  }),
  /** One pair, squeezed to a square of `side`: from its files where these are at hand, else from the cache, in the cache's side. */
  pair: command({ args: v.object({ cacheId: v.string(), place: whole, side: whole }), reply: triptych }),
  /** The image's file as it came, for the browser to draw; null where the files are not at hand. */
  photo: command({
    args: v.object({ cacheId: v.string(), place: whole }),
    reply: v.nullable(ownBytes),
    handsBack: file => (file ? [file.buffer] : []),
  }),
  /** The picture of a pair at its own resolution, turned as its mask is. */
  wholePicture: command({
    args: v.object({ id: v.string() }),
    reply: wholePicture,
    handsBack: ({ small, tiles }) => [small, ...tiles.map(({ bitmap }) => bitmap)],
  }),
  /** The mask of a pair: as it came, each saved version, and what was drawn since. */
  maskHistory: command({ args: v.object({ id: v.string() }), reply: maskHistory }),
  /** Keeps what is drawn, so that a crash loses a stroke at most; null forgets it. */
  keepDraft: command({
    args: v.object({ id: v.string(), draft: v.nullable(v.object({ mask, origin, steps })) }),
    reply: nothing,
  }),
  /** Another version of a pair's mask, which is used from now on. */
  saveMask: command({ args: v.object({ id: v.string(), mask, origin: maskOrigin }), reply: bothSummaries }),
  /** The images and present masks of the data set as one zip. */
  exportDataSet: command({ args: nothing, reply: v.object({ zip: v.instance(Blob) }) }),
  /** Splits the loaded data set. */
  split: command({ args: v.object({ seed: whole, ratios: splitRatios }), reply: split }),
  /** The division that the data set's folders give; what they lack is taken from train by seed and ratios. */
  givenSplit: command({ args: v.object({ seed: whole, ratios: splitRatios }), reply: split }),
  /** Takes images without masks, in the place of those taken before; reads none yet. */
  outlineInputs: command({ args: v.object({ files: v.array(sourceFile), megapixels }), reply: outlineInputs }),
  /** One of the images taken, by its place. */
  outlineInput: command({
    args: v.object({ place: whole, preparation }),
    reply: outlineInput,
    handsBack: input => (input.kind === 'image' ? [input.image.buffer] : []),
  }),
  /** The picture of one of them, as `wholePicture`. */
  outlineWhole: command({
    args: v.object({ place: whole }),
    reply: wholePicture,
    handsBack: ({ small, tiles }) => [small, ...tiles.map(({ bitmap }) => bitmap)],
  }),
  /** An outline's PNG as a coded mask (masks/coded.ts) … */
  codedOutline: command({ args: v.object({ png: ownBytes }), reply: ownBytes, handsBack: mask => [mask.buffer] }),
  /**
   * … and a corrected one as a PNG of these sides; with its share of lesion, and the mask [S,S] in the square that `framing` makes of the
   * image.
   */
  outlineOf: command({
    args: v.object({ mask: bytes, width: whole, height: whole, framing: v.picklist(framings), size: whole }),
    reply: v.object({ png: ownBytes, share: v.number(), square: ownBytes }),
    handsBack: ({ png, square }) => [png.buffer, square.buffer],
  }),
  /** The file of one of them as it came. */
  outlinePhoto: command({ args: v.object({ place: whole }), reply: ownBytes, handsBack: file => [file.buffer] }),
} satisfies Commands;

export const dataEvent = v.variant('type', [
  /** Of an export: pairs that are in the zip. */
  v.object({ type: v.literal('exporting'), done: whole, total: whole, secondsLeft: v.optional(v.number()) }),
  v.object({ type: v.literal('progress'), progress: ingestProgress }),
  /** Comes before the reply, be that a data set without these masks or an error. */
  v.object({ type: v.literal('maskQuestion'), question: maskQuestion }),
]);
export type DataEvent = v.InferOutput<typeof dataEvent>;
