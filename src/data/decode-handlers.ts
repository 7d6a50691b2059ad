/** What a decode worker does: one pair at a time, answered with its pixels or with the reason why not. */
import type { Handlers } from '../protocol/contract.ts';
import { AppError } from '../protocol/errors.ts';
import type { DecodeReply, decodeContract } from './decode-contract.ts';
import { decodeImage, decodePair } from './decode-pair.ts';
import { readBackKnown } from './open-picture.ts';
import type { Way } from './read-back.ts';
import { FileRejection } from './rejection.ts';

interface Reading {
  readonly way: Way;
  /** The lowest bits are altered. */
  readonly noisy: boolean;
}

/** Found out once in a worker's life. */
let reading: Reading | null = null;

/** Throws AppError `canvas-altered` where nothing that this browser gives back from a picture can be used. */
async function findReading(): Promise<Reading> {
  const canvas = await readBackKnown();
  if (canvas === 'same') return { way: 'canvas', noisy: false };
  // Browsers that alter canvases to hide what computer they run on have no reason to alter what a decoder gives.
  if (typeof ImageDecoder === 'function') {
    const { readBackFrame } = await import('./frame-pixels.ts');
    if ((await readBackFrame().catch(() => null)) === 'same') return { way: 'decoder', noisy: false };
  }
  if (canvas === 'low bits') return { way: 'canvas', noisy: true };
  throw new AppError(
    'canvas-altered',
    'This browser alters the pixels that a page reads back from its pictures, so nothing was read',
    'allow this page to read canvases (in Firefox the picture sign in the address bar, in Brave the shield), then drop the files again',
  );
}

export const decodeHandlers: Handlers<typeof decodeContract.columns> = {
  decoding: {
    async decode({ image, mask, preparation, mostPixels, masks = { invert: false } }): Promise<DecodeReply> {
      reading ??= await findReading();
      const { way, noisy } = reading;
      try {
        const pair = mask
          ? await decodePair(new Uint8Array(image), new Uint8Array(mask), preparation, mostPixels, masks, way)
          : await decodeImage(new Uint8Array(image), preparation, mostPixels, way);
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
