/** What the page may ask of the ingest worker, and what it says by itself. */
import * as v from 'valibot';
import { ingestProgress, rejectedFile, splitRatios } from './dataset.ts';
import { preparation } from './preparation.ts';

/** Million pixels that a picture may have; more are refused by its header. */
export const megapixelRange = { least: 1, most: 400, usual: 64 } as const;
const megapixels = v.pipe(v.number(), v.minValue(megapixelRange.least), v.maxValue(megapixelRange.most));
const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A file with the path it had inside a dropped folder (or its plain name). */
export const sourceFile = v.object({ path: v.string(), file: v.instance(File) });
export type SourceFile = v.InferOutput<typeof sourceFile>;

export const ingestCommand = v.variant('type', [
  /** Reads the files and, if all goes well, puts them in the place of the data set there was. → DatasetSummary */
  v.object({ type: v.literal('ingest'), files: v.array(sourceFile), preparation, megapixels }),
  /** Draws `count` pairs, zips them, and ingests that zip. → DatasetSummary */
  v.object({ type: v.literal('demo'), count: whole, seed: whole, preparation, megapixels }),
  /** Reads the last sources again in another preparation. → DatasetSummary */
  v.object({ type: v.literal('prepare'), preparation, megapixels }),
  /** Ends the ingest under way, whose reply is then the error `cancelled`. → null */
  v.object({ type: v.literal('cancel') }),
  /** Removes all images and unfinished runs from the browser's storage. → null */
  v.object({ type: v.literal('erase') }),
  /** Takes images without masks, in the place of those taken before; reads none yet. → FoundImages */
  v.object({ type: v.literal('images'), files: v.array(sourceFile), megapixels }),
  /** One of the images taken, by its place. → DecodedImage */
  v.object({ type: v.literal('image'), place: whole, preparation }),
  /** Splits the loaded data set. → Split */
  v.object({ type: v.literal('split'), seed: whole, ratios: splitRatios }),
]);
export type IngestCommand = v.InferOutput<typeof ingestCommand>;

export const foundImages = v.object({ names: v.array(v.string()), rejected: v.array(rejectedFile) });
export type FoundImages = v.InferOutput<typeof foundImages>;

export const decodedImage = v.variant('kind', [
  /** RGB [S,S,3], and the sides before it was shrunk. */
  v.object({ kind: v.literal('image'), image: v.instance(Uint8Array<ArrayBuffer>), width: whole, height: whole }),
  v.object({ kind: v.literal('rejected'), reason: v.string() }),
]);
export type DecodedImage = v.InferOutput<typeof decodedImage>;

export const ingestEvent = v.variant('type', [v.object({ type: v.literal('progress'), progress: ingestProgress })]);
export type IngestEvent = v.InferOutput<typeof ingestEvent>;
