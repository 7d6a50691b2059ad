/** The data set read, and read again as settings or a model need it. */
import { type DatasetSummary, type Split, sameImages } from '../../protocol/dataset.ts';
import { AppError, type ErrorCode } from '../../protocol/errors.ts';
import { type Preparation, preparationOf, samePreparation } from '../../protocol/preparation.ts';
import type { Ask } from '../../protocol/workers.ts';
import { refuse } from '../action.ts';
import type { Context } from '../context.ts';
import { firstEpochs } from '../first-settings.ts';
import { showModel } from '../library/model-pictures.ts';
import { anyOf, noData, reading, runUsesData } from '../refusals.ts';
import { tellAddress } from '../tell-address.ts';

export const refusesReading = anyOf(reading, runUsesData);

export function askSplit({ get, ask }: Context): Promise<Split> {
  return ask.data.split(get().split);
}

/** As the workers are told it. */
export function readingOf({ get }: Context, wanted: Preparation = get().settings) {
  const { megapixels, handPairing } = get();
  return { preparation: preparationOf(wanted), megapixels, ...(handPairing && { pairing: handPairing }) };
}

/** The same files once more, with masks read as they were. */
export function readingAgain(context: Context, wanted?: Preparation) {
  const maskReading = context.get().dataset?.maskReading;
  return { ...readingOf(context, wanted), ...(maskReading ? { maskReading } : {}) };
}

const ofFiles = new Set<ErrorCode>([
  ...(['not-a-zip', 'empty-archive', 'no-pairs', 'too-few-pairs', 'unusable-pairs', 'unreadable-file'] as const),
]);

/** The data set that `read` gives, without the pairs of `leftOut`; the one that was there stays until the new one is whole. */
export async function load(
  context: Context,
  read: (data: Ask['data']) => Promise<DatasetSummary>,
  leftOut: readonly string[] = [],
): Promise<void> {
  const { get, set, ask } = context;
  refuse(refusesReading(get()));
  set(({ problems }) => ({
    ...{ ingest: { phase: 'listing', done: 0, total: 0 }, message: null, maskQuestion: null },
    // What was wrong with the files before is no news beside what is wrong with these.
    problems: problems.filter(({ error }) => !ofFiles.has(error.code)),
  }));
  try {
    const datasetAsRead = await read(ask.data);
    // What the worker holds, should the rest fail.
    let dataset = datasetAsRead;
    // Reading the names of ten thousand images is one task, and what follows from them another.
    await new Promise(resolve => setTimeout(resolve));
    const before = get();
    // A split from a file stays with its data set at another size.
    try {
      if (leftOut.length > 0) dataset = await ask.data.leaveOut({ ids: [...leftOut] });
      const same = before.dataset !== null && sameImages(dataset, before.dataset);
      const given = same && before.currentSplit?.file !== undefined ? before.currentSplit : null;
      // Shown together with its split, so that nothing acts on half of it.
      const currentSplit = given ?? (await askSplit(context));
      set({ dataset, datasetAsRead, currentSplit });
      firstOf(context, currentSplit);
    } catch (thrown) {
      set({ dataset, datasetAsRead, currentSplit: null });
      throw thrown;
    }
  } finally {
    set({ ingest: null });
  }
  await showModel(context);
}

/** As many epochs as so many images call for, where nobody has set anything yet. */
function firstOf(context: Context, { train }: Split): void {
  const { get, set } = context;
  if (!get().settingsAreFirst) return;
  set(({ settings }) => ({ settings: { ...settings, epochs: firstEpochs(train.length) } }));
  tellAddress(context);
}

/** The same files in another way: what was left out stays so. */
export function readAgain(context: Context, read: (data: Ask['data']) => Promise<DatasetSummary>): Promise<void> {
  return load(context, read, context.get().dataset?.leftOut);
}

/** The data set in that preparation, read again where it has another, with its split. */
export async function prepared(
  context: Context,
  wanted: Preparation,
): Promise<{ dataset: DatasetSummary; split: Split }> {
  const { get } = context;
  refuse(noData(get()));
  const { dataset: found } = get();
  if (found && !samePreparation(found, wanted))
    await readAgain(context, data => data.prepare(readingAgain(context, wanted)));
  const { dataset, currentSplit } = get();
  if (!dataset || !currentSplit) throw new AppError('dataset-missing', 'The data set is not split', 'set other shares');
  return { dataset, split: currentSplit };
}
