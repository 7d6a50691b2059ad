/** The data set of an earlier visit: remembered as it is used, offered on the next visit, and taken up again without its files. */
import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import { preparationOf, samePreparation } from '../../protocol/preparation.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { showModel } from '../library/model-pictures.ts';
import { tellAddress } from '../tell-address.ts';
import { refusesReading } from './reading.ts';

/** From now on what is loaded and how it is divided is remembered, whoever changes it. */
export function rememberAsUsed({ get, subscribe, ask, attempt }: Context): void {
  let told: readonly [DatasetSummary | null, Split | null] = [null, null];
  subscribe(() => {
    const { dataset, currentSplit } = get();
    if (dataset === told[0] && currentSplit === told[1]) return;
    told = [dataset, currentSplit];
    if (!dataset || !currentSplit) return;
    void attempt(() => ask.library.rememberData({ cacheId: dataset.cacheId, split: currentSplit }), undefined);
  });
}

export async function findLastData({ set, ask }: Context): Promise<void> {
  set({ lastData: await ask.library.lastData() });
}

export function createLastDataActions(context: Context) {
  const { get, set, ask } = context;
  return {
    /** The settings follow the kept pixels, which cannot be made anew without their files. */
    useLastData: action(
      context,
      refusesReading,
      async () => {
        set({ ingest: { phase: 'listing', done: 0, total: 0 }, message: null, maskQuestion: null, asksPairing: false });
        try {
          const { dataset, split } = await ask.data.takeLast();
          const { settings } = get();
          const follows = !samePreparation(settings, dataset);
          set({
            ...{ dataset, datasetAsRead: null, currentSplit: split },
            split: { seed: split.seed, ratios: split.ratios },
            ...(follows && {
              settings: { ...settings, ...preparationOf(dataset) },
              message: `Image size is ${dataset.size} now, as the kept images are`,
            }),
          });
          tellAddress(context);
        } finally {
          set({ ingest: null });
        }
        await showModel(context);
      },
      undefined,
    ),
  };
}
