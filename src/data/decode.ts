/**
 * The pool of decode workers: each takes one pair at a time. Pairs wait in the order in which they came; the pixels that are
 * being decoded at once are bounded, for eight large images decoded side by side would take gigabytes outside the heap.
 * A worker that dies or needs too long for one pair is replaced, and that pair rejected.
 */
import type { Preparation } from '../protocol/preparation.ts';
import { type DecodeReply, decodeReply, parseWith } from './decode-messages.ts';
import type { DecodedPair } from './decode-pair.ts';
import { imageLimits, readHeader } from './header.ts';
import { FileRejection } from './rejection.ts';

export interface Decoder {
  /** Takes the buffers over; without a mask there is none. Rejects with FileRejection where the files are at fault. */
  decode(
    image: ArrayBuffer,
    mask: ArrayBuffer | null,
    preparation: Preparation,
    signal: AbortSignal,
  ): Promise<DecodedPair>;
  /** How many pairs are decoded side by side. */
  readonly width: number;
  dispose(): void;
}

/** What the pool needs of a Worker, so that tests can put another in its place. */
export interface DecodeWorker {
  postMessage(message: unknown, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface PoolSettings {
  readonly workers: number;
  /** Pixels of images and masks decoded at once; one pair always may. */
  readonly pixelsAtOnce: number;
  readonly secondsPerPair: number;
  /** Of one picture. */
  readonly mostPixels: number;
}

export function defaultPool(): PoolSettings {
  return {
    workers: Math.max(1, Math.min(navigator.hardwareConcurrency || 2, 8)),
    pixelsAtOnce: 80e6,
    secondsPerPair: 30,
    mostPixels: imageLimits.pixels,
  };
}

interface Job {
  readonly image: ArrayBuffer;
  readonly mask: ArrayBuffer | null;
  readonly preparation: Preparation;
  readonly pixels: number;
  readonly resolve: (pair: DecodedPair) => void;
  readonly reject: (reason: unknown) => void;
}

export function spawnDecodeWorker(): DecodeWorker {
  return new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module', name: 'decode' });
}

export function decodePool(spawn: () => DecodeWorker = spawnDecodeWorker, settings = defaultPool()): Decoder {
  const idle: DecodeWorker[] = [];
  const busy = new Map<DecodeWorker, { job: Job; stop: (reason: unknown) => void }>();
  const waiting: Job[] = [];
  let pixelsNow = 0;
  let disposed = false;

  const start = (worker: DecodeWorker, job: Job): void => {
    pixelsNow += job.pixels;
    const end = (keep: boolean): void => {
      clearTimeout(timer);
      worker.onmessage = null;
      worker.onerror = null;
      pixelsNow -= job.pixels;
      busy.delete(worker);
      if (keep && !disposed) idle.push(worker);
      else worker.terminate();
    };
    const stop = (reason: unknown): void => {
      end(false);
      job.reject(reason);
      next();
    };
    const timer = setTimeout(
      () => stop(new FileRejection('image', `took more than ${settings.secondsPerPair} s to decode`)),
      settings.secondsPerPair * 1000,
    );
    busy.set(worker, { job, stop });
    worker.onerror = event => {
      event.preventDefault?.();
      stop(new FileRejection('image', `stopped the decoder (${event.message || 'no reason given'})`));
    };
    worker.onmessage = ({ data }) => {
      let reply: DecodeReply;
      try {
        reply = parseWith(decodeReply, data);
      } catch (thrown) {
        stop(thrown);
        return;
      }
      end(true);
      settle(job, reply);
      next();
    };
    const { image, mask, preparation } = job;
    worker.postMessage({ image, mask, preparation, mostPixels: settings.mostPixels }, mask ? [image, mask] : [image]);
  };

  const next = (): void => {
    while (!disposed) {
      const job = waiting[0];
      if (!job || busy.size >= settings.workers) return;
      if (busy.size > 0 && pixelsNow + job.pixels > settings.pixelsAtOnce) return;
      waiting.shift();
      start(idle.pop() ?? spawn(), job);
    }
  };

  return {
    width: settings.workers,
    decode(image, mask, preparation, signal) {
      return new Promise<DecodedPair>((resolve, reject) => {
        if (signal.aborted || disposed) {
          reject(signal.reason ?? new Error('the decoder is closed'));
          return;
        }
        const abort = () => {
          const place = waiting.indexOf(job);
          if (place >= 0) {
            waiting.splice(place, 1);
            job.reject(signal.reason);
          }
          for (const { job: running, stop } of [...busy.values()]) if (running === job) stop(signal.reason);
        };
        const job: Job = {
          image,
          mask,
          preparation,
          pixels: pixelsOf(image) + (mask ? pixelsOf(mask) : 0),
          resolve: pair => {
            signal.removeEventListener('abort', abort);
            resolve(pair);
          },
          reject: reason => {
            signal.removeEventListener('abort', abort);
            reject(reason);
          },
        };
        signal.addEventListener('abort', abort);
        waiting.push(job);
        next();
      });
    },
    dispose() {
      disposed = true;
      const closed = new Error('the decoder is closed');
      for (const { stop } of [...busy.values()]) stop(closed);
      for (const job of waiting.splice(0)) job.reject(closed);
      for (const worker of idle.splice(0)) worker.terminate();
    },
  };
}

function settle(job: Job, reply: DecodeReply): void {
  switch (reply.kind) {
    case 'pixels':
      job.resolve(reply);
      break;
    case 'rejected':
      job.reject(new FileRejection(reply.part, reply.reason));
      break;
    case 'failed':
      job.reject(new FileRejection('image', `could not be decoded (${reply.error.detail ?? reply.error.happened})`));
      break;
    default:
      throw reply satisfies never;
  }
}

/** Pixels the file says it has; 0 for what has no header, which the worker rejects without decoding. */
function pixelsOf(file: ArrayBuffer): number {
  try {
    const { width, height } = readHeader(new Uint8Array(file));
    return width * height;
  } catch {
    return 0;
  }
}
