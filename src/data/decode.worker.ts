/** One of the pool's workers: takes one pair at a time, answers with its pixels or with the reason why not. */
import { serve } from '../protocol/server.ts';
import { type DecodeReply, decodeContract } from './decode-contract.ts';
import { decodeImage, decodePair } from './decode-pair.ts';
import { FileRejection } from './rejection.ts';

serve(
  {
    postMessage: (message, transfer) => self.postMessage(message, { transfer }),
    addEventListener: (type, listener) => self.addEventListener(type, listener as EventListener),
  },
  decodeContract,
  {
    decoding: {
      async decode({ image, mask, preparation, mostPixels }): Promise<DecodeReply> {
        try {
          const pair = mask
            ? await decodePair(new Uint8Array(image), new Uint8Array(mask), preparation, mostPixels)
            : await decodeImage(new Uint8Array(image), preparation, mostPixels);
          return { kind: 'pixels', ...pair };
        } catch (thrown) {
          if (!(thrown instanceof FileRejection)) throw thrown;
          return { kind: 'rejected', part: thrown.part, reason: thrown.reason };
        }
      },
    },
  },
);
