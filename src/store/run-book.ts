/**
 * What is known of every run that was made here: a record of settings, curves and results, and the best weights, each in IndexedDB.
 * A record is written whole or not at all. What a record means, and its version, is protocol/kept-runs.ts's.
 */
import type { DBSchema, IDBPDatabase } from 'idb';
import { openDatabase } from './database.ts';

export const RUN_BOOK = 'lesion-studio-run-book';

export type StoredWeights = ReadonlyMap<string, Float32Array>;

interface Schema extends DBSchema {
  /** By the run's id. */
  records: { key: string; value: unknown };
  weights: { key: string; value: StoredWeights };
}

/** SCHEMA: raise it when the stores change. */
const VERSION = 1;

export interface RunBook {
  list(): Promise<unknown[]>;
  get(id: string): Promise<unknown>;
  /** Weights are left as they are where none are given. */
  put(id: string, record: unknown, weights?: StoredWeights): Promise<void>;
  weights(id: string): Promise<StoredWeights | undefined>;
  /** The record without its weights, in one change. */
  putWithoutWeights(id: string, record: unknown): Promise<void>;
  remove(id: string): Promise<void>;
}

export const runBook: RunBook = {
  list: () => inDatabase(database => database.getAll('records')),
  get: id => inDatabase<unknown>(database => database.get('records', id)),
  put: (id, record, weights) =>
    inDatabase(async database => {
      const change = database.transaction(['records', 'weights'], 'readwrite');
      await Promise.all([
        change.objectStore('records').put(record, id),
        weights && change.objectStore('weights').put(weights, id),
        change.done,
      ]);
    }),
  weights: id => inDatabase(database => database.get('weights', id)),
  putWithoutWeights: (id, record) =>
    inDatabase(async database => {
      const change = database.transaction(['records', 'weights'], 'readwrite');
      await Promise.all([
        change.objectStore('records').put(record, id),
        change.objectStore('weights').delete(id),
        change.done,
      ]);
    }),
  remove: id =>
    inDatabase(async database => {
      const change = database.transaction(['records', 'weights'], 'readwrite');
      await Promise.all([
        change.objectStore('records').delete(id),
        change.objectStore('weights').delete(id),
        change.done,
      ]);
    }),
};

async function inDatabase<T>(use: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
  const database = await openDatabase<Schema>(RUN_BOOK, VERSION, database => {
    database.createObjectStore('records');
    database.createObjectStore('weights');
  });
  try {
    return await use(database);
  } finally {
    database.close();
  }
}
