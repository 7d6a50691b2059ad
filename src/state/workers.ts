import * as v from 'valibot';
import type { WorkerLike } from '../protocol/client.ts';
import { memoryGivenMessage, memoryWanted } from '../protocol/memory-port.ts';

export interface WorkerStarters {
  ingest(): WorkerLike;
  training(): WorkerLike;
}

/** The page's two workers; each starts with its first command. */
export const workerStarters: WorkerStarters = {
  ingest: () =>
    withMemory(
      'ingest',
      new Worker(new URL('../data/ingest.worker.ts', import.meta.url), { type: 'module', name: 'ingest' }),
    ),
  training: () =>
    withMemory(
      'training',
      new Worker(new URL('../training/training.worker.ts', import.meta.url), { type: 'module', name: 'training' }),
    ),
};

/** Outlives both: what they keep, where the browser stores nothing. Started when first asked for. */
let memory: Worker | undefined;

function withMemory(client: string, worker: Worker): WorkerLike {
  // Before the client's own listener, which is told of commands and events only.
  worker.addEventListener('message', event => {
    if (!v.is(memoryWanted, event.data)) return;
    event.stopImmediatePropagation();
    memory ??= new Worker(new URL('../store/memory/memory.worker.ts', import.meta.url), {
      type: 'module',
      name: 'memory',
    });
    const { port1, port2 } = new MessageChannel();
    memory.postMessage({ client, port: port1 }, [port1]);
    worker.postMessage(memoryGivenMessage(port2), [port2]);
  });
  return worker;
}
