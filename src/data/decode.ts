/**
 * The pool of decode workers: each takes one pair at a time. Pairs wait in the order in which they came; the pixels that are
 * being decoded at once are bounded, for eight large images decoded side by side would take gigabytes outside the heap.
 * A worker that dies or needs too long for one pair is replaced, and that pair rejected.
 */
import { type Client, createClient, type WorkerLike } from '../protocol/client.ts';
import type { MaskChoice } from '../protocol/dataset.ts';
import { AppError, fromErrorData, toErrorData } from '../protocol/errors.ts';
import { pageWorker } from '../protocol/page-workers.ts';
import type { Preparation } from '../protocol/preparation.ts';
import { type DecodeReply, decodeContract } from './decode-contract.ts';
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

export interface PoolSettings {
  readonly workers: number;
  /** Pixels of images and masks decoded at once; one pair always may. */
  readonly pixelsAtOnce: number;
  readonly secondsPerPair: number;
  /** Of one picture. */
  readonly mostPixels: number;
  /** How masks are read where that is not as they say themselves. */
  readonly masks?: MaskChoice | undefined;
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

export function spawnDecodeWorker(): WorkerLike {
  return pageWorker('decode', 'decode');
}

type Slot = Client<typeof decodeContract.columns>;

export function decodePool(spawn: () => WorkerLike = spawnDecodeWorker, settings = defaultPool()): Decoder {
  const idle: Slot[] = [];
  const busy = new Map<Slot, { job: Job; stop: (reason: unknown) => void }>();
  const waiting: Job[] = [];
  let pixelsNow = 0;
  let disposed = false;

  /** For one worker at a time; its client starts another worker where one has ended. */
  const openSlot = (): Slot => {
    const slot: Slot = createClient(spawn, decodeContract, {
      onEvent: () => {},
      onFailure: error => {
        // Where the worker ended, the call itself fails.
        if (error.code !== 'worker-ended') busy.get(slot)?.stop(rejectionOf(fromErrorData(error)));
      },
    });
    return slot;
  };

  const start = (slot: Slot, job: Job): void => {
    pixelsNow += job.pixels;
    let over = false;
    /** Hands the slot on, once: what comes after the job was stopped is not heard. */
    const end = (settle: () => void): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      pixelsNow -= job.pixels;
      busy.delete(slot);
      if (disposed) slot.restart();
      else idle.push(slot);
      settle();
      next();
    };
    const stop = (reason: unknown): void =>
      end(() => {
        slot.restart();
        job.reject(reason);
      });
    const timer = setTimeout(
      () => stop(new FileRejection('image', `took more than ${settings.secondsPerPair} s to decode`)),
      settings.secondsPerPair * 1000,
    );
    busy.set(slot, { job, stop });
    const { image, mask, preparation } = job;
    const { mostPixels, masks } = settings;
    slot.decoding.decode({ image, mask, preparation, mostPixels, masks }).then(
      reply => end(() => settle(job, reply)),
      thrown => end(() => job.reject(rejectionOf(thrown))),
    );
  };

  const next = (): void => {
    while (!disposed) {
      const job = waiting[0];
      if (!job || busy.size >= settings.workers) return;
      if (busy.size > 0 && pixelsNow + job.pixels > settings.pixelsAtOnce) return;
      waiting.shift();
      start(idle.pop() ?? openSlot(), job);
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
          const index = waiting.indexOf(job);
          if (index >= 0) {
            waiting.splice(index, 1);
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
      for (const slot of idle.splice(0)) slot.restart();
    },
  };
}

function settle(job: Job, reply: DecodeReply): void {
  switch (reply.kind) {
    case 'pixels':
      job.resolve(reply);
      break;
    case 'rejected':
      job.reject(new FileRejection(reply.part, reply.reason, { fault: reply.fault, colours: reply.colours }));
      break;
    default:
      throw reply satisfies never;
  }
}

/** What a worker failed at counts as its files' fault; what came back in no known form, or a browser that alters pixels, does not. */
function rejectionOf(thrown: unknown): unknown {
  if (!(thrown instanceof AppError)) return thrown;
  const { code, happened, detail } = toErrorData(thrown);
  if (code === 'canvas-altered') return thrown;
  const what = code === 'worker-ended' ? 'stopped the decoder' : 'could not be decoded';
  return new FileRejection('image', `${what} (${detail ?? happened})`);
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
