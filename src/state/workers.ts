import type { WorkerLike } from '../protocol/client.ts';

export interface WorkerStarters {
  ingest(): WorkerLike;
  training(): WorkerLike;
}

/** The page's two workers; each starts with its first command. */
export const workerStarters: WorkerStarters = {
  ingest: () => new Worker(new URL('../data/ingest.worker.ts', import.meta.url), { type: 'module', name: 'ingest' }),
  training: () =>
    new Worker(new URL('../training/training.worker.ts', import.meta.url), { type: 'module', name: 'training' }),
};
