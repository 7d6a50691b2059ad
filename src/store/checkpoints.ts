/**
 * Unfinished runs that last: per run a folder of generations in the origin private file system, and a pointer in IndexedDB.
 * The tab of a running run holds an exclusive Web Lock, so that no other tab continues it.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import { AppError } from '../protocol/errors.ts';
import { openDatabase } from './database.ts';
import { type Files, Generations, type Pointer } from './generations.ts';
import { openFolder, readFile, removeQuietly, writeFile } from './opfs.ts';

const ROOT = 'runs';

interface Schema extends DBSchema {
  /** Each run's pointer, by its id; see Generations. */
  runs: { key: string; value: unknown };
}

/** SCHEMA: raise it when the stores change; what a record means has a version of its own. */
const VERSION = 1;

/** The folder's files, as generations use them. Only in a worker. */
export function filesIn(folder: FileSystemDirectoryHandle): Files {
  return {
    write: (name, bytes) => writeFile(folder, name, bytes),
    read: async name => {
      const file = await readFile(folder, name);
      return file && new Uint8Array(await file.arrayBuffer());
    },
    remove: name => removeQuietly(folder, name),
    list: async () => {
      const names: string[] = [];
      for await (const name of folder.keys()) names.push(name);
      return names;
    },
  };
}

/** The run's generations. Only in a worker. */
export async function runGenerations(runId: string): Promise<Generations> {
  const folder = await openFolder(ROOT, runId);
  const pointer: Pointer = {
    get: () => inDatabase<unknown>(database => database.get('runs', runId)),
    set: async value => {
      await inDatabase<unknown>(database =>
        value === undefined ? database.delete('runs', runId) : database.put('runs', value, runId),
      );
    },
  };
  return new Generations(filesIn(folder), pointer, () => crypto.randomUUID());
}

/** Removes what `runGenerations` keeps of a run, the folder included. */
export async function removeRun(runId: string): Promise<void> {
  await inDatabase(database => database.delete('runs', runId));
  await removeQuietly(await openFolder(ROOT), runId);
}

/** Checkpoints before the newest, of all unfinished runs but those that go on in other tabs. */
export async function olderCheckpoints(): Promise<{ count: number; bytes: number }> {
  let [count, bytes] = [0, 0];
  for (const runId of await ownRuns()) {
    const folder = await openFolder(ROOT, runId);
    for (const name of await (await runGenerations(runId)).older()) {
      count++;
      bytes += (await readFile(folder, name))?.size ?? 0;
    }
  }
  return { count, bytes };
}

export async function dropOlderCheckpoints(): Promise<void> {
  for (const runId of await ownRuns()) await (await runGenerations(runId)).dropOlder();
}

async function ownRuns(): Promise<string[]> {
  if (!available()) return [];
  const ids = await inDatabase(database => database.getAllKeys('runs'));
  const held = await heldLocks();
  return ids.filter(id => !held.has(lockName(id)) || mine.has(lockName(id)));
}

/** Ids of runs with a checkpoint that go on in no tab, and how many go on in another one. */
export async function listRuns(): Promise<{ readonly idle: readonly string[]; readonly elsewhere: number }> {
  if (!available()) return { idle: [], elsewhere: 0 };
  const ids = await inDatabase(database => database.getAllKeys('runs'));
  const held = await heldLocks();
  const others = [...held].filter(name => name?.startsWith(lockName('')) && !mine.has(name));
  return { idle: ids.filter(id => !held.has(lockName(id))), elsewhere: others.length };
}

/** Locks of runs that this worker holds. */
const mine = new Set<string>();

/** Removes what runs left that ended before their first checkpoint. */
export async function removeStrays(): Promise<void> {
  if (!available()) return;
  const root = await openFolder(ROOT);
  const names: string[] = [];
  for await (const name of root.keys()) names.push(name);
  // In this order: a run takes its lock before it makes its folder, and writes its pointer while it holds it.
  const held = await heldLocks();
  const ids = new Set(await inDatabase(database => database.getAllKeys('runs')));
  for (const name of names) if (!ids.has(name) && !held.has(lockName(name))) await removeQuietly(root, name);
}

/** Without a secure context or storage there are no runs that could have been kept. */
function available(): boolean {
  return navigator.locks !== undefined && navigator.storage?.getDirectory !== undefined;
}

async function heldLocks(): Promise<Set<string | undefined>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name));
}

/** Pixel caches that unfinished runs need; null where a run of another version of the page cannot say. */
export async function neededCaches(): Promise<string[] | null> {
  if (!available()) return [];
  const ids = await inDatabase(database => database.getAllKeys('runs'));
  const needs = await Promise.all(ids.map(async id => (await runGenerations(id)).needs()));
  const known = needs.filter(need => need !== null);
  return known.length === needs.length ? known.flat() : null;
}

/** A tab or worker that has just ended gives its locks back within this time. */
const LOCK_MS = 3000;

/** Holds the run until the returned function is called or the tab is gone. Throws `wrong-state` where another tab has it. */
export function holdRun(runId: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(
        lockName(runId),
        { signal: AbortSignal.timeout(LOCK_MS) },
        () =>
          new Promise<void>(release => {
            mine.add(lockName(runId));
            resolve(() => {
              mine.delete(lockName(runId));
              release();
            });
          }),
      )
      .catch(error => {
        if (!(error instanceof DOMException && error.name === 'TimeoutError')) return reject(error);
        reject(
          new AppError(
            'wrong-state',
            'This run goes on in another tab of this browser',
            'look for it there, or close it',
          ),
        );
      });
  });
}

function lockName(runId: string): string {
  return `lesion-studio-run-${runId}`;
}

async function inDatabase<T>(use: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
  const database = await openDatabase<Schema>('lesion-studio-runs', VERSION, database => {
    database.createObjectStore('runs');
  });
  try {
    return await use(database);
  } finally {
    database.close();
  }
}
