import * as v from 'valibot';
import { bytes, whole } from './schemas.ts';

/**
 * An image as the page shows it: `image` RGB bytes [S,S,3], `truth` and `prediction` 0/1 [S,S]; `probability` [S,S], 0 to 255 for 0 to 1,
 * where it was asked for together with a prediction.
 */
export const triptych = v.object({
  id: v.string(),
  size: whole,
  image: bytes,
  truth: bytes,
  prediction: v.optional(bytes),
  probability: v.optional(bytes),
});
export type Triptych = v.InferOutput<typeof triptych>;
