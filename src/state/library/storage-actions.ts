/** The browser's storage: how much is used, what of it could be dropped, and all of it erased. */
import type { CleanupKind } from '../../protocol/storage-cleanup.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { anyOf, reading, running, testing } from '../refusals.ts';
import { listKeptRuns } from './kept-run-actions.ts';
import { storageUse } from './storage.ts';

export function createStorageActions(context: Context) {
  const { get, set, ask, attempt, restart, storage } = context;
  return {
    /** Looks again how much storage is used. */
    tellStorage: () => attempt(async () => set({ storage: await storageUse(storage) }), undefined),
    /** What could be dropped where the storage is full; null where that cannot be told (a problem is shown). */
    askCleanup: () => attempt(() => ask.library.cleanupReport(), null),
    /** Drops what the person chose, then repeats what had failed. */
    cleanUp: (kinds: readonly CleanupKind[], problem: number) =>
      attempt(async () => {
        await ask.library.cleanUp({ kinds: [...kinds] });
        const { problems } = get();
        const retry = problems.find(({ id }) => id === problem)?.retry;
        set({
          problems: problems.filter(({ id }) => id !== problem),
          message: 'What you chose was dropped from the browser’s storage',
        });
        await listKeptRuns(context);
        retry?.();
      }, undefined),
    /** Removes all that this page keeps in the browser; true once it is gone. */
    eraseEverything: action(
      context,
      anyOf(running, reading, testing),
      async () => {
        // It holds files and databases open, and the model deleted last.
        restart.training();
        await ask.data.erase();
        restart.ingest();
        return true;
      },
      false,
    ),
  };
}
