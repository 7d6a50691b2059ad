import * as v from 'valibot';
import type { Tuning, TuningStore } from '../../engine/compiled/tuning.ts';
import { tuningRecord } from '../../store/tuning.ts';
import type { Speeds } from './race.ts';

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

const speeds = v.record(v.string(), v.object({ gpu: v.number(), cpu: v.optional(v.number()) }));

/** How fast this adapter and so many threads were, by settings. Another version of the page measures anew. */
export function speedStore({ vendor, architecture, description }: GPUAdapterInfo, threads: number) {
  const record = tuningRecord(`speeds ${__APP_VERSION__} ${vendor}/${architecture}/${description} ${threads}`);
  const all = async () => {
    const parsed = v.safeParse(speeds, await record.load());
    return parsed.success ? parsed.output : {};
  };
  return {
    load: async (key: string): Promise<Speeds | undefined> => (await all())[key],
    save: async (key: string, found: Speeds) => record.save({ ...(await all()), [key]: found }),
  };
}
