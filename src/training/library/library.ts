/** What is kept, as the page asks for it: runs, models, and the room that they take. */
import type { ColumnHandlers } from '../../protocol/contract.ts';
import type { DatasetSummary } from '../../protocol/dataset.ts';
import type { Masking } from '../../protocol/inference.ts';
import type { library } from '../../protocol/library.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import { PLAIN } from '../../protocol/scores.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { findReview, keepReview } from '../../store/kept-review.ts';
import { findLastData, rememberData } from '../../store/last-data.ts';
import { openStore } from '../../store/store.ts';
import type { CurrentModel, Model } from '../model.ts';
import { ensembleOfModels } from './ensembles.ts';
import { keptRunHandlers, loadKeptRun } from './kept-runs.ts';
import { modelHandlers } from './models.ts';
import { cleanUp, reportCleanup } from './storage-cleanup.ts';

/** The threshold at which kept runs are compared, whatever each was tested at. */
const COMPARED_AT = 0.5;

export interface LibraryOptions {
  readonly model: CurrentModel;
  /** Throws AppError 'wrong-state' where a run has the GPU; with an id where that very run goes on. */
  readonly refuseWhileRunning: (what: string, runId?: string) => void;
  readonly picture: (
    args: Masking & { readonly dataset: DatasetSummary; readonly index: number },
    model: Model,
  ) => Promise<Triptych>;
  readonly masksBy: (
    dataset: DatasetSummary,
    parts: readonly { readonly model: () => Promise<Model>; readonly places: readonly number[] }[],
    threshold: number,
  ) => Promise<Uint8Array<ArrayBuffer>>;
}

export function libraryHandlers({
  model,
  refuseWhileRunning,
  picture,
  masksBy,
}: LibraryOptions): ColumnHandlers<typeof library> {
  const adopt = (loaded: Model): ModelInfo => {
    refuseWhileRunning('load a model');
    model.set(loaded);
    return loaded.info;
  };
  return {
    ...keptRunHandlers(refuseWhileRunning),
    loadRun: async ({ runId }) => adopt(await loadKeptRun(runId)),
    loadEnsemble: async ({ runIds }) => adopt(ensembleOfModels(await Promise.all(runIds.map(loadKeptRun)))),
    runPicture: async ({ runId, dataset, index }) =>
      picture({ dataset, index, threshold: COMPARED_AT, refinements: PLAIN }, await loadKeptRun(runId)),
    runMasks: ({ dataset, parts }) =>
      masksBy(
        dataset,
        parts.map(({ runId, places }) => ({ model: () => loadKeptRun(runId), places })),
        COMPARED_AT,
      ),
    ...modelHandlers(model, adopt),
    storagePlace: async () => (await openStore()).place,
    rememberData: ({ cacheId, split }) => rememberData(cacheId, split),
    async lastData() {
      const last = await findLastData();
      return last && { pairs: last.dataset.ids.length, source: last.dataset.source };
    },
    keepReview: ({ review }) => keepReview(review),
    keptReview: ({ dataset }) => findReview(dataset),
    cleanupReport: reportCleanup,
    cleanUp: ({ kinds }) => cleanUp(kinds),
  };
}
