/** One of the pool's workers: takes one pair at a time, answers with its pixels or with the reason why not. */
import { toErrorData } from '../protocol/errors.ts';
import { type DecodeReply, decodeJob, parseWith } from './decode-messages.ts';
import { decodeImage, decodePair } from './decode-pair.ts';
import { FileRejection } from './rejection.ts';

const answer = (reply: DecodeReply, buffers: Transferable[] = []) => self.postMessage(reply, { transfer: buffers });

self.addEventListener('message', async ({ data }: MessageEvent<unknown>) => {
  try {
    const { image, mask, preparation, mostPixels } = parseWith(decodeJob, data);
    const pair = mask
      ? await decodePair(new Uint8Array(image), new Uint8Array(mask), preparation, mostPixels)
      : await decodeImage(new Uint8Array(image), preparation, mostPixels);
    answer({ kind: 'pixels', ...pair }, [pair.image.buffer, pair.mask.buffer, pair.ownMask.buffer]);
  } catch (thrown) {
    if (thrown instanceof FileRejection) answer({ kind: 'rejected', part: thrown.part, reason: thrown.reason });
    else answer({ kind: 'failed', error: toErrorData(thrown) });
  }
});
self.addEventListener('unhandledrejection', ({ reason }) => answer({ kind: 'failed', error: toErrorData(reason) }));
