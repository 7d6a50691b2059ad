/** The training worker's entry: commands in, replies and events out. session.ts wires the four parts that answer them. */
import { serve, type WorkerScope } from '../protocol/server.ts';
import { trainingContract } from '../protocol/workers.ts';
import { openPixels } from '../store/pixels.ts';
import { runBook } from '../store/run-book.ts';
import { openBackend } from './device/backend.ts';
import { runStore } from './run/checkpoints.ts';
import { createSession } from './session.ts';

const session = createSession({
  send: (event, buffers) => send(event, buffers),
  openPixels: async cacheId => {
    const { summary, read, ownMask, close } = await openPixels(cacheId);
    return { size: summary.size, read, ownMask, close };
  },
  clock: () => performance.now(),
  openBackend,
  store: runStore,
  book: runBook,
});

const send = serve(globalThis as unknown as WorkerScope, trainingContract, session);
