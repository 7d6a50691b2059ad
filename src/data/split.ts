/** Divides a data set into train, validation and test: pure, decided by the seed, groups of equal or nearly equal images undivided. */
import type { Split, SplitRatios } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { permutation } from '../random/pcg.ts';

const parts = ['train', 'validation', 'test'] as const;

/** Keeps the order of the split apart from the other uses of the same seed. */
const SPLIT_STREAM = 0x5b117;

/**
 * `groups[i]` is the group of pair i. Train gets ⌊n·ratio⌋ pairs, validation ⌊n·ratio⌋ (at least one), test the rest (at
 * least one), as nearly as undivided groups allow. Ratios are positive and need not sum to one. Throws `bad-split` for
 * ratios that are not positive or groups that leave a part empty.
 */
export function splitPairs(groups: readonly number[], seed: number, ratios: SplitRatios): Split {
  const room = counts(groups.length, ratios);
  const places = new Map<number, number[]>();
  for (const place of permutation(groups.length, seed, SPLIT_STREAM)) {
    const group = groups[place] ?? -1;
    const members = places.get(group);
    if (members) members.push(place);
    else places.set(group, [place]);
  }
  // Groups of several first, the largest before the others, so that single images can fill the parts exactly.
  const shuffled = [...places.values()];
  const several = shuffled.filter(members => members.length > 1).sort((a, b) => b.length - a.length);
  const single = shuffled.filter(members => members.length === 1);
  const partOf = new Map<number, PartName>();
  const groupsOf: GroupsOf = { train: [], validation: [], test: [] };
  for (const members of [...several, ...single]) {
    const part =
      parts.find(name => room[name] >= members.length) ?? parts.reduce((a, b) => (room[b] > room[a] ? b : a));
    room[part] -= members.length;
    for (const place of members) partOf.set(place, part);
    groupsOf[part].push(members);
  }
  fillEmpty(groupsOf, partOf);
  // The order of use is the shuffled one, not groups first: the first validation images are the ones on show.
  const split: Split = { seed, ratios, train: [], validation: [], test: [] };
  for (const place of permutation(groups.length, seed, SPLIT_STREAM)) split[partOf.get(place) ?? 'train'].push(place);
  const empty = parts.find(name => split[name].length === 0);
  if (empty !== undefined)
    throw new AppError(
      'bad-split',
      `The ${empty} part would be empty, for ${groups.length} pairs in ${places.size} groups that stay together cannot be divided so`,
      'add more images or change the ratios',
    );
  return split;
}

type PartName = (typeof parts)[number];
type GroupsOf = Record<PartName, (readonly number[])[]>;

/** Few large groups may have filled one part: an empty one gets the smallest group of the fullest part that has several. */
function fillEmpty(groupsOf: GroupsOf, partOf: Map<number, PartName>): void {
  const pairsIn = (part: PartName) => groupsOf[part].reduce((sum, { length }) => sum + length, 0);
  for (const empty of parts.filter(name => groupsOf[name].length === 0)) {
    const [fullest] = parts.filter(name => groupsOf[name].length > 1).sort((a, b) => pairsIn(b) - pairsIn(a));
    if (fullest === undefined) return;
    const smallest = groupsOf[fullest].reduce((a, b) => (b.length <= a.length ? b : a));
    groupsOf[fullest] = groupsOf[fullest].filter(group => group !== smallest);
    groupsOf[empty].push(smallest);
    for (const place of smallest) partOf.set(place, empty);
  }
}

function counts(n: number, ratios: SplitRatios): Record<(typeof parts)[number], number> {
  for (const name of parts) {
    const ratio = ratios[name];
    if (!Number.isFinite(ratio) || ratio <= 0)
      throw new AppError(
        'bad-split',
        `The ${name} ratio is ${ratio}`,
        'enter three numbers above zero, such as 0.8, 0.1 and 0.1',
      );
  }
  if (n < 3) throw new AppError('bad-split', `${n} pairs cannot be divided into three parts`, 'add more images');
  const sum = ratios.train + ratios.validation + ratios.test;
  // 1e-9 lets 0.7·10 be 7 although it is a little less in binary.
  const share = (ratio: number) => Math.floor((n * ratio) / sum + 1e-9);
  const validation = Math.min(Math.max(1, share(ratios.validation)), n - 2);
  const train = Math.min(Math.max(1, share(ratios.train)), n - validation - 1);
  return { train, validation, test: n - train - validation };
}
