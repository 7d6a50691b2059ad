/** The list of runs: what the worker's book says, and the commands that change it. */
import type { Triptych } from '../../protocol/triptych.ts';
import { action, type Refuses } from '../action.ts';
import type { Context } from '../context.ts';
import { noData, runGoingOn, running, runUsesModel } from '../refusals.ts';
import { adoptModel } from './model-actions.ts';

export async function listKeptRuns({ set, ask }: Context): Promise<void> {
  set({ keptRuns: await ask.library.listRuns() });
}

const noWeights = {
  code: 'no-model',
  happened: 'No weights are kept of this run',
  remedy: 'choose another one',
} as const;

const refusesLoading: Refuses<[runId: string]> = (state, runId) => {
  const found = state.keptRuns.runs.find(({ id }) => id === runId);
  return runUsesModel(state) ?? (found?.bytes === 0 ? noWeights : null);
};

/** A run that goes on would only be written again. */
const refusesDeleting: Refuses<[runId: string]> = (state, runId) =>
  runGoingOn(state) && state.run?.id === runId ? running(state) : null;

export function createKeptRunActions(context: Context) {
  const { get, set, ask, attempt } = context;
  return {
    /** Gives a kept run a name and a note; true once it has them. */
    describeRun: (runId: string, name: string, note: string) =>
      attempt(async () => {
        await ask.library.describeRun({ runId, name, note });
        await listKeptRuns(context);
        return true;
      }, false),
    deleteRun: action(
      context,
      refusesDeleting,
      async (runId: string) => {
        const name = get().keptRuns.runs.find(({ id }) => id === runId)?.name ?? runId;
        await ask.library.deleteRun({ runId });
        await listKeptRuns(context);
        set({ message: `Deleted the run “${name}”`, deletedRun: name });
      },
      undefined,
    ),
    /** Reports and models from elsewhere, as runs to compare. */
    importRuns: (files: readonly File[]) =>
      attempt(async () => {
        const { runs, weights } = await ask.library.importRuns({ files: [...files] });
        await listKeptRuns(context);
        set({ message: `Imported ${runs} run${runs === 1 ? '' : 's'}, ${weights} with weights` });
      }, undefined),
    restoreRun: () =>
      attempt(async () => {
        await ask.library.restoreRun();
        await listKeptRuns(context);
        set({ message: `The run “${get().deletedRun}” is back`, deletedRun: null });
      }, undefined),
    /** Makes a kept run's best weights the current model. */
    loadRun: action(
      context,
      refusesLoading,
      async (runId: string) => adoptModel(context, await ask.library.loadRun({ runId })),
      undefined,
    ),
    /** What a kept run's best weights make of these images of the data set; null where that failed (a problem is shown). */
    runPictures: action(
      context,
      (state, _runId?: string, _ids?: readonly string[]) => running(state) ?? noData(state),
      async (runId: string, ids: readonly string[]): Promise<readonly Triptych[] | null> => {
        const { dataset } = get();
        const pictures: Triptych[] = [];
        for (const id of ids) {
          const index = dataset?.ids.indexOf(id) ?? -1;
          if (dataset && index >= 0) pictures.push(await ask.library.runPicture({ runId, dataset, index }));
        }
        return pictures;
      },
      null,
    ),
  };
}
