/**
 * Where this browser lets the page keep things, found out once in each worker. Both workers come to the same answer, for it depends on
 * the browser and its window only, and so they meet in the same bytes:
 *
 *   disk       files in the origin private file system, tables in IndexedDB
 *   database   files and tables in IndexedDB, where there is no private file system: private windows keep both until they are closed
 *   memory     files and tables in a worker of the page, where the browser stores nothing at all; gone with the page
 */
import { AppError } from '../protocol/errors.ts';
import { requestMemoryPort } from '../protocol/memory-port.ts';
import type { StoragePlace } from '../protocol/storage-place.ts';
import { databaseTables } from './database.ts';
import type { Folder } from './folder.ts';
import { browserLocks, type Locks } from './locks.ts';
import { type Memory, openMemory } from './memory/memory-client.ts';
import { diskFolder } from './opfs.ts';
import { tableFolder } from './table-folder.ts';
import { CHECKPOINTS, FILES } from './table-sets.ts';
import type { TableSet, Tables } from './tables.ts';

export interface Store {
  readonly place: StoragePlace;
  /** Of all files. */
  readonly root: Folder;
  tables(set: TableSet): Tables;
  readonly locks: Locks;
  /** Removes everything, locks included; only where there is nothing but memory to be removed. */
  clear?(): Promise<void>;
}

let opened: Promise<Store> | undefined;

/** Throws AppError 'storage-missing' where the page has no secure address, without which there are none of them. */
export function openStore(): Promise<Store> {
  opened ??= choose();
  return opened;
}

async function choose(): Promise<Store> {
  if (globalThis.isSecureContext === false)
    throw new AppError(
      'storage-missing',
      'Browsers give a page that was loaded over plain http no storage for images',
      'open it over https, or from http://localhost',
    );
  const locks = await usableLocks();
  if (!locks || !(await databaseUsable())) return memoryStore(openMemory(await requestMemoryPort()));
  const directory = await privateFiles();
  const tables = keptTables(databaseTables);
  if (!directory) return { place: 'database', root: tableFolder(tables(FILES)), tables, locks };
  return { place: 'disk', root: diskFolder(async () => directory), tables, locks };
}

export function memoryStore(memory: Memory): Store {
  const tables = keptTables(memory.tables);
  return { place: 'memory', root: tableFolder(tables(FILES)), tables, locks: memory.locks, clear: memory.clear };
}

/** Each set of tables once, with its one connection. */
function keptTables(make: (set: TableSet) => Tables): (set: TableSet) => Tables {
  const made = new Map<string, Tables>();
  return set => {
    const found = made.get(set.name) ?? make(set);
    made.set(set.name, found);
    return found;
  };
}

async function usableLocks(): Promise<Locks | undefined> {
  try {
    await navigator.locks.query();
    return browserLocks(navigator.locks);
  } catch {
    return undefined;
  }
}

async function databaseUsable(): Promise<boolean> {
  try {
    await databaseTables(CHECKPOINTS).keys('runs');
    return true;
  } catch (thrown) {
    // One that a newer version of the page has changed is usable, and is told of by whoever needs it.
    return thrown instanceof AppError;
  }
}

/** undefined where there are none, as in some private windows, or where a worker cannot write them. */
async function privateFiles(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    const directory = await navigator.storage.getDirectory();
    return 'createSyncAccessHandle' in FileSystemFileHandle.prototype ? directory : undefined;
  } catch {
    return undefined;
  }
}
