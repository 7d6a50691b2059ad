import type { WorkerLike } from '../protocol/client.ts';
import { answerMemoryRequests } from '../protocol/memory-port.ts';
import { answerWorkerRequests } from '../protocol/page-workers.ts';

export interface WorkerStarters {
  ingest(): WorkerLike;
  training(): WorkerLike;
}

/** The page's two workers; each starts with its first command. */
export const workerStarters: WorkerStarters = {
  ingest() {
    const worker = new Worker(new URL('../data/ingest.worker.ts', import.meta.url), { type: 'module', name: 'ingest' });
    answerMemoryRequests(worker, 'ingest', memory);
    answerWorkerRequests(worker, helpers);
    return worker;
  },
  training() {
    const worker = new Worker(new URL('../training/training.worker.ts', import.meta.url), {
      type: 'module',
      name: 'training',
    });
    answerMemoryRequests(worker, 'training', memory);
    answerWorkerRequests(worker, helpers);
    return worker;
  },
};

/** Workers that help the two. */
const helpers = {
  decode: (name: string) => new Worker(new URL('../data/decode.worker.ts', import.meta.url), { type: 'module', name }),
  thread: (name: string) =>
    new Worker(new URL('../engine/cpu/thread.worker.ts', import.meta.url), { type: 'module', name }),
};

let started: Worker | undefined;

/** Keeps their data where the browser stores nothing, and outlives both. */
function memory(): Worker {
  started ??= new Worker(new URL('../store/memory/memory.worker.ts', import.meta.url), {
    type: 'module',
    name: 'memory',
  });
  return started;
}
