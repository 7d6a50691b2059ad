import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanInterval } from './bootstrap.ts';
import { columnGroups, lesionFacts, subgroupsOf } from './subgroups.ts';

const SIZE = 16;

function picture(belongs: (x: number, y: number) => boolean, lesion: number, skin: number) {
  const truth = Uint8Array.from({ length: SIZE ** 2 }, (_, i) => (belongs(i % SIZE, Math.floor(i / SIZE)) ? 1 : 0));
  const image = Uint8Array.from({ length: 3 * SIZE ** 2 }, (_, i) => (truth[Math.floor(i / 3)] ? lesion : skin));
  return { truth, image };
}

describe('what is known of a lesion', () => {
  test('its share, its contrast and whether it touches the border', () => {
    const { image, truth } = picture((x, y) => x >= 4 && x < 8 && y >= 4 && y < 12, 90, 150);
    expect(lesionFacts(image, truth, SIZE)).toEqual({
      lesionShare: 32 / 256,
      contrast: expect.closeTo(60, 9),
      touchesBorder: false,
    });
    const lighter = picture((x, y) => x < 4 && y > 3 && y < 9, 180, 150);
    expect(lesionFacts(lighter.image, lighter.truth, SIZE)).toMatchObject({
      contrast: expect.closeTo(30, 9),
      touchesBorder: true,
    });
  });

  test('green counts most, and black bars are no skin', () => {
    const { image, truth } = picture((x, y) => x >= 6 && x < 10 && y >= 2 && y < 14, 100, 100);
    for (let i = 0; i < truth.length; i++) if (truth[i]) image[3 * i + 1] = 50;
    expect(lesionFacts(image, truth, SIZE).contrast).toBeCloseTo(0.587 * 50, 9);
    image.fill(0, 0, 3 * SIZE);
    expect(lesionFacts(image, truth, SIZE).contrast).toBeCloseTo(0.587 * 50, 9);
  });

  test('skin far from the lesion does not count', () => {
    const { image, truth } = picture((x, y) => x < 4 && y < 4, 100, 140);
    image.fill(255, 3 * SIZE * 8);
    expect(lesionFacts(image, truth, SIZE).contrast).toBeCloseTo(40, 9);
  });

  test('no lesion, and nothing but lesion', () => {
    const none = picture(() => false, 0, 9);
    expect(lesionFacts(none.image, none.truth, SIZE)).toEqual({ lesionShare: 0, touchesBorder: false });
    const all = picture(() => true, 9, 0);
    expect(lesionFacts(all.image, all.truth, SIZE)).toEqual({ lesionShare: 1, touchesBorder: true });
  });
});

const image = fc.record({
  dice: fc.double({ min: 0, max: 1, noNaN: true }),
  lesionShare: fc.integer({ min: 0, max: 20 }).map(value => value / 20),
  touchesBorder: fc.boolean(),
});

test('each image is once in each kind of group, and the worst group comes first', () =>
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 40 }), images => {
      const groups = subgroupsOf(images);
      for (const by of ['lesionShare', 'touchesBorder'] as const) {
        const mine = groups.filter(group => group.by === by);
        expect(mine.reduce((sum, group) => sum + group.images, 0)).toBe(images.length);
        for (const group of mine) {
          const value = (one: (typeof images)[number]) => Number(one[by]);
          const members = images.filter(one => value(one) >= group.from && value(one) <= group.to);
          expect(group.images).toBe(members.length);
          expect(group.meanDice).toBeCloseTo(members.reduce((sum, { dice }) => sum + dice, 0) / members.length, 9);
          expect(group.few).toBe(members.length < 10);
        }
      }
      expect(groups.map(({ meanDice }) => meanDice)).toEqual(
        groups.map(({ meanDice }) => meanDice).toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 20 },
  ));

test('thirds of 30 different sizes have 10 each, with the interval of their Dice', () => {
  const images = Array.from({ length: 30 }, (_, i) => ({ dice: 0.5 + i / 100, lesionShare: i / 30 }));
  const groups = subgroupsOf(images);
  expect(groups.map(({ by, from, to, images, few }) => [by, from, to, images, few])).toEqual([
    ['lesionShare', 0, 9 / 30, 10, false],
    ['lesionShare', 10 / 30, 19 / 30, 10, false],
    ['lesionShare', 20 / 30, 29 / 30, 10, false],
  ]);
  const { low, high } = meanInterval(
    images.slice(0, 10).map(({ dice }) => dice),
    10_000,
  );
  expect(groups[0]?.interval).toEqual([low, high]);
});

test('contrast: images of which none is known are in none of its groups', () => {
  const images = [{ dice: 1, contrast: 5 }, { dice: 0.5 }];
  expect(subgroupsOf(images)).toEqual([{ by: 'contrast', from: 5, to: 5, images: 1, meanDice: 1, few: true }]);
});

test('columns of a table: a group for each text, thirds of numbers, nothing of names or of what is the same for all', () => {
  const dice = Array.from({ length: 30 }, (_, i) => i / 30);
  const groups = columnGroups(dice, [
    ['sex', dice.map((_, i) => (i % 10 === 0 ? '' : i % 2 ? 'male' : ' female '))],
    ['age', dice.map((_, i) => String(20 + i))],
    ['site', dice.map(() => 'back')],
    ['comment', dice.map((_, i) => `text ${i}`)],
  ]);
  expect(groups.map(({ column, value, from, to, images }) => [column, value, from, to, images])).toEqual([
    ['sex', 'male', 0, 0, 15],
    ['sex', 'female', 0, 0, 12],
    ['age', undefined, 20, 29, 10],
    ['age', undefined, 30, 39, 10],
    ['age', undefined, 40, 49, 10],
  ]);
  expect(groups[0]!.meanDice).toBeCloseTo((1 + 29) / 60, 9);
  expect(subgroupsOf([{ dice: 1 }, { dice: 0 }], [['sex', ['male', 'female']]])).toEqual([
    { by: 'column', column: 'sex', value: 'female', from: 0, to: 0, images: 1, meanDice: 0, few: true },
    { by: 'column', column: 'sex', value: 'male', from: 0, to: 0, images: 1, meanDice: 1, few: true },
  ]);
});
