/** A data set as the page and the workers speak of it: names, counts and hashes, never pixels. */
import * as v from 'valibot';
import { correctedMask } from './corrections.ts';
import { areLooks } from './looks.ts';
import { preparationFields } from './preparation.ts';
import { whole } from './schemas.ts';

// A data set has tens of thousands of images. Checked element by element by the library these lists would keep the page's own thread
// busy for a tenth of a second.
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
export const counts = v.custom<number[]>(value => Array.isArray(value) && value.every(isCount));
const countPairs = v.custom<[number, number][]>(
  value => Array.isArray(value) && value.every(pair => Array.isArray(pair) && pair.length === 2 && pair.every(isCount)),
);
export const texts = v.custom<string[]>(value => Array.isArray(value) && value.every(text => typeof text === 'string'));

const numbers = v.custom<number[]>(value => Array.isArray(value) && value.every(Number.isFinite));

/** Red, green, blue, alpha, 0 to 255 each. */
const level = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
export const colour = v.tuple([level, level, level, level]);
export type Colour = v.InferOutput<typeof colour>;

/** What the person chooses about masks. */
export const maskChoice = v.object({
  /** Lesion and skin change places. */
  invert: v.boolean(),
  /** The colour of the lesion in masks whose two colours do not say which of them it is. */
  lesion: v.optional(colour),
});
export type MaskChoice = v.InferOutput<typeof maskChoice>;

/** Masks of two colours, none of which is surely the lesion: how many, and the two colours of most. */
export const maskQuestion = v.object({ count: whole, colours: v.tuple([colour, colour]) });
export type MaskQuestion = v.InferOutput<typeof maskQuestion>;

export const givenPartNames = ['', 'train', 'validation', 'test'] as const;
export type GivenPart = (typeof givenPartNames)[number];
const partList = v.custom<GivenPart[]>(
  value => Array.isArray(value) && value.every(part => givenPartNames.includes(part)),
);
const columns = v.custom<Record<string, string[]>>(
  value =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(list => Array.isArray(list) && list.every(text => typeof text === 'string')),
);

/** In the reason of a file that pairing found no partner for. */
export const withoutPartner = /\bhas no (mask|image)\b/;

export const rejectedFile = v.object({ file: v.string(), reason: v.string() });
export type RejectedFile = v.InferOutput<typeof rejectedFile>;

export const datasetSummary = v.object({
  /** Names the pixel cache on disk: the hash and the preparation. */
  cacheId: v.string(),
  /** SHA-256 (hex) over ids and source bytes of all pairs: the same files give the same hash at any image size. */
  hash: v.string(),
  ...preparationFields,
  /** Ids of the pairs in the order in which they lie in the cache (sorted by code units). */
  ids: texts,
  /** Number of the group of byte-equal or nearly equal images that each pair belongs to; a group stays in one part of a split. */
  groups: counts,
  /** Places of images that are near-duplicates without being equal. Not there in data sets that an older version of the page read. */
  alike: v.optional(countPairs),
  /**
   * Width and height of each image before it was shrunk; the pixel cache has its mask in these sides. Not there in data sets that an older
   * version of the page read.
   */
  sides: v.optional(countPairs),
  /** What is odd about each mask, empty where nothing is. Not there in data sets that an older version of the page read. */
  notices: v.optional(texts),
  /**
   * The files of each pair, and what they are like; none of these in data sets that an older version of the page read. A path is one in its archive
   * or folder, with the archive's name before it where there are several.
   */
  imagePaths: v.optional(texts),
  maskPaths: v.optional(texts),
  /** The first 16 hexadecimal digits of the SHA-256 of each image's file. */
  imageHashes: v.optional(texts),
  /** What near-duplicates are told by (looks.ts), one after the other, in Base64. */
  looks: v.optional(v.pipe(v.string(), v.check(areLooks, 'looks'))),
  /** Share of each mask that is lesion, 0 to 1; mean of R, G and B over each image, 0 to 255: both at the files' own sizes. */
  lesionShares: v.optional(numbers),
  meanGreys: v.optional(numbers),
  /** How masks were read, where the person chose it. */
  maskReading: v.optional(maskChoice),
  /** The browser alters the lowest bits of the pixels that a page reads. */
  noisy: v.optional(v.boolean()),
  /** The part of each pair by its folders; not there where they say none. */
  givenParts: v.optional(partList),
  /** The lesion or patient of each pair by a table in the drop, '' for none; not there without a table. Pairs of one are one of `groups`. */
  groupNames: v.optional(texts),
  /** The table's other columns, a value for each pair. */
  metadata: v.optional(columns),
  rejected: v.array(rejectedFile),
  /** Ids of the pairs that the person left out; not there where none is. They are in none of the lists above. */
  leftOut: v.optional(texts),
  /** Pairs whose masks are not as they came; not there where all are. */
  corrected: v.optional(v.array(correctedMask)),
  /** The hash that the same pairs have with their masks as they came; not there where that is `hash`. */
  original: v.optional(v.string()),
  /** Files that are neither image nor mask and were passed over (text, hidden and trash folders, superpixels, attribute masks). */
  skipped: whole,
  /** Bytes of the pixel cache. */
  bytes: whole,
  /** What the user dropped, for people: names of the archives or "N files". */
  source: v.string(),
});
export type DatasetSummary = v.InferOutput<typeof datasetSummary>;

/** The hash of the same pairs with their masks as they came. */
export function originalHash({ hash, original }: Pick<DatasetSummary, 'hash' | 'original'>): string {
  return original ?? hash;
}

/** Whether these are the same pairs, whatever was done to their masks. */
export function sameImages(
  a: Pick<DatasetSummary, 'hash' | 'original'>,
  b: Pick<DatasetSummary, 'hash' | 'original'>,
): boolean {
  return originalHash(a) === originalHash(b);
}

export const splitRatios = v.object({ train: v.number(), validation: v.number(), test: v.number() });
export type SplitRatios = v.InferOutput<typeof splitRatios>;

/**
 * One of the folds of a cross-validation: its `index`th (from 0) of `of` is the test part. `id`: which cross-validation. `aside`: the test part that was
 * set is in no fold, so that all folds' networks together can be tested on it.
 */
export const fold = v.object({ id: v.string(), index: whole, of: whole, aside: v.optional(v.boolean()) });
export type Fold = v.InferOutput<typeof fold>;

/**
 * One of the runs of a learning curve, the `index`th (from 0) of `of`: it trains on that share of the training part, above 0 and up to 1. `id`:
 * which curve.
 */
export const subset = v.object({ id: v.string(), index: whole, of: whole, share: v.number() });
export type Subset = v.InferOutput<typeof subset>;

/** Places in `DatasetSummary.ids`, each part in the order in which it is used. */
export const split = v.object({
  seed: whole,
  ratios: splitRatios,
  train: counts,
  validation: counts,
  test: counts,
  /** The name of the file that it came from; then seed and ratios decide nothing. */
  file: v.optional(v.string()),
  /** Where it is one of several; then state/data/folds.ts made it, with this seed and the ratio of train and validation. */
  fold: v.optional(fold),
  /** Where its training part is a part of one; then state/data/subsets.ts chose it. */
  subset: v.optional(subset),
});
export type Split = v.InferOutput<typeof split>;

/** A data set whose pixels are kept from an earlier visit, for people. */
export const lastData = v.object({ pairs: whole, source: v.string() });
export type LastData = v.InferOutput<typeof lastData>;

export const partNames = ['train', 'validation', 'test'] as const;
export type PartName = (typeof partNames)[number];
export type PairPart = PartName | 'left out';

/** The part of each pair by its id: one of the split's, or left out by hand; none for a pair that the split does not name. */
export function partsById({ ids, leftOut = [] }: DatasetSummary, split: Split | null): ReadonlyMap<string, PairPart> {
  const parts = new Map<string, PairPart>(leftOut.map(id => [id, 'left out']));
  for (const part of partNames) for (const place of split?.[part] ?? []) parts.set(ids[place] ?? '', part);
  return parts;
}

export const ingestPhases = ['listing', 'drawing', 'decoding', 'writing'] as const;
export const ingestProgress = v.object({
  phase: v.picklist(ingestPhases),
  done: whole,
  total: whole,
  /** Estimate, once there is one. */
  secondsLeft: v.optional(v.number()),
});
export type IngestProgress = v.InferOutput<typeof ingestProgress>;
