import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defaultSettings, runSettings } from '../../protocol/settings.ts';
import { CURVE_SHARES, checkSubsets, settingsOfSubset, subsetOf } from './subsets.ts';

const of = CURVE_SHARES.length;
const ratios = { train: 0.8, validation: 0.1, test: 0.1 };

function subsets(groups: readonly number[], train: readonly number[], seed = 1) {
  const split = { seed, ratios, train: [...train], validation: [-1], test: [-2] };
  return CURVE_SHARES.map((share, index) => subsetOf({ groups: [...groups] }, split, { id: 'c', index, of, share }));
}

const parts = fc.record({
  groups: fc.array(fc.nat(60), { minLength: 40, maxLength: 120 }),
  seed: fc.nat(1000),
});

test('subsets are nested, hold whole groups and no fewer than their share, and leave the other parts as they are', () => {
  fc.assert(
    fc.property(parts, ({ groups, seed }) => {
      const train = groups.map((_, place) => place).reverse();
      const largest = Math.max(...groups.map(group => groups.filter(other => other === group).length));
      const found = subsets(groups, train, seed);
      expect(found[0]?.train).toEqual(train);
      for (const [i, { train: taken, validation, test, subset }] of found.entries()) {
        const inside = new Set(taken);
        const wanted = Math.round(train.length * (subset?.share ?? 0));
        expect(taken.length).toBeGreaterThanOrEqual(wanted);
        expect(taken.length).toBeLessThan(wanted + largest);
        for (const place of train)
          if (groups.some((group, other) => group === groups[place] && inside.has(other)))
            expect(inside.has(place)).toBe(true);
        const larger = new Set(found[Math.max(0, i - 1)]?.train);
        expect(taken.every(place => larger.has(place))).toBe(true);
        // In the order of the part, so that the whole one is the run that it would be without a curve.
        expect(taken).toEqual(train.filter(place => inside.has(place)));
        expect([validation, test]).toEqual([[-1], [-2]]);
      }
      expect(found).toEqual(subsets(groups, train, seed));
    }),
    { numRuns: 60 },
  );
});

test('another seed takes others', () => {
  const groups = Array.from({ length: 50 }, (_, i) => i);
  expect(subsets(groups, groups, 1)[4]?.train).not.toEqual(subsets(groups, groups, 2)[4]?.train);
});

test('too few images for five sizes are told', () => {
  const groups = [0, 1, 2, 3, 4, 5];
  const split = { seed: 1, ratios, train: groups, validation: [], test: [] };
  expect(() => checkSubsets({ groups }, split)).toThrow(/6 training images are too few for a learning curve/);
  const enough = Array.from({ length: 20 }, (_, i) => i);
  expect(() => checkSubsets({ groups: enough }, { ...split, train: enough })).not.toThrow();
});

test('a subset takes as many steps as the whole part, and what counts epochs follows', () => {
  const settings = { ...defaultSettings, batch: 2, epochs: 30, decay: 0.9, warmup: 2, patience: 5 };
  expect(settingsOfSubset(settings, 200, 200)).toEqual(settings);
  const tenth = settingsOfSubset(settings, 200, 20);
  expect(tenth).toMatchObject({ epochs: 300, warmup: 20, patience: 50 });
  // After as many steps the rate has fallen as far.
  expect(tenth.decay ** 300).toBeCloseTo(0.9 ** 30, 9);
  // No further than the settings reach, and a run as any other.
  const long = settingsOfSubset({ ...settings, epochs: 1000 }, 200, 20);
  expect(long.epochs).toBe(1000);
  expect(v.is(runSettings, long)).toBe(true);
});
