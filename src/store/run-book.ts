/**
 * What is known of every run that was made here: a record of settings, curves and results, and the best weights, each in a table.
 * A record is written whole or not at all. What a record means, and its version, is protocol/kept-runs.ts's.
 */
import { openStore } from './store.ts';
import { RUN_BOOK } from './table-sets.ts';
import type { Tables } from './tables.ts';

export type StoredWeights = ReadonlyMap<string, Float32Array>;

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
  list: async () => (await tables()).all('records'),
  get: async id => (await (await tables()).get('records', [id]))[0],
  put: async (id, record, weights) =>
    (await tables()).change([
      { table: 'records', put: [[id, record]] },
      ...(weights ? [{ table: 'weights', put: [[id, weights]] as const }] : []),
    ]),
  weights: async id => (await (await tables()).get('weights', [id]))[0] as StoredWeights | undefined,
  putWithoutWeights: async (id, record) =>
    (await tables()).change([
      { table: 'records', put: [[id, record]] },
      { table: 'weights', remove: [id] },
    ]),
  remove: async id =>
    (await tables()).change([
      { table: 'records', remove: [id] },
      { table: 'weights', remove: [id] },
    ]),
};

async function tables(): Promise<Tables> {
  return (await openStore()).tables(RUN_BOOK);
}
