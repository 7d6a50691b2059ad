/**
 * Unfinished runs that last: per run a folder of generations, and a pointer in a table.
 * The tab of a running run holds an exclusive lock, so that no other tab continues it.
 */
import { AppError } from '../protocol/errors.ts';
import { Generations, type Pointer } from './generations.ts';
import { openStore, type Store } from './store.ts';
import { CHECKPOINTS } from './table-sets.ts';

const ROOT = 'runs';

/** The run's generations. Only in a worker. */
export async function runGenerations(runId: string): Promise<Generations> {
  return generationsIn(await openStore(), runId);
}

/** The same in a store that is at hand. */
export function generationsIn(store: Store, runId: string): Generations {
  const tables = store.tables(CHECKPOINTS);
  const pointer: Pointer = {
    get: async () => (await tables.get('runs', [runId]))[0],
    set: value =>
      tables.change([
        value === undefined ? { table: 'runs', remove: [runId] } : { table: 'runs', put: [[runId, value]] },
      ]),
  };
  return new Generations(store.root.folder(ROOT).folder(runId), pointer, () => crypto.randomUUID());
}

/** Removes what `runGenerations` keeps of a run, the folder included. */
export async function removeRun(runId: string): Promise<void> {
  const { root, tables } = await openStore();
  await tables(CHECKPOINTS).change([{ table: 'runs', remove: [runId] }]);
  await root.folder(ROOT).remove(runId);
}

/** Checkpoints before the newest, of all unfinished runs but those that go on in other tabs. */
export async function olderCheckpoints(): Promise<{ count: number; bytes: number }> {
  let [count, bytes] = [0, 0];
  for (const runId of await ownRuns()) {
    const folder = (await openStore()).root.folder(ROOT).folder(runId);
    for (const name of await (await runGenerations(runId)).older()) {
      count++;
      bytes += (await folder.open(name))?.size ?? 0;
    }
  }
  return { count, bytes };
}

export async function dropOlderCheckpoints(): Promise<void> {
  for (const runId of await ownRuns()) await (await runGenerations(runId)).dropOlder();
}

async function ownRuns(): Promise<string[]> {
  const { ids, held } = await idsAndLocks();
  return ids.filter(id => !held.has(lockName(id)) || mine.has(lockName(id)));
}

/** Ids of runs with a checkpoint that go on in no tab, and how many go on in another one. */
export async function listRuns(): Promise<{ readonly idle: readonly string[]; readonly elsewhere: number }> {
  const { ids, held } = await idsAndLocks();
  const others = [...held].filter(name => name.startsWith(lockName('')) && !mine.has(name));
  return { idle: ids.filter(id => !held.has(lockName(id))), elsewhere: others.length };
}

/** Locks of runs that this worker holds. */
const mine = new Set<string>();

/** Removes what runs left that ended before their first checkpoint. */
export async function removeStrays(): Promise<void> {
  const { root, tables, locks } = await openStore();
  const folder = root.folder(ROOT);
  const names = await folder.list();
  // In this order: a run takes its lock before it makes its folder, and writes its pointer while it holds it.
  const held = await locks.held();
  const ids = new Set(await tables(CHECKPOINTS).keys('runs'));
  for (const name of names) if (!ids.has(name) && !held.has(lockName(name))) await folder.remove(name);
}

async function idsAndLocks(): Promise<{ ids: string[]; held: Set<string> }> {
  const { tables, locks } = await openStore();
  const ids = await tables(CHECKPOINTS).keys('runs');
  return { ids, held: await locks.held() };
}

/** Pixel caches that unfinished runs need; null where a run of another version of the page cannot say. */
export async function neededCaches(): Promise<string[] | null> {
  const { ids } = await idsAndLocks();
  const needs = await Promise.all(ids.map(async id => (await runGenerations(id)).needs()));
  const known = needs.filter(need => need !== null);
  return known.length === needs.length ? known.flat() : null;
}

/** A tab or worker that has just ended gives its locks back within this time. */
const LOCK_MS = 3000;

/** Holds the run until the returned function is called or the tab is gone. Throws `wrong-state` where another tab has it. */
export async function holdRun(runId: string): Promise<() => void> {
  const { locks } = await openStore();
  try {
    const release = await locks.hold(lockName(runId), 'exclusive', LOCK_MS);
    mine.add(lockName(runId));
    return () => {
      mine.delete(lockName(runId));
      release();
    };
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'TimeoutError')) throw error;
    throw new AppError(
      'wrong-state',
      'This run goes on in another tab of this browser',
      'look for it there, or close it',
    );
  }
}

function lockName(runId: string): string {
  return `lesion-studio-run-${runId}`;
}
