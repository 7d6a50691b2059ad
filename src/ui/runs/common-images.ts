/** Which test images two runs can be compared on, and what must be said about it. From their records alone. Pure. */
import { sameImages } from '../../protocol/dataset.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { PLAIN, sameRefinements } from '../../protocol/scores.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { plural } from '../shared/format.ts';

export interface CommonImages {
  readonly ids: readonly string[];
  /** Dice of each, in the order of the ids. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** What the runs' tests do not share; a sentence each. */
  readonly notes: readonly string[];
}

/** A sentence where nothing is common. Images are compared only where they have the same mask in both tests. */
export function commonImages(a: KeptRun, b: KeptRun): CommonImages | string {
  if (!a.test || !b.test) return 'Run the test of both runs first.';
  if (!sameImages(a.dataset, b.dataset))
    return 'These runs are of different data sets: an image of the same name may be another one.';
  const sameGrid = a.settings.size === b.settings.size && a.settings.framing === b.settings.framing;
  const own = !sameGrid && a.test.ownSize && b.test.ownSize;
  const [ofA, ofB] = own ? [own, b.test.ownSize ?? b.test] : [a.test, b.test];
  const others = new Map(ofB.images.map(({ id, dice }) => [id, dice]));
  const [masksOfA, masksOfB] = [correctedIn(a), correctedIn(b)];
  const shared = ofA.images.filter(({ id }) => others.has(id));
  const same = shared.filter(({ id }) => masksOfA.get(id) === masksOfB.get(id));
  if (same.length === 0) return 'No image is in both tests with the same mask.';
  const notes: string[] = [];
  const alone = ofA.images.length + ofB.images.length - 2 * shared.length;
  if (alone > 0) notes.push(`${plural(alone, 'image')} in only one of the tests left out.`);
  if (same.length < shared.length)
    notes.push(`${plural(shared.length - same.length, 'image')} whose masks differ left out.`);
  if (!sameGrid)
    notes.push(
      own
        ? 'Counted in the masks’ own sizes, because the runs see images differently.'
        : 'The runs see images in different sizes or framings: part of the difference is the grid’s.',
    );
  if (a.test.threshold !== b.test.threshold)
    notes.push(`Thresholds differ: ${a.test.threshold} and ${b.test.threshold}.`);
  if (!sameRefinements(a.test.inference ?? PLAIN, b.test.inference ?? PLAIN))
    notes.push('Predictions were refined differently.');
  const ids = same.map(({ id }) => id);
  return { ids, first: same.map(({ dice }) => dice), second: ids.map(id => others.get(id) ?? Number.NaN), notes };
}

function correctedIn({ test }: KeptRun): ReadonlyMap<string, string> {
  return new Map(test?.corrected?.map(({ id, mask }) => [id, mask]));
}

/** Places of the images whose scores differ most, the largest change first; equal ones are none. */
export function mostChanged({ first, second }: Pick<CommonImages, 'first' | 'second'>, most: number): number[] {
  const change = (i: number) => Math.abs((second[i] ?? 0) - (first[i] ?? 0));
  return [...first.keys()]
    .filter(i => change(i) > 1e-9)
    .sort((i, j) => change(j) - change(i) || i - j)
    .slice(0, most);
}

/** Runs that differ in nothing but their seed, on the same data and parts: lists of two or more, in the order given. */
export function sameButSeed(runs: readonly KeptRun[]): KeptRun[][] {
  const groups = new Map<string, KeptRun[]>();
  for (const run of runs) {
    const { seed: _, ...others } = run.settings;
    const key = JSON.stringify([sorted(others), run.dataset.hash, run.split, run.startedFrom]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()].filter(
    group => group.length > 1 && new Set(group.map(({ settings }) => settings.seed)).size === group.length,
  );
}

function sorted(settings: Omit<RunSettings, 'seed'>): [string, unknown][] {
  return Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
}
