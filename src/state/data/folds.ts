/**
 * Divides a data set for k-fold cross-validation: each image is in the test part of one fold. Pure, decided by the seed. Folds are alike in
 * lesion size (stratified), and images of one group stay together.
 */
import type { DatasetSummary, Fold, Split, SplitRatios } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import { permutation } from '../../random/pcg.ts';

export const foldRange = { least: 2, most: 10, usual: 5 } as const;

/** Keep these orders apart from the other uses of the same seed. */
const FOLD_STREAM = 0xf01d;
const VALIDATION_STREAM = 0xf01d0a1;

type Pairs = Pick<DatasetSummary, 'groups' | 'lesionShares'>;

/**
 * Places of the data set, each in one of `parts` lists. The groups are put in the order of their mean lesion share and dealt out in rounds of
 * `parts`, the largest of a round to the list that has fewest so far; equal ones by chance. Without groups of several the lists' lengths
 * differ by one at most.
 */
function deal(
  { groups, lesionShares }: Pairs,
  places: Iterable<number>,
  parts: number,
  ...keys: readonly number[]
): number[][] {
  const members = new Map<number, number[]>();
  for (const place of places) {
    const group = groups[place] ?? -1;
    const others = members.get(group);
    if (others) others.push(place);
    else members.set(group, [place]);
  }
  const share = (group: readonly number[]) =>
    group.reduce((sum, place) => sum + (lesionShares?.[place] ?? 0), 0) / group.length;
  const ordered = [...members.values()]
    .map(group => ({ group, share: share(group) }))
    .sort((a, b) => a.share - b.share);
  const dealt: number[][] = Array.from({ length: parts }, () => []);
  for (let round = 0; round * parts < ordered.length; round++) {
    const some = ordered.slice(round * parts, (round + 1) * parts).map(({ group }) => group);
    const chance = permutation(parts, ...keys, round);
    const lists = dealt
      .map((list, i) => ({ list, chance: chance[i] ?? 0 }))
      .sort((a, b) => a.list.length - b.list.length || a.chance - b.chance);
    some.sort((a, b) => b.length - a.length);
    for (const [i, group] of some.entries()) lists[i]?.list.push(...group);
  }
  return dealt;
}

/** What a fold's division is made of besides the data set; `aside`: places that are in none of the folds. */
export interface FoldSetting {
  readonly seed: number;
  readonly ratios: SplitRatios;
  /** Of the division that `aside` is from. */
  readonly file?: string | undefined;
  readonly aside?: readonly number[] | undefined;
}

/**
 * Of fold `index` (from 0): the test part is the fold, validation the ratios' share of the rest, and all other pairs are trained on. Throws
 * `bad-split` where there are fewer groups than folds, or too few for a validation part.
 */
export function splitOfFold(
  dataset: Pick<DatasetSummary, 'ids' | 'groups' | 'lesionShares'>,
  { id, index, of }: Fold,
  { seed, ratios, file, aside }: FoldSetting,
): Split {
  const { least, most } = foldRange;
  if (!(Number.isInteger(of) && of >= least && of <= most))
    throw new AppError('bad-split', `${of} folds cannot be made`, `choose ${least} to ${most}`);
  const left = new Set(aside);
  const order = permutation(dataset.ids.length, seed, FOLD_STREAM).filter(place => !left.has(place));
  const groups = new Set([...order].map(place => dataset.groups[place])).size;
  // Of two folds of three groups one would leave a single group for training and validation.
  if (groups < Math.max(of, 4))
    throw new AppError(
      'bad-split',
      `${groups} images, or groups that stay together, cannot be divided into ${of} folds`,
      'choose fewer folds or add more images',
    );
  const folds = deal(dataset, order, of, seed, FOLD_STREAM);
  const held = new Set(folds[index]);
  const rest = [...order].filter(place => !held.has(place));
  const parts = Math.round((ratios.train + ratios.validation) / ratios.validation);
  const restGroups = new Set(rest.map(place => dataset.groups[place])).size;
  const [validation = []] = deal(
    dataset,
    rest,
    Math.max(2, Math.min(parts, restGroups)),
    ...[seed, VALIDATION_STREAM, index],
  );
  const validated = new Set(validation);
  // Dealt lists are in the order of lesion size; parts are used in a shuffled one.
  const shuffled = (part: ReadonlySet<number>) => [...order].filter(place => part.has(place));
  return {
    ...{ seed, ratios, fold: { id, index, of, ...(aside && { aside: true }) } },
    ...(aside && file !== undefined ? { file } : {}),
    train: rest.filter(place => !validated.has(place)),
    validation: shuffled(validated),
    test: shuffled(held),
  };
}
