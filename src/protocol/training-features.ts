/** What a model's training images are like, by their features: goes with the model in every format. See metrics/feature-distance.ts. */
import * as v from 'valibot';
import { bytesOfBase64 } from './looks.ts';
import { whole } from './schemas.ts';

export const trainingFeatures = v.pipe(
  v.object({
    /** Mean and scale [features] each, then what whitens [components, features]: 32-bit little-endian floats in Base64, 24 kB at 8 base filters. */
    values: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]*={0,2}$/)),
    /** Along each component, and the mean square of what these leave. */
    variances: v.pipe(v.array(v.pipe(v.number(), v.gtValue(0))), v.minLength(1)),
    rest: v.pipe(v.number(), v.minValue(0)),
    /** Of the training part. */
    images: whole,
    /** A greater distance counts as unlike; missing where too few images were held out to tell. */
    level: v.optional(v.pipe(v.number(), v.gtValue(0))),
    /** Images of the validation part that the level comes from. */
    heldOut: whole,
  }),
  v.check(({ values, variances }) => {
    const bytes = bytesOfBase64(values);
    return values.length % 4 === 0 && bytes > 0 && bytes % (4 * (variances.length + 2)) === 0;
  }, 'rows of as many values'),
);
export type TrainingFeatures = v.InferOutput<typeof trainingFeatures>;

/** Values in Base64. */
export function packFloats(values: Iterable<number>): string {
  const list = [...values];
  const view = new DataView(new ArrayBuffer(4 * list.length));
  for (const [i, value] of list.entries()) view.setFloat32(4 * i, value, true);
  let bytes = '';
  for (let at = 0; at < view.byteLength; at++) bytes += String.fromCharCode(view.getUint8(at));
  return btoa(bytes);
}

export function unpackFloats(text: string): Float32Array {
  const bytes = atob(text);
  const view = new DataView(new ArrayBuffer(bytes.length));
  for (let at = 0; at < bytes.length; at++) view.setUint8(at, bytes.charCodeAt(at));
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}
