import * as v from 'valibot';
import type { Tuning, TuningStore } from '../../engine/compiled/tuning.ts';
import { tuningRecord } from '../../store/tuning.ts';

/** What was stored is parsed as far as it can be without knowing the kernels: a tile that is not on offer is passed over. */
const tuning = v.object({
  version: v.number(),
  adapter: v.string(),
  tiles: v.custom<Tuning['tiles']>(value => typeof value === 'object' && value !== null && !Array.isArray(value)),
});

/** The compiled engine's measurements, kept in this browser for the adapter. */
export function tuningStore({ vendor, architecture, description }: GPUAdapterInfo): TuningStore {
  const record = tuningRecord(`${vendor}/${architecture}/${description}`);
  return {
    async load() {
      const parsed = v.safeParse(tuning, await record.load());
      return parsed.success ? parsed.output : undefined;
    },
    save: value => record.save(value),
  };
}
