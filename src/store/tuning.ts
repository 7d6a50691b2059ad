/** What was measured of kernels on this browser's adapters: small records by adapter. Losing them costs time only. */
import { openStore } from './store.ts';
import { TUNING } from './table-sets.ts';

/** Keeps one record under the adapter's name. What it means is the engine's business, which puts its version in it. */
export function tuningRecord(adapter: string): { load(): Promise<unknown>; save(value: unknown): Promise<void> } {
  const tables = async () => (await openStore()).tables(TUNING);
  return {
    load: async () => {
      try {
        return (await (await tables()).get('tuning', [adapter]))[0];
      } catch {
        return undefined;
      }
    },
    save: async value => {
      try {
        await (await tables()).change([{ table: 'tuning', put: [[adapter, value]] }]);
      } catch {
        // Not kept: it will be measured again.
      }
    },
  };
}
