/** The data set: read from files or drawn, prepared as settings or a model need it, divided into parts. */
import * as v from 'valibot';
import type { StoreApi } from 'zustand/vanilla';
import { readSplit, writeSplit } from '../../formats/split-file.ts';
import type { Client } from '../../protocol/client.ts';
import { type IngestCommand, megapixelRange, type SourceFile } from '../../protocol/data.ts';
import { type DatasetSummary, datasetSummary, type SplitRatios, split as splitSchema } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import { type Preparation, preparationOf, samePreparation } from '../../protocol/preparation.ts';
import { runIsActive } from '../run/run-events.ts';
import type { Studio, StudioState } from '../studio.ts';

const nothing = v.unknown();
const DEMO_SEED = 1;

/** Ids of a million images. Read as a whole, a large archive chosen by mistake would fill the memory. */
const LARGEST_SPLIT = 64 * 1024 * 1024;

export interface DatasetContext {
  readonly get: StoreApi<Studio>['getState'];
  readonly set: StoreApi<Studio>['setState'];
  readonly ingest: Client<IngestCommand>;
  readonly attempt: <T>(action: () => Promise<T>, otherwise: T) => Promise<T>;
  /** Pairs that `Use demo data` draws. */
  readonly demoPairs: number;
  /** Other images are there, or other ones are held out. */
  readonly changed: () => Promise<void>;
  /** The split is set otherwise. */
  readonly told: () => void;
}

export function createDatasetActions({ get, set, ingest, attempt, demoPairs, changed, told }: DatasetContext) {
  const askSplit = () => ingest.ask({ type: 'split', ...get().split }, splitSchema);
  /** Sends an ingest command; the data set that was there stays until the new one is whole. */
  const load = async (command: IngestCommand): Promise<void> => {
    if (get().ingest) throw new AppError('wrong-state', 'Files are being read already', 'wait, or press Cancel first');
    const { run } = get();
    if (run && runIsActive(run.state))
      throw new AppError('wrong-state', 'A run is using the data set', 'stop the run before loading other files');
    set({ ingest: { phase: 'listing', done: 0, total: 0 }, message: null });
    try {
      const dataset = await ingest.ask(command, datasetSummary);
      // Reading the names of ten thousand images is one task, and what follows from them another.
      await new Promise(resolve => setTimeout(resolve));
      const before = get();
      const other = dataset.hash !== before.dataset?.hash;
      const fresh = { dataset, currentSplit: null, ...(other ? { testOutcome: null, modelPictures: [] } : {}) };
      // A split from a file stays with its data set at another size.
      const given = !other && before.currentSplit?.file !== undefined ? before.currentSplit : null;
      try {
        // Shown together with its split, so that nothing acts on half of it.
        set({ ...fresh, currentSplit: given ?? (await askSplit()) });
      } catch (thrown) {
        set(fresh);
        throw thrown;
      }
    } finally {
      set({ ingest: null });
    }
    await changed();
  };
  const reading = (wanted: Preparation = get().settings) => ({
    preparation: preparationOf(wanted),
    megapixels: get().megapixels,
  });
  const ready = async (
    wanted: Preparation,
  ): Promise<{ dataset: DatasetSummary; split: NonNullable<StudioState['currentSplit']> }> => {
    const { dataset: found } = get();
    if (!found) throw new AppError('dataset-missing', 'There is no data set yet', 'drop a zip or use the demo data');
    if (!samePreparation(found, wanted)) await load({ type: 'prepare', ...reading(wanted) });
    const { dataset, currentSplit } = get();
    if (!dataset || !currentSplit)
      throw new AppError('dataset-missing', 'The data set is not split', 'set other shares');
    return { dataset, split: currentSplit };
  };

  return {
    /** The data set in that preparation, read again where it has another, with its split. */
    ready,
    actions: {
      useFiles: (files: readonly SourceFile[]) =>
        attempt(() => load({ type: 'ingest', files: [...files], ...reading() }), undefined),
      useDemoData: () =>
        attempt(() => load({ type: 'demo', count: demoPairs, seed: DEMO_SEED, ...reading() }), undefined),
      changeMegapixels(value: number) {
        const { least, most } = megapixelRange;
        if (!(value >= least && value <= most)) return `${least} to ${most}`;
        set({ megapixels: value });
        return null;
      },
      cancelIngest() {
        void attempt(() => ingest.ask({ type: 'cancel' }, nothing), undefined);
      },
      exportSplit() {
        const { dataset, currentSplit } = get();
        if (!dataset || !currentSplit) return null;
        const blob = new Blob([writeSplit(dataset, currentSplit)], { type: 'application/json' });
        return { name: 'lesion-studio-split.json', blob };
      },
      importSplit: (file: File) =>
        attempt(async () => {
          const { dataset, ingest: reading, run } = get();
          if (!dataset || reading || (run && runIsActive(run.state)))
            throw new AppError(
              'wrong-state',
              'A split needs a data set that is not in use',
              'load one, or stop the run',
            );
          if (file.size > LARGEST_SPLIT)
            throw new AppError(
              'bad-split',
              `${file.name} has ${file.size} bytes, more than any split file`,
              'choose a file that Export split made',
            );
          const { split, leftOut, divided } = readSplit(await file.text(), file.name, dataset);
          const notes = [
            leftOut > 0 ? `${leftOut} pairs are in no part` : '',
            divided > 0 ? `${divided} groups of equal images are divided among parts` : '',
          ].filter(Boolean);
          set({ currentSplit: split, message: [`Split as in ${file.name}`, ...notes].join('; ') });
          await changed();
        }, undefined),
      changeSplit: (change: { seed?: number; ratios?: SplitRatios }) =>
        attempt(async () => {
          const before = get().split;
          set({ split: { ...before, ...change } });
          try {
            if (get().dataset && !get().ingest) set({ currentSplit: await askSplit() });
          } catch (thrown) {
            set({ split: before });
            throw thrown;
          }
          told();
        }, undefined),
    },
  };
}
