/** What the ingest worker may ask of a decode worker. */
import * as v from 'valibot';
import { type Commands, type Contract, command } from '../protocol/contract.ts';
import { colour, maskChoice } from '../protocol/dataset.ts';
import { preparation } from '../protocol/preparation.ts';
import { ownBytes } from '../protocol/schemas.ts';
import { maskNotices } from './mask-notice.ts';
import { faults } from './rejection.ts';

const file = v.instance(ArrayBuffer);

export const decodeReply = v.variant('kind', [
  v.object({
    kind: v.literal('pixels'),
    ...{ image: ownBytes, mask: ownBytes, width: v.number(), height: v.number(), look: v.optional(ownBytes) },
    ownMask: ownBytes,
    /** What is odd about the mask; empty where nothing is. */
    notice: v.optional(v.picklist(maskNotices)),
    /** The browser alters the lowest bits of pixels that are read back. */
    noisy: v.optional(v.boolean()),
    ...{ lesionShare: v.optional(v.number()), meanGrey: v.optional(v.number()) },
  }),
  /** The files are at fault. */
  v.object({
    ...{ kind: v.literal('rejected'), part: v.picklist(['image', 'mask']), reason: v.string() },
    fault: v.picklist(faults),
    /** Of a mask that needs a choice. */
    colours: v.optional(v.tuple([colour, colour])),
  }),
]);
export type DecodeReply = v.InferOutput<typeof decodeReply>;

const decoding = {
  /** The bytes of the files (an image to outline has no mask), what they are made into, and the most pixels that a picture may have. */
  decode: command({
    args: v.object({
      ...{ image: file, mask: v.nullable(file), preparation, mostPixels: v.number() },
      masks: v.optional(maskChoice),
    }),
    reply: decodeReply,
    handsOver: ({ image, mask }) => (mask ? [image, mask] : [image]),
    handsBack: reply => (reply.kind === 'pixels' ? [reply.image.buffer, reply.mask.buffer, reply.ownMask.buffer] : []),
  }),
} satisfies Commands;

export const decodeContract = { columns: { decoding }, event: v.never() } satisfies Contract;
