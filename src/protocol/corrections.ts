/** Masks as people correct them: what the page and the ingest worker tell each other of versions, drafts and pictures in their own sides. */
import * as v from 'valibot';
import { ownBytes, whole } from './schemas.ts';

/** What made a mask: drawn from what was there, a model's prediction (and whether it was changed by hand after), or an earlier version. */
export const maskOrigin = v.variant('kind', [
  v.object({ kind: v.literal('hand') }),
  v.object({
    kind: v.literal('prediction'),
    /** The model's origin, for people. */
    model: v.string(),
    threshold: v.number(),
    /** Changed by hand afterwards. */
    edited: v.boolean(),
  }),
  /** `of`: when that version was saved; null for the mask as it came. */
  v.object({ kind: v.literal('earlier'), of: v.nullable(v.number()) }),
]);
export type MaskOrigin = v.InferOutput<typeof maskOrigin>;

const made = {
  /** Milliseconds since 1970. */
  at: v.number(),
  origin: maskOrigin,
};

export const maskVersion = v.object({
  ...made,
  /** In the image's own sides, as masks/coded.ts codes it. */ mask: ownBytes,
});
export type MaskVersion = v.InferOutput<typeof maskVersion>;

/** What was drawn and not saved as a version. */
export const maskDraft = v.object({
  ...maskVersion.entries,
  /** Changes since the version that it began with. */ steps: whole,
});
export type MaskDraft = v.InferOutput<typeof maskDraft>;

export const maskHistory = v.object({
  width: whole,
  height: whole,
  /** As it came. */
  original: ownBytes,
  /** Oldest first; the last one is the mask that is used. */
  versions: v.array(maskVersion),
  draft: v.nullable(maskDraft),
});
export type MaskHistory = v.InferOutput<typeof maskHistory>;

/** A rectangle of a picture, in its own pixels. */
const bitmap = v.custom<ImageBitmap>(value => typeof ImageBitmap === 'function' && value instanceof ImageBitmap);
export const pictureTile = v.object({ left: whole, top: whole, bitmap });
export type PictureTile = v.InferOutput<typeof pictureTile>;

export const wholePicture = v.object({
  width: whole,
  height: whole,
  /** The whole picture, shrunk where it is large. */
  small: bitmap,
  /** The picture in its own pixels; none where `small` is not shrunk. */
  tiles: v.array(pictureTile),
});
export type WholePicture = v.InferOutput<typeof wholePicture>;

/** A pair whose mask is not as it came, and the first 16 hexadecimal digits of the SHA-256 of its coded mask. */
export const correctedMask = v.object({ id: v.string(), mask: v.string() });
export type CorrectedMask = v.InferOutput<typeof correctedMask>;
