import * as v from 'valibot';
import { cardKey, type TuningStore } from '../../engine/compiled/cards.ts';
import type { Tile } from '../../engine/compiled/questions.ts';
import { tuningRecord } from '../../store/tuning.ts';
import type { Speeds } from './race.ts';

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was stored is parsed as far as it can be without knowing the kernels: a tile that is not on offer is passed over. */
const tuning = v.object({
  version: v.number(),
  cards: v.array(
    v.object({
      gflops: v.pipe(v.number(), v.minValue(0)),
      answers: v.record(
        v.string(),
        v.object({
          tried: v.array(
            v.object({
              tile: v.custom<Tile>(isPlainObject),
              milliseconds: v.nullable(v.pipe(v.number(), v.minValue(0))),
            }),
          ),
          complete: v.boolean(),
        }),
      ),
    }),
  ),
});

/** The compiled engine's measurements, kept in this browser for the adapter. */
export function tuningStore(device: GPUDevice): TuningStore {
  const record = tuningRecord(cardKey(device));
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
