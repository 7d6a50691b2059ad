/** What a decode worker does: one pair at a time, answered with its pixels or with the reason why not. */
import type { Handlers } from '../protocol/contract.ts';
import { AppError } from '../protocol/errors.ts';
import type { DecodeReply, decodeContract } from './decode-contract.ts';
import { decodeImage, decodePair, readBackKnown } from './decode-pair.ts';
import type { ReadBack } from './read-back.ts';
import { FileRejection } from './rejection.ts';

/** Asked once in a worker's life. */
let readBack: ReadBack | null = null;

/** Throws where nothing that this browser gives back from a picture can be used. */
function soundReadBack(found: ReadBack): ReadBack {
  if (found === 'altered')
    throw new AppError(
      'canvas-altered',
      'This browser alters the pixels that a page reads back from its pictures, so nothing was read',
      'allow this page to read canvases (in Firefox the picture sign in the address bar, in Brave the shield), then drop the files again',
    );
  return found;
}

export const decodeHandlers: Handlers<typeof decodeContract.columns> = {
  decoding: {
    async decode({ image, mask, preparation, mostPixels, masks = { invert: false } }): Promise<DecodeReply> {
      readBack ??= await readBackKnown();
      const noisy = soundReadBack(readBack) === 'low bits';
      try {
        const pair = mask
          ? await decodePair(new Uint8Array(image), new Uint8Array(mask), preparation, mostPixels, masks)
          : await decodeImage(new Uint8Array(image), preparation, mostPixels);
        return { kind: 'pixels', ...pair, noisy };
      } catch (thrown) {
        if (!(thrown instanceof FileRejection)) throw thrown;
        return {
          kind: 'rejected',
          part: thrown.part,
          reason: thrown.reason,
          fault: thrown.fault,
          colours: thrown.colours,
        };
      }
    },
  },
};
