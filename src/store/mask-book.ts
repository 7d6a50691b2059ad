/**
 * Corrected masks that last: per pair a folder of generations (generations.ts) and a pointer in a table, as unfinished runs have them.
 * Only in a worker.
 *
 * Promises: a change is published, not written over what was there: whatever operation fails, the versions are those of before it or of after
 * it. Changes of one pair come one after the other, in all tabs, and each builds on what the store has. Must not know: which data set a pair
 * is of; keys say that.
 */
import { AppError } from '../protocol/errors.ts';
import { megabytes } from '../protocol/megabytes.ts';
import { Generations, type Pointer } from './generations.ts';
import { decodeMasks, encodeMasks, type KeptMasks } from './mask-history.ts';
import { bytesLeft, isQuota } from './space.ts';
import { openStore, type Store } from './store.ts';
import { MASKS } from './table-sets.ts';

const ROOT = 'masks';

export interface MaskBook {
  /** Keys of all pairs of which something is kept. */
  keys(): Promise<ReadonlySet<string>>;
  /** undefined where nothing is kept; null where something is, and none of its generations can be read. */
  get(key: string): Promise<KeptMasks | null | undefined>;
  /** Publishes what `change` makes of what is kept. Throws `storage-full`, and `wrong-state` where what is kept cannot be read. */
  change(key: string, change: (kept: KeptMasks | undefined) => KeptMasks): Promise<KeptMasks>;
}

export function maskBook(store: Store | Promise<Store> = openStore()): MaskBook {
  const get: MaskBook['get'] = async key => {
    const generations = generationsOf(await store, key);
    const found = await generations.newest(decodeMasks);
    if (found) return found;
    return (await (await store).tables(MASKS).get('masks', [key]))[0] === undefined ? undefined : null;
  };
  return {
    keys: async () => new Set(await (await store).tables(MASKS).keys('masks')),
    get,
    async change(key, change) {
      const used = await store;
      const release = await used.locks.hold(`lesion-studio-mask-${key}`, 'exclusive');
      try {
        const kept = await get(key);
        // Written anew it would be gone for a later version of the page, which may know how to read it.
        if (kept === null)
          throw new AppError(
            'wrong-state',
            'The corrections of this mask cannot be read: another version of the page made them, or they are damaged',
            'reload the page; erase all data under About to begin anew',
          );
        const next = change(kept);
        const bytes = await encodeMasks(next);
        try {
          await generationsOf(used, key).publish(bytes, []);
        } catch (thrown) {
          if (!isQuota(thrown)) throw thrown;
          throw new AppError(
            'storage-full',
            `A mask of ${megabytes(bytes.length)} could not be kept: ${megabytes(await bytesLeft())} are available`,
            'free space on the disk, or delete saved models',
            { cause: thrown },
          );
        }
        return next;
      } finally {
        release();
      }
    },
  };
}

function generationsOf(store: Store, key: string): Generations {
  const tables = store.tables(MASKS);
  const pointer: Pointer = {
    get: async () => (await tables.get('masks', [key]))[0],
    set: value =>
      tables.change([
        value === undefined ? { table: 'masks', remove: [key] } : { table: 'masks', put: [[key, value]] },
      ]),
  };
  return new Generations(store.root.folder(ROOT).folder(key), pointer, () => crypto.randomUUID());
}
