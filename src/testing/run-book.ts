import type { RunBook, StoredWeights } from '../store/run-book.ts';

/** A book in memory. `failing` makes each write fail with what it returns. */
export function memoryBook(failing: () => unknown = () => undefined) {
  const records = new Map<string, unknown>();
  const weights = new Map<string, StoredWeights>();
  const puts: string[] = [];
  const book: RunBook = {
    list: async () => [...records.values()],
    get: async id => records.get(id),
    put: async (id, record, given) => {
      // As a disk does, it takes its time.
      await new Promise(resolve => setTimeout(resolve, 1));
      const error = failing();
      if (error) throw error;
      puts.push(id);
      records.set(id, structuredClone(record));
      if (given) weights.set(id, given);
    },
    weights: async id => weights.get(id),
    putWithoutWeights: async (id, record) => {
      records.set(id, structuredClone(record));
      weights.delete(id);
    },
    remove: async id => {
      records.delete(id);
      weights.delete(id);
    },
  };
  return { book, records, weights, puts };
}
