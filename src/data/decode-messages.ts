/** What crosses between the ingest worker and its decode workers. One job at a time per worker, one reply per job. */
import * as v from 'valibot';
import { errorData } from '../protocol/errors.ts';
import { preparation } from '../protocol/preparation.ts';

const buffer = v.instance(ArrayBuffer);
const bytes = v.instance(Uint8Array<ArrayBuffer>);

/** The bytes of the files (an image to outline has no mask), what they are made into, and the most pixels that a picture may have. */
export const decodeJob = v.object({
  image: buffer,
  mask: v.nullable(buffer),
  preparation,
  mostPixels: v.number(),
});
export type DecodeJob = v.InferOutput<typeof decodeJob>;

export const decodeReply = v.variant('kind', [
  v.object({
    kind: v.literal('pixels'),
    ...{ image: bytes, mask: bytes, width: v.number(), height: v.number(), look: v.optional(bytes) },
    ownMask: bytes,
  }),
  v.object({ kind: v.literal('rejected'), part: v.picklist(['image', 'mask']), reason: v.string() }),
  v.object({ kind: v.literal('failed'), error: errorData }),
]);
export type DecodeReply = v.InferOutput<typeof decodeReply>;

export function parseWith<S extends v.GenericSchema>(schema: S, data: unknown): v.InferOutput<S> {
  return v.parse(schema, data);
}
