import { expect, test } from 'vitest';
import { confusion, dice } from '../metrics/confusion.ts';
import { countLevels, scoresOf } from '../metrics/levels.ts';
import { summarise } from '../metrics/summary.ts';
import { randomStream } from '../random/pcg.ts';
import { judged } from './judged.ts';

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
  levels: own.map(({ id }) => {
    const { p, g } = pictures.find(picture => picture.id === id)!;
    return countLevels(p, g);
  }),
  validation: null,
  all: false,
};

test('every score at every threshold is the one that the pixels give', () => {
  for (let level = 1; level < 100; level++) {
    const images = at(level / 100);
    expect(judged(outcome, level)).toEqual({ threshold: level / 100, ...summarise(images), images });
  }
  expect(judged(outcome, 50)).toBe(outcome.result);
  expect(own.map(({ dice }) => dice)).toEqual(
    own.map(({ id }) => {
      const { p, g } = pictures.find(picture => picture.id === id)!;
      return dice(confusion(p, g));
    }),
  );
});
