/** Opens the databases of store/. It leaves one alone that a newer version of the page has changed, and tells the user. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { AppError } from '../protocol/errors.ts';

/** `upgrade` is called where the database is older than `version`, with the version that it has; 0 where there is none. */
export async function openDatabase<S extends DBSchema>(
  name: string,
  version: number,
  upgrade: (database: IDBPDatabase<S>, from: number) => void,
): Promise<IDBPDatabase<S>> {
  try {
    return await openDB<S>(name, version, { upgrade });
  } catch (thrown) {
    if (!(thrown instanceof DOMException && thrown.name === 'VersionError')) throw thrown;
    throw new AppError(
      'wrong-state',
      'What this browser keeps was written by a newer version of this page, and this one leaves it as it is',
      'load the page again to get the newer version',
      { cause: thrown },
    );
  }
}
