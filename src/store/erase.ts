/** Removes all that is kept here: images, runs, models, kernel measurements. Only in a worker. */
import { deleteDB } from 'idb';
import { AppError } from '../protocol/errors.ts';
import { openFolder } from './opfs.ts';
import { RUN_BOOK } from './run-book.ts';

const FOLDERS = ['pixels', 'runs'];
/** The last is tfjs's own, of saved models. */
const DATABASES = ['lesion-studio-runs', 'lesion-studio-tuning', RUN_BOOK, 'tensorflowjs'];
/** A worker that was just ended holds its files for about two seconds. */
const TRIES = 10;
const WAIT_MS = 500;

/** Throws AppError 'wrong-state' where another tab still uses some of it; what could be removed is then gone all the same. */
export async function eraseStores(): Promise<void> {
  const held: unknown[] = [];
  for (const name of FOLDERS) {
    try {
      await removeFolder(name);
    } catch (thrown) {
      held.push(thrown);
    }
  }
  for (const name of DATABASES) {
    await new Promise<void>((resolve, reject) => {
      deleteDB(name, {
        blocked: () => {
          held.push(name);
          resolve();
        },
      }).then(resolve, reject);
    });
  }
  if (held.length > 0)
    throw new AppError(
      'wrong-state',
      'Some of what is kept is in use in another tab of this browser',
      'close the other tabs of this page and erase again',
      { cause: held[0] },
    );
}

async function removeFolder(name: string): Promise<void> {
  const root = await openFolder();
  for (let tries = 1; ; tries++) {
    try {
      await root.removeEntry(name, { recursive: true });
      return;
    } catch (thrown) {
      if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return;
      if (tries >= TRIES) throw thrown;
      await new Promise(resolve => setTimeout(resolve, WAIT_MS));
    }
  }
}
