import fc from 'fast-check';
import { expect, test } from 'vitest';
import { givenPart, givenParts, splitAsGiven } from './given-parts.ts';

const ratios = { train: 0.8, validation: 0.1, test: 0.1 };

test.each([
  ['images/train/X.jpg', '', 'train'],
  ['data/Val/images/X.jpg', '', 'validation'],
  ['imagesTs/X_0000.png', '', 'test'],
  ['ISIC2018_Task1-2_Training_Input/X.jpg', '', 'train'],
  ['X.jpg', 'images_test.zip', 'test'],
  ['training of May/X.jpg', '', ''],
  ['train/test/X.jpg', '', 'test'],
])('%s in %s is of %s', (path, origin, part) => expect(givenPart({ path, origin })).toBe(part));

test('one part alone is no division', () => {
  expect(givenParts([{ path: 'train/X.jpg', origin: '' }])).toBeUndefined();
  expect(givenParts([{ path: 'a/X.jpg', origin: '' }])).toBeUndefined();
});

test('given pairs stay in their part, what is lacking comes from train without dividing groups, nothing is there twice', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('', 'train', 'test', 'validation'), fc.nat(30)), {
        minLength: 1,
        maxLength: 60,
      }),
      fc.nat(5),
      (list, seed) => {
        const parts = [...list.map(([part]) => part as ''), ...Array<'train'>(60).fill('train')];
        const groups = [...list.map(([, group]) => group), ...Array.from({ length: 60 }, (_, i) => 100 + (i >> 1))];
        const split = splitAsGiven(parts, groups, seed, ratios);
        const all = [...split.train, ...split.validation, ...split.test];
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBe(parts.filter(part => (part as string) !== '').length);
        for (const part of ['validation', 'test'] as const) {
          expect(split[part].length).toBeGreaterThan(0);
          if (parts.includes(part as never))
            expect(split[part].every(place => parts[place] === (part as string))).toBe(true);
          else {
            const mine = new Set(split[part].map(place => groups[place]));
            expect(split.train.some(place => mine.has(groups[place]))).toBe(false);
          }
        }
        expect(split.train.every(place => (parts[place] as string) === 'train')).toBe(true);
      },
    ),
  );
});
