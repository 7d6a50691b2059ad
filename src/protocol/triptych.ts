import * as v from 'valibot';
import { bytes, whole } from './schemas.ts';

/** An image as the page shows it: `image` RGB bytes [S,S,3], `truth` and `prediction` 0/1 [S,S]. */
export const triptych = v.object({
  id: v.string(),
  size: whole,
  image: bytes,
  truth: bytes,
  prediction: v.optional(bytes),
});
export type Triptych = v.InferOutput<typeof triptych>;
