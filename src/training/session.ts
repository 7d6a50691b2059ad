/**
 * What the training worker holds: the device, at most one run, and the current model. One thing at a time uses the GPU: inference
 * commands wait for each other, and are refused while a run is active.
 */
import type { Handlers } from '../protocol/contract.ts';
import type { DeviceChoice } from '../protocol/device.ts';
import type { TrainingEvent, trainingContract } from '../protocol/workers.ts';
import type { RunBook } from '../store/run-book.ts';
import type { Backend } from './device/backend.ts';
import { deviceHandlers } from './device/device.ts';
import { Gpu } from './device/gpu.ts';
import { Inference } from './inference/inference.ts';
import { libraryHandlers } from './library/library.ts';
import { noteTest } from './library/run-records.ts';
import { CurrentModel } from './model.ts';
import type { PixelSource } from './pixels.ts';
import type { RunStore } from './run/checkpoints.ts';
import { Runs } from './run/runs.ts';

export interface SessionOptions {
  readonly send: (event: TrainingEvent, buffers?: Transferable[]) => void;
  readonly openPixels: (cacheId: string) => Promise<PixelSource & { close(): void }>;
  readonly clock: () => number;
  /** Throws AppError 'no-webgpu' or 'no-webgl'. */
  readonly openBackend: (choice: DeviceChoice) => Promise<Backend>;
  readonly store: RunStore;
  readonly book: RunBook;
}

export interface Session extends Handlers<typeof trainingContract.columns> {
  readonly model: CurrentModel;
}

/** Wires the four parts; each handles the commands of its column. */
export function createSession({ send, openPixels, clock, openBackend, store, book }: SessionOptions): Session {
  const gpu = new Gpu(openBackend, () => run.isRunning);
  const model = new CurrentModel(send);
  const refuseWhileRunning = (what: string, runId?: string) => run.refuseWhileRunning(what, runId);
  const inference = new Inference({
    ...{ gpu, model, openPixels, clock, send, refuseWhileRunning },
    noteTest: (keptRun, test) => noteTest(book, keptRun, test),
  });
  const run = new Runs({ gpu, model, send, openPixels, clock, store, book, gpuFree: () => inference.settled() });
  return {
    model,
    device: deviceHandlers({ gpu, refuseWhileRunning }),
    run,
    inference,
    library: libraryHandlers({
      ...{ model, refuseWhileRunning },
      picture: (args, of) => inference.picture(args, of),
      masksBy: (...asked) => inference.masksBy(...asked),
    }),
  };
}
