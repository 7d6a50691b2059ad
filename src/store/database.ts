/**
 * Tables in IndexedDB. A database that a newer version of the page has changed is left alone, and the person told.
 *
 * The connection stays open between accesses and gives way when another tab wants to change or to delete the database.
 */
import { type IDBPDatabase, openDB } from 'idb';
import { AppError } from '../protocol/errors.ts';
import type { TableSet, Tables } from './tables.ts';

export function databaseTables({ name, version, tables, flushed = false }: TableSet): Tables {
  let connection: Promise<IDBPDatabase> | undefined;
  const open = (): Promise<IDBPDatabase> => {
    const forget = () => {
      if (connection === opening) connection = undefined;
    };
    const opening: Promise<IDBPDatabase> = openDB(name, version, {
      upgrade: (database, from) => {
        if (from === 0) for (const table of tables) database.createObjectStore(table);
      },
      blocking: () => {
        forget();
        void opening.then(database => database.close());
      },
      terminated: forget,
    }).catch(thrown => {
      forget();
      if (!(thrown instanceof DOMException && thrown.name === 'VersionError')) throw thrown;
      throw new AppError(
        'wrong-state',
        'What this browser keeps was written by a newer version of this page, and this one leaves it as it is',
        'load the page again to get the newer version',
        { cause: thrown },
      );
    });
    connection = opening;
    return opening;
  };
  /** Once more where the connection was closed between opening and use. */
  const within = async <T>(use: (database: IDBPDatabase) => Promise<T>): Promise<T> => {
    try {
      return await use(await (connection ?? open()));
    } catch (thrown) {
      if (!(thrown instanceof DOMException && thrown.name === 'InvalidStateError')) throw thrown;
      return use(await open());
    }
  };
  return {
    get: (table, keys) =>
      within(async database => {
        const { store } = database.transaction(table);
        return Promise.all(keys.map(key => store.get(key)));
      }),
    all: table => within(database => database.getAll(table)),
    keys: (table, prefix = '') =>
      within(async database => (await database.getAllKeys(table, startingWith(prefix))).map(String)),
    change: changes =>
      within(async database => {
        if (changes.length === 0) return;
        const transaction = database.transaction(
          changes.map(({ table }) => table),
          'readwrite',
          flushed ? { durability: 'strict' } : {},
        );
        try {
          const requests = changes.flatMap(({ table, remove = [], removeUnder = [], put = [] }) => {
            const store = transaction.objectStore(table);
            return [
              ...remove.map(key => store.delete(key)),
              ...removeUnder.map(prefix => store.delete(startingWith(prefix))),
              ...put.map(([key, value]) => store.put(value, key)),
            ];
          });
          // Why they failed is the transaction's to say: a full disk, where they only say that they were aborted.
          await Promise.allSettled(requests);
        } catch (thrown) {
          // A value that cannot be kept: what was asked for before it must not be kept either.
          transaction.done.catch(() => {});
          transaction.abort();
          throw thrown;
        }
        await transaction.done;
      }),
  };
}

function startingWith(prefix: string): IDBKeyRange {
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}
