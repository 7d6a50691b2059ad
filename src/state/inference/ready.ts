/** What a test needs before it can be asked for: the model, its data set, and the split that its run held out. */
import { type DatasetSummary, type Split, sameImages } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { knownThreshold, type ModelInfo } from '../../protocol/model.ts';
import type { Refinements } from '../../protocol/scores.ts';
import { refuse } from '../action.ts';
import type { Context } from '../context.ts';
import { splitOfFold } from '../data/folds.ts';
import { prepared } from '../data/reading.ts';
import { subsetOf } from '../data/subsets.ts';
import { noModel } from '../refusals.ts';

/** Throws AppError 'no-model'. */
export function modelAtHand({ get }: Context): ModelInfo {
  refuse(noModel(get()));
  return get().model as ModelInfo;
}

/** The data set with the split of the run that made the model, where that is known, whatever the split is set to by now. */
export async function preparedFor(
  context: Context,
  model: ModelInfo,
): Promise<{ dataset: DatasetSummary; split: Split }> {
  const { get } = context;
  const { dataset, split } = await prepared(context, model);
  const { run, keptRuns } = get();
  if (run && model.runId === run.id && sameImages(run.dataset, dataset)) return { dataset, split: run.split };
  const kept = keptRuns.runs.find(({ id }) => id === model.keptRun);
  if (!kept || !sameImages(kept.dataset, dataset)) return { dataset, split };
  return { dataset, split: await splitOfRun(context, kept, { dataset, split }) };
}

/**
 * The division that a kept run of this data set was trained with, made again. Throws AppError 'wrong-state' where masks or the imported split are
 * others by now.
 */
export async function splitOfRun(
  context: Pick<Context, 'ask'>,
  kept: KeptRun,
  { dataset, split }: { readonly dataset: DatasetSummary; readonly split: Split },
): Promise<Split> {
  const { seed, ratios, file, fold, subset } = kept.split;
  // Folds are dealt by the sizes of the lesions, which corrected masks have changed.
  if (fold && kept.dataset.hash === dataset.hash) {
    const aside = fold.aside ? (await dividedAs(context, kept, split)).test : undefined;
    return splitOfFold(dataset, fold, { seed, ratios, file, aside });
  }
  if (fold)
    throw new AppError(
      'wrong-state',
      `Masks were changed since ${kept.name} was trained on its fold`,
      'press Score all pairs',
    );
  const whole = await dividedAs(context, kept, split);
  return subset ? subsetOf(dataset, whole, subset) : whole;
}

/** The division of the data set at hand by seed and shares, or the present one where that is from the same file. Throws AppError 'wrong-state'. */
export async function dividedAs(
  { ask }: Pick<Context, 'ask'>,
  {
    name,
    split: { seed, ratios, file },
  }: { readonly name: string; readonly split: Omit<Split, 'train' | 'validation' | 'test'> },
  present: Split,
): Promise<Split> {
  if (file === undefined) return ask.data.split({ seed, ratios });
  if (file === present.file) return present;
  throw new AppError(
    'wrong-state',
    `${name} was trained on the split of ${file}, and another one is set`,
    `import ${file}, or press Score all pairs`,
  );
}

/** Shows how far scoring is while `task` goes on. */
export async function whileTesting<T>({ set }: Context, total: number, task: () => Promise<T>): Promise<T> {
  set({ testing: { done: 0, total } });
  try {
    return await task();
  } finally {
    set({ testing: null });
  }
}

/** The model's threshold of validation with these refinements; where it is not known yet, it is found on the validation images first. */
export async function thresholdOf(context: Context, model: ModelInfo, refinements: Refinements): Promise<number> {
  const known = knownThreshold(model, refinements);
  if (known) return known.value;
  if (!context.get().dataset)
    throw new AppError(
      'dataset-missing',
      'The model’s threshold of validation is not known, and no data set is loaded to find it on',
      'load the model’s data set, or move the threshold',
    );
  const { dataset, split } = await preparedFor(context, model);
  const found = await whileTesting(context, split.validation.length, () =>
    context.ask.inference.tune({ dataset, split, refinements }),
  );
  return found.value;
}
