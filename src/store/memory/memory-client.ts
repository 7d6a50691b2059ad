/** The memory worker (memory-server.ts) as tables and locks, from a worker that has a port to it. */
import * as v from 'valibot';
import type { Locks } from '../locks.ts';
import type { TableSet, Tables } from '../tables.ts';
import { type MemoryRequest, numberedReply } from './memory-messages.ts';

export interface Memory {
  tables(set: TableSet): Tables;
  readonly locks: Locks;
  /** Everything that anybody keeps there. */
  clear(): Promise<void>;
}

/** A name that somebody else has is asked for again after this time. */
const AGAIN_MS = 50;
/** A worker that answers for so long no more has probably run out of memory. */
const PATIENCE_MS = 60_000;

export function openMemory(port: MessagePort): Memory {
  let last = 0;
  const waiting = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>();
  port.onmessage = ({ data }: MessageEvent) => {
    const { number, value, failed } = v.parse(numberedReply, data);
    const asked = waiting.get(number);
    waiting.delete(number);
    if (failed === undefined) asked?.resolve(value);
    else asked?.reject(new Error(failed));
  };
  const ask = async <T>(request: MemoryRequest): Promise<T> => {
    const number = ++last;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        waiting.set(number, { resolve: value => resolve(value as T), reject });
        timer = setTimeout(() => reject(new Error('the page’s memory gives no answer')), PATIENCE_MS);
        port.postMessage({ number, request });
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(number);
    }
  };
  const take: Locks['take'] = async (name, mode) => {
    if (!(await ask<boolean>({ type: 'take', name, mode }))) return undefined;
    let held = true;
    return () => {
      if (held) void ask({ type: 'release', name });
      held = false;
    };
  };
  return {
    tables: ({ name }) => ({
      get: (table, keys) => ask({ type: 'get', table: `${name}/${table}`, keys: [...keys] }),
      all: table => ask({ type: 'all', table: `${name}/${table}` }),
      keys: (table, prefix = '') => ask({ type: 'keys', table: `${name}/${table}`, prefix }),
      async change(changes) {
        await ask({
          type: 'change',
          changes: changes.map(({ table, remove, removeUnder, put }) => ({
            table: `${name}/${table}`,
            remove: remove && [...remove],
            removeUnder: removeUnder && [...removeUnder],
            put: put?.map(([key, value]) => [key, value]),
          })),
        });
      },
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
      held: async () => new Set(await ask<string[]>({ type: 'held' })),
    },
    clear: () => ask({ type: 'clear' }),
  };
}
