/** The list of runs: what the worker's book says, and the commands that change it. */
import * as v from 'valibot';
import type { StoreApi } from 'zustand/vanilla';
import type { Client } from '../../protocol/client.ts';
import { AppError } from '../../protocol/errors.ts';
import { keptRuns } from '../../protocol/kept-runs.ts';
import { augmentedPair, modelInfo, type TrainingCommand, type Triptych, triptych } from '../../protocol/run.ts';
import type { Studio } from '../studio.ts';

const nothing = v.unknown();

/** Pairs that a look at the augmentation shows. */
const PREVIEWED = 4;

export interface KeptRunContext {
  readonly get: StoreApi<Studio>['getState'];
  readonly set: StoreApi<Studio>['setState'];
  readonly training: Client<TrainingCommand>;
  readonly attempt: <T>(action: () => Promise<T>, otherwise: T) => Promise<T>;
  /** The current model is another one now. */
  readonly adopted: () => Promise<void>;
}

export function createKeptRunActions({ get, set, training, attempt, adopted }: KeptRunContext) {
  const list = async () => set({ keptRuns: await training.ask({ type: 'keptRuns' }, keptRuns) });
  return {
    list,
    actions: {
      previewAugmentation: (epoch: number) =>
        attempt(async () => {
          const { dataset, currentSplit, settings } = get();
          if (!dataset || !currentSplit)
            throw new AppError('dataset-missing', 'There is no data set yet', 'load one first');
          const places = currentSplit.train.slice(0, PREVIEWED);
          return training.ask({ type: 'augmented', dataset, places, settings, epoch }, v.array(augmentedPair));
        }, null),
      describeRun: (runId: string, name: string, note: string) =>
        attempt(async () => {
          await training.ask({ type: 'describeRun', runId, name, note }, nothing);
          await list();
          return true;
        }, false),
      deleteRun: (runId: string) =>
        attempt(async () => {
          const name = get().keptRuns.runs.find(({ id }) => id === runId)?.name ?? runId;
          await training.ask({ type: 'deleteKeptRun', runId }, nothing);
          await list();
          set({ message: `Deleted the run “${name}”`, deletedRun: name });
        }, undefined),
      restoreRun: () =>
        attempt(async () => {
          await training.ask({ type: 'restoreKeptRun' }, nothing);
          await list();
          set({ message: `The run “${get().deletedRun}” is back`, deletedRun: null });
        }, undefined),
      loadRun: (runId: string) =>
        attempt(async () => {
          const model = await training.ask({ type: 'loadKeptRun', runId }, modelInfo);
          set({ model, message: `Loaded ${model.origin}` });
          await adopted();
        }, undefined),
      runPictures: (runId: string, ids: readonly string[]) =>
        attempt(async () => {
          const { dataset } = get();
          if (!dataset) throw new AppError('dataset-missing', 'There is no data set yet', 'load the runs’ data set');
          const pictures: Triptych[] = [];
          for (const id of ids) {
            const index = dataset.ids.indexOf(id);
            if (index >= 0) pictures.push(await training.ask({ type: 'runPicture', runId, dataset, index }, triptych));
          }
          return pictures;
        }, null),
    },
  };
}
