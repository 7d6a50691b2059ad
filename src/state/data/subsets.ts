/**
 * Nested subsets of the training part, for a learning curve: each holds all smaller ones. Pure, decided by the split's seed. Images of one group
 * stay together; validation and test part are the split's own.
 */
import type { DatasetSummary, Split, Subset } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import type { SettingRecord } from '../../protocol/setting-records.ts';
import { type RunSettings, runRecords } from '../../protocol/settings.ts';
import { permutation } from '../../random/pcg.ts';

/** The whole part comes first: its run's settings are those that were set, and the others' follow from them. */
export const CURVE_SHARES = [1, 0.8, 0.4, 0.2, 0.1] as const;

/** Keeps this order apart from the other uses of the same seed. */
const STREAM = 0x5ab5e7;

/**
 * The split with that share of its training part, in the part's own order. Whole groups are taken in a seeded order until there are enough images, so that
 * a subset may have more than its share by less than a group.
 */
export function subsetOf({ groups }: Pick<DatasetSummary, 'groups'>, split: Split, subset: Subset): Split {
  const { train, seed } = split;
  const wanted = Math.max(1, Math.round(train.length * subset.share));
  const members = new Map<number, number[]>();
  for (const place of train) {
    const group = groups[place] ?? -1;
    const others = members.get(group);
    if (others) others.push(place);
    else members.set(group, [place]);
  }
  const parts = [...members.values()];
  const taken = new Set<number>();
  for (const at of permutation(parts.length, seed, STREAM)) {
    if (taken.size >= wanted) break;
    for (const place of parts[at] ?? []) taken.add(place);
  }
  return { ...split, subset, train: train.filter(place => taken.has(place)) };
}

/** Throws AppError 'bad-split' where some shares come to the same images. */
export function checkSubsets(dataset: Pick<DatasetSummary, 'groups'>, split: Split): void {
  const sizes = CURVE_SHARES.map(
    (share, index) => subsetOf(dataset, split, { id: '', index, of: CURVE_SHARES.length, share }).train.length,
  );
  if (new Set(sizes).size === sizes.length) return;
  throw new AppError(
    'bad-split',
    `${split.train.length} training images are too few for a learning curve: parts of them come to ${[...sizes].reverse().join(', ')}`,
    'add more images, or give training a larger share',
  );
}

/**
 * Settings with which a subset takes about as many steps as the whole part does with these: more epochs, so that the curve tells what images give
 * and not what training longer does. What counts epochs follows: the rate falls as much per step, and warm-up and patience last as long. As far as
 * the settings reach; halving on a plateau counts its own five epochs.
 */
export function settingsOfSubset(settings: RunSettings, whole: number, part: number): RunSettings {
  const times = Math.ceil(whole / settings.batch) / Math.ceil(part / settings.batch);
  const changed = Object.entries(runRecords).flatMap(([name, record]: [string, SettingRecord]) => {
    const value = settings[name as keyof RunSettings];
    if (record.kind !== 'number' || !record.epochs || typeof value !== 'number') return [];
    const scaled = record.epochs === 'number' ? Math.min(record.high, Math.round(value * times)) : value ** (1 / times);
    return [[name, scaled] as const];
  });
  return { ...settings, ...Object.fromEntries(changed) };
}
