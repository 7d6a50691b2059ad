/** What was measured of kernels on this browser's adapters: small records in IndexedDB, by adapter. Losing them costs time only. */
import type { DBSchema } from 'idb';
import { openDatabase } from './database.ts';

interface Schema extends DBSchema {
  /** Whatever the engine gave to be kept. */
  tuning: { key: string; value: unknown };
}

/** SCHEMA: raise it when the stores change. What the records mean is the engine's business, which puts its version in them. */
const VERSION = 1;

/** Keeps one record under the adapter's name. A browser without IndexedDB keeps nothing. */
export function tuningRecord(adapter: string): { load(): Promise<unknown>; save(value: unknown): Promise<void> } {
  const withDatabase = async <T>(use: (database: Awaited<ReturnType<typeof open>>) => Promise<T>) => {
    const database = await open();
    try {
      return await use(database);
    } finally {
      database.close();
    }
  };
  return {
    load: () => withDatabase(database => database.get('tuning', adapter)).catch(() => undefined),
    save: value => withDatabase(database => database.put('tuning', value, adapter)).then(forget, forget),
  };
}

/** Not kept: it will be measured again. */
function forget(): void {}

function open() {
  return openDatabase<Schema>('lesion-studio-tuning', VERSION, database => {
    database.createObjectStore('tuning');
  });
}
