/** Kept runs: deleted and restored, and their weights loaded as models. */
import { AppError } from '../../protocol/errors.ts';
import { modelOfRun } from '../../protocol/kept-runs.ts';
import { runBook, type StoredWeights } from '../../store/run-book.ts';
import { describeModel, type Model } from '../model.ts';
import { importRuns } from './import-runs.ts';
import { describeRun, listRuns, readRun } from './run-records.ts';

/** The commands on the list of runs. `refuse` throws where that very run is active. */
export function keptRunHandlers(refuse: (what: string, runId: string) => void) {
  let lastDeleted: { id: string; record: unknown; weights: StoredWeights | undefined } | null = null;
  return {
    listRuns: () => listRuns(runBook),
    describeRun: ({ runId, name, note }: { readonly runId: string; readonly name: string; readonly note: string }) =>
      describeRun(runBook, runId, name, note),
    importRuns: ({ files }: { readonly files: readonly File[] }) => importRuns(runBook, files),
    async deleteRun({ runId: id }: { readonly runId: string }) {
      refuse('delete it', id);
      const [record, weights] = await Promise.all([runBook.get(id), runBook.weights(id)]);
      await runBook.remove(id);
      lastDeleted = { id, record, weights };
    },
    async restoreRun() {
      if (!lastDeleted)
        throw new AppError('no-model', 'The deleted run is gone', 'its report, if there is one, has its curves');
      await runBook.put(lastDeleted.id, lastDeleted.record, lastDeleted.weights);
      lastDeleted = null;
    },
  };
}

/** The best epoch's weights. Throws AppError 'no-model' where the run or its weights are not there. */
export async function loadKeptRun(id: string): Promise<Model> {
  const [run, weights] = await Promise.all([readRun(runBook, id), runBook.weights(id)]);
  if (!weights || run.bestEpoch === null)
    throw new AppError('no-model', `No weights are kept of ${run.name}`, 'choose another run');
  return { info: describeModel(modelOfRun(run)), weights, seed: run.settings.seed };
}
