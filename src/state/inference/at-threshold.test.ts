import { expect, test } from 'vitest';
import { confusion, dice } from '../../metrics/confusion.ts';
import { countLevels, joinLevels, scoresOf } from '../../metrics/levels.ts';
import { summarise } from '../../metrics/summary.ts';
import { knownThreshold, type ModelInfo } from '../../protocol/model.ts';
import { randomStream } from '../../random/pcg.ts';
import { atThreshold, tunedLevel } from './at-threshold.ts';

const random = randomStream(5);
const pictures = ['a', 'b', 'c'].map(id => ({
  id,
  p: Float32Array.from({ length: 64 }, () => random.unit()),
  g: Uint8Array.from({ length: 64 }, () => random.below(2)),
}));
const at = (threshold: number) =>
  pictures
    .map(({ id, p, g }) => ({ id, ...scoresOf(confusion(p, g, threshold)) }))
    .sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));
const own = at(0.5);
const outcome = {
  result: { threshold: 0.5, ...summarise(own), images: own },
  levels: joinLevels(
    own.map(({ id }) => {
      const { p, g } = pictures.find(picture => picture.id === id)!;
      return countLevels(p, g);
    }),
  ),
  validation: null,
  all: false,
};

test('every score at every threshold is the one that the pixels give', () => {
  for (let level = 1; level < 100; level++) {
    const images = at(level / 100);
    expect(atThreshold(outcome, level)).toEqual({ threshold: level / 100, ...summarise(images), images });
  }
  expect(atThreshold(outcome, 50)).toBe(outcome.result);
  expect(own.map(({ dice }) => dice)).toEqual(
    own.map(({ id }) => {
      const { p, g } = pictures.find(picture => picture.id === id)!;
      return dice(confusion(p, g));
    }),
  );
});

test('in the masks’ own sizes everything follows their own counts', () => {
  const swapped = pictures.map(({ id, p, g }) => ({ id, p, g: g.map(value => 1 - value) }));
  const images = swapped
    .map(({ id, p, g }) => ({ id, ...scoresOf(confusion(p, g)) }))
    .sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));
  const ownLevels = joinLevels(
    images.map(({ id }) => {
      const { p, g } = swapped.find(picture => picture.id === id)!;
      return countLevels(p, g);
    }),
  );
  const both = { ...outcome, ownLevels, result: { ...outcome.result, ownSize: { ...summarise(images), images } } };
  expect(atThreshold(both, 50, true)).toEqual({ threshold: 0.5, ...summarise(images), images });
  const later = swapped
    .map(({ id, p, g }) => ({ id, ...scoresOf(confusion(p, g, 0.3)) }))
    .sort((a, b) => a.dice - b.dice || (a.id < b.id ? -1 : 1));
  expect(atThreshold(both, 30, true)).toEqual({ threshold: 0.3, ...summarise(later), images: later });
  expect(atThreshold(both, 30)).toEqual(atThreshold(outcome, 30));
});

test('the threshold of validation is the test’s own, else the one that its model brought along for the same refinements', () => {
  const views = { views: true, largest: false, holes: false };
  const thresholds = [
    { ...views, value: 0.29, dice: 0.8, images: 3 },
    { ...views, views: false, value: 0.57, dice: 0.8, images: 3 },
  ];
  const model = { thresholds } as unknown as ModelInfo;
  const byLevel = Array.from({ length: 99 }, (_, place) => (place === 61 ? 0.9 : 0.5));
  const errors = (error: number) => ({ validation: byLevel, validationErrors: byLevel.map(() => error) });
  expect(tunedLevel({ ...outcome, ...errors(0.39) }, model)).toBe(62);
  // A gain within its error is none, nor is one whose error is not known.
  expect(tunedLevel({ ...outcome, ...errors(0.41) }, model)).toBe(50);
  expect(tunedLevel({ ...outcome, validation: byLevel }, model)).toBe(50);
  expect(tunedLevel(outcome, model)).toBe(57);
  expect(tunedLevel({ ...outcome, result: { ...outcome.result, inference: views } }, model)).toBe(29);
  expect(
    tunedLevel({ ...outcome, result: { ...outcome.result, inference: { ...views, holes: true } } }, model),
  ).toBeNull();
  expect(tunedLevel(outcome, null)).toBeNull();
  expect(knownThreshold(model, views)?.value).toBe(0.29);
  expect(knownThreshold({}, views)).toBeUndefined();
});
