/** The memory worker (memory-server.ts) as tables and locks, from a worker that has a port to it. */
import { createClient } from '../../protocol/client.ts';
import { portWorker } from '../../protocol/port.ts';
import type { Locks } from '../locks.ts';
import type { TableSet, Tables } from '../tables.ts';
import { memoryContract } from './memory-contract.ts';

export interface Memory {
  tables(set: TableSet): Tables;
  readonly locks: Locks;
  /** Everything that anybody keeps there. */
  clear(): Promise<void>;
}

/** A name that somebody else has is asked for again after this time. */
const AGAIN_MS = 50;

export function openMemory(port: MessagePort): Memory {
  // It sends nothing by itself, and its end is the page's.
  const memory = createClient(() => portWorker(port), memoryContract, { onEvent: () => {}, onFailure: () => {} });
  const take: Locks['take'] = async (name, mode) => {
    if (!(await memory.locks.take({ name, mode }))) return undefined;
    let held = true;
    return () => {
      if (held) void memory.locks.release({ name });
      held = false;
    };
  };
  return {
    tables: ({ name }) => ({
      get: (table, keys) => memory.tables.get({ table: `${name}/${table}`, keys: [...keys] }),
      all: table => memory.tables.all({ table: `${name}/${table}` }),
      keys: (table, prefix = '') => memory.tables.keys({ table: `${name}/${table}`, prefix }),
      change: changes =>
        memory.tables.change({
          changes: changes.map(({ table, remove = [], removeUnder = [], put = [] }) => ({
            table: `${name}/${table}`,
            remove: [...remove],
            removeUnder: [...removeUnder],
            put: put.map(([key, value]) => [key, value]),
          })),
        }),
    }),
    locks: {
      take,
      async hold(name, mode, patience = Number.POSITIVE_INFINITY) {
        for (let waited = 0; ; waited += AGAIN_MS) {
          const release = await take(name, mode);
          if (release) return release;
          if (waited >= patience) throw new DOMException(`${name} is held by another`, 'TimeoutError');
          await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
        }
      },
      held: async () => new Set(await memory.locks.held()),
    },
    clear: () => memory.tables.clear(),
  };
}
