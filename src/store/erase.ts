/** Removes all that is kept here: images, runs, corrected masks, models, kernel measurements. Only in a worker. */
import { deleteDB } from 'idb';
import { AppError } from '../protocol/errors.ts';
import { REVIEWS } from './kept-review.ts';
import { LAST } from './last-data.ts';
import { openStore, type Store } from './store.ts';
import { tableSets } from './table-sets.ts';

const FOLDERS = ['pixels', 'runs', 'masks', LAST, REVIEWS];
/** The last is tfjs's own, of saved models. */
const DATABASES = [...tableSets.map(({ name }) => name), 'tensorflowjs'];
/** A worker that was just ended holds its files for about two seconds. */
const TRIES = 10;
const WAIT_MS = 500;

/** Throws AppError 'wrong-state' where another tab still uses some of it; what could be removed is then gone all the same. */
export async function eraseStores(): Promise<void> {
  const store = await openStore();
  if (store.clear) return store.clear();
  const held: unknown[] = [];
  if (store.place === 'disk')
    for (const name of FOLDERS) {
      try {
        await removeFolder(store, name);
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

/** Rejects where somebody holds a file in it all the time. */
async function removeFolder({ root }: Store, name: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    await root.remove(name);
    if (!(await root.list()).includes(name)) return;
    if (tries >= TRIES) throw new Error(`${name} is in use`);
    await new Promise(resolve => setTimeout(resolve, WAIT_MS));
  }
}
