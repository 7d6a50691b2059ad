/** Tables that last as long as the thread that has them. */
import type { Tables } from '../tables.ts';

export function memoryTables(): Tables & { clear(): void } {
  const all = new Map<string, Map<string, unknown>>();
  const named = (table: string): Map<string, unknown> => {
    const found = all.get(table) ?? new Map<string, unknown>();
    all.set(table, found);
    return found;
  };
  return {
    get: async (table, keys) => keys.map(key => named(table).get(key)),
    all: async table => [...named(table).values()],
    keys: async (table, prefix = '') => [...named(table).keys()].filter(key => key.startsWith(prefix)).sort(),
    async change(changes) {
      for (const { table, remove = [], removeUnder = [], put = [] } of changes) {
        const values = named(table);
        for (const key of remove) values.delete(key);
        if (removeUnder.length > 0)
          for (const key of [...values.keys()])
            if (removeUnder.some(prefix => key.startsWith(prefix))) values.delete(key);
        for (const [key, value] of put) values.set(key, value);
      }
    },
    clear: () => all.clear(),
  };
}
