import { expect, test } from 'vitest';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { keptRunOf, outcome } from '../../testing/gallery/made-up.ts';
import { commonImages, mostChanged, sameButSeed } from './common-images.ts';

const { result } = outcome();
const score = (id: string, dice: number) => ({ ...result.images[0]!, id, dice });
function tested(name: string, dice: Record<string, number>, changes: Partial<NonNullable<KeptRun['test']>> = {}) {
  const images = Object.entries(dice).map(([id, value]) => score(id, value));
  return keptRunOf(name, { test: { ...result, images, ...changes } });
}
const found = (a: KeptRun, b: KeptRun) => {
  const common = commonImages(a, b);
  if (typeof common === 'string') throw new Error(common);
  return common;
};

test('scores are joined by image, whatever their order', () => {
  const common = found(tested('a', { x: 0.1, y: 0.2 }), tested('b', { y: 0.5, x: 0.4 }));
  expect(common).toEqual({ ids: ['x', 'y'], first: [0.1, 0.2], second: [0.4, 0.5], notes: [] });
});

test('images of one test alone, and images with other masks, are left out and told', () => {
  const corrected = (mask: string) => ({ corrected: [{ id: 'y', mask }] });
  const a = tested('a', { x: 0.1, y: 0.2, only: 0.3 }, corrected('1'));
  const common = found(a, tested('b', { x: 0.4, y: 0.5 }, corrected('2')));
  expect(common.ids).toEqual(['x']);
  expect(common.notes).toEqual(['1 image in only one of the tests left out.', '1 image whose masks differ left out.']);
  expect(found(a, tested('b', { x: 0.4, y: 0.5 }, corrected('1'))).ids).toEqual(['x', 'y']);
  expect(found(a, tested('b', { x: 0.4, y: 0.5 })).ids).toEqual(['x']);
  expect(commonImages(a, tested('b', { z: 1 }))).toMatch(/No image is in both tests/);
});

test('other data, or no test, is no comparison', () => {
  const a = tested('a', { x: 0.1 });
  const other = { ...tested('b', { x: 0.1 }), dataset: { ...a.dataset, hash: 'other' } };
  expect(commonImages(a, other)).toMatch(/different data sets/);
  // With corrected masks a data set has another hash, and tells the first one.
  const sameImages = { ...other, dataset: { ...other.dataset, original: a.dataset.hash } };
  expect(found(a, sameImages).ids).toEqual(['x']);
  expect(commonImages(a, keptRunOf('c'))).toMatch(/Run the test/);
});

test('another size is told, and the masks’ own sizes are taken where both have them', () => {
  const own = { ownSize: { ...result, images: [score('x', 0.7)] } };
  const larger = (run: KeptRun) => ({ ...run, settings: { ...run.settings, size: 2 * run.settings.size } });
  const a = tested('a', { x: 0.1 }, own);
  expect(found(a, larger(tested('b', { x: 0.4 }))).notes).toEqual([expect.stringMatching(/different sizes/)]);
  const common = found(a, larger(tested('b', { x: 0.4 }, own)));
  expect([common.first, common.second]).toEqual([[0.7], [0.7]]);
  expect(common.notes).toEqual([expect.stringMatching(/own sizes/)]);
});

test('thresholds and refinements that differ are told', () => {
  const inference = { views: true, largest: false, holes: false };
  const b = tested('b', { x: 0.4 }, { threshold: 0.62, inference });
  expect(found(tested('a', { x: 0.1 }), b).notes).toEqual([
    'Thresholds differ: 0.5 and 0.62.',
    'Predictions were refined differently.',
  ]);
});

test('the most changed come first, the unchanged not at all', () => {
  const first = [0.5, 0.5, 0.5, 0.5];
  expect(mostChanged({ first, second: [0.6, 0.5, 0.1, 0.45] }, 3)).toEqual([2, 0, 3]);
  expect(mostChanged({ first, second: [0.6, 0.5, 0.1, 0.45] }, 1)).toEqual([2]);
});

test('runs that differ in their seed alone belong together', () => {
  const seeded = (seed: number, lr = 0.1) => {
    const run = keptRunOf(`${seed} ${lr}`);
    return { ...run, settings: { ...run.settings, seed, lr } };
  };
  const [a, b, c, twice] = [seeded(1), seeded(2), seeded(3, 0.2), seeded(1)];
  expect(sameButSeed([a, b, c])).toEqual([[a, b]]);
  expect(sameButSeed([a, c])).toEqual([]);
  // The same seed again is no other seed: it gives the same run.
  expect(sameButSeed([a, twice])).toEqual([]);
  expect(sameButSeed([a, { ...b, dataset: { ...b.dataset, hash: 'other' } }])).toEqual([]);
});
