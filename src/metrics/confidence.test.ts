import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../random/pcg.ts';
import {
  failureAuroc,
  fitPredictedDice,
  type Judged,
  predictedDice,
  rankCorrelation,
  riskCoverage,
  softDiceConfidence,
  trustOf,
} from './confidence.ts';
import { confusion, dice } from './confusion.ts';

const judged = fc.array(
  fc.record({
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    dice: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { minLength: 10, maxLength: 60 },
);

test('a small case by hand', () => {
  // Marked: 0.9 and 0.6. 2 · 1.5 / (1.9 + 2).
  expect(softDiceConfidence([0.9, 0.6, 0.3, 0.1], 0.5)).toBeCloseTo(3 / 3.9, 12);
  expect(softDiceConfidence([0.9, 0.6, 0.3, 0.1], 0.2)).toBeCloseTo(3.6 / 4.9, 12);
});

test('a network that is sure of every pixel expects the Dice of its mask against itself; an empty mask is sure of nothing', () => {
  expect(softDiceConfidence([1, 0, 1, 0], 0.5)).toBe(1);
  expect(softDiceConfidence([0, 0, 0], 0.5)).toBe(0);
  expect(softDiceConfidence([0.4, 0.4], 0.5)).toBe(0);
});

test('for probabilities that mean what they say it is close to the mean Dice of truths drawn from them', () => {
  const random = randomStream(3);
  const p = Float64Array.from({ length: 3000 }, () => random.unit() ** 2);
  const drawnDice = Array.from({ length: 200 }, () =>
    dice(
      confusion(
        p,
        Uint8Array.from(p, value => (random.unit() < value ? 1 : 0)),
        0.5,
      ),
    ),
  );
  const mean = drawnDice.reduce((sum, value) => sum + value, 0) / drawnDice.length;
  expect(softDiceConfidence(p, 0.5)).toBeCloseTo(mean, 2);
});

describe('predicted Dice', () => {
  test('of points on a line it is the line', () => {
    const points = Array.from({ length: 12 }, (_, i) => ({ confidence: 0.5 + i / 30, dice: 0.2 + i / 20 }));
    const fit = fitPredictedDice(points)!;
    expect(fit.slope).toBeCloseTo(1.5, 9);
    for (const { confidence, dice } of points) expect(predictedDice(fit, confidence)).toBeCloseTo(dice, 9);
    expect(predictedDice(fit, 0)).toBe(0);
    expect(predictedDice(fit, 2)).toBe(1);
  });

  test('on its own images its mean is theirs, it never turns their order round, and no line is nearer', () =>
    fc.assert(
      fc.property(
        judged,
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        (images, slope, intercept) => {
          const fit = fitPredictedDice(images)!;
          const mean = (of: (one: Judged) => number) => images.reduce((sum, one) => sum + of(one), 0) / images.length;
          expect(mean(one => fit.slope * one.confidence + fit.intercept)).toBeCloseTo(
            mean(one => one.dice),
            9,
          );
          expect(fit.slope).toBeGreaterThanOrEqual(0);
          const miss = (a: number, b: number) => mean(one => (a * one.confidence + b - one.dice) ** 2);
          expect(miss(fit.slope, fit.intercept)).toBeLessThanOrEqual(miss(slope, intercept) + 1e-12);
        },
      ),
    ));

  test('few images say nothing', () => {
    expect(fitPredictedDice(Array.from({ length: 9 }, () => ({ confidence: 0.9, dice: 0.9 })))).toBeNull();
  });
});

describe('levels', () => {
  test('they keep on validation what they promise', () =>
    fc.assert(
      fc.property(judged, images => {
        const fit = fitPredictedDice(images)!;
        const of = (trust: string) => images.filter(({ confidence }) => trustOf(fit, confidence) === trust);
        const good = of('good');
        expect(good.filter(({ dice }) => dice >= 0.8).length).toBeGreaterThanOrEqual(0.95 * good.length);
        expect(fit.good !== null).toBe(good.length > 0);
        expect(of('good').length + of('unsure').length + of('look').length).toBe(images.length);
      }),
    ));

  test('half of what is to be looked at is not good, as far as it does not reach into the good ones', () => {
    const confidence = (i: number) => 0.5 + i / 100;
    // 8 bad ones below, 4 in doubt, 28 good ones above.
    const images = Array.from({ length: 40 }, (_, i) => ({
      confidence: confidence(i),
      dice: i < 8 || i === 9 ? 0.5 : 0.9,
    }));
    const fit = fitPredictedDice(images)!;
    const look = images.filter(image => trustOf(fit, image.confidence) === 'look');
    expect(look.filter(({ dice }) => dice < 0.8).length / look.length).toBeGreaterThanOrEqual(0.5);
    expect(trustOf(fit, confidence(0))).toBe('look');
    expect(trustOf(fit, confidence(39))).toBe('good');
  });

  test('where all are good, one that is less sure than any of them is looked at all the same', () => {
    const images = Array.from({ length: 20 }, (_, i) => ({ confidence: 0.9 + i / 1000, dice: 0.95 }));
    const fit = fitPredictedDice(images)!;
    expect(trustOf(fit, 0.9)).toBe('good');
    expect(trustOf(fit, 0.89)).toBe('look');
  });

  test('where all are bad, none is called good', () => {
    const fit = fitPredictedDice(Array.from({ length: 20 }, (_, i) => ({ confidence: i / 20, dice: 0.1 })))!;
    expect(trustOf(fit, 1)).toBe('look');
  });
});

describe('ranking', () => {
  const ordered = Array.from({ length: 30 }, (_, i) => ({ confidence: i / 30, dice: 0.7 + i / 100 }));

  test('an order that is right', () => {
    expect(rankCorrelation(ordered)).toBeCloseTo(1, 12);
    expect(failureAuroc(ordered)).toBe(1);
    const curve = riskCoverage(ordered);
    expect(curve.at(-1)).toEqual({ coverage: 1, meanDice: expect.closeTo(0.845, 12) });
    for (let i = 1; i < curve.length; i++) expect(curve[i]!.meanDice).toBeLessThanOrEqual(curve[i - 1]!.meanDice);
  });

  test('an order turned round, and one that says nothing', () => {
    expect(rankCorrelation(ordered.map(({ confidence, dice }) => ({ confidence: -confidence, dice })))).toBeCloseTo(
      -1,
      12,
    );
    const flat = ordered.map(({ dice }) => ({ confidence: 0.5, dice }));
    expect(rankCorrelation(flat)).toBeNull();
    expect(failureAuroc(flat)).toBe(0.5);
    expect(failureAuroc(ordered.slice(20))).toBeNull();
    expect(() => riskCoverage([])).toThrow(RangeError);
  });

  test('the area under the curve is the share of pairs in the right order', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ confidence: fc.integer({ min: 0, max: 6 }), dice: fc.constantFrom(0.5, 0.9) }), {
          minLength: 2,
          maxLength: 30,
        }),
        images => {
          const pairs = images.flatMap(bad =>
            bad.dice < 0.8
              ? images.filter(({ dice }) => dice >= 0.8).map(other => Math.sign(other.confidence - bad.confidence))
              : [],
          );
          const wanted = pairs.length ? pairs.reduce((sum, sign) => sum + (sign + 1) / 2, 0) / pairs.length : null;
          if (wanted === null) expect(failureAuroc(images)).toBeNull();
          else expect(failureAuroc(images)).toBeCloseTo(wanted, 12);
        },
      ),
    ));

  test('with equal values, Spearman as published: R’s cor(method = "spearman")', () => {
    // cor(c(1,2,2,4,5), c(3,1,4,4,5), method = "spearman") = 0.7632
    const images = [1, 2, 2, 4, 5].map((confidence, i) => ({ confidence, dice: [3, 1, 4, 4, 5][i]! }));
    expect(rankCorrelation(images)).toBeCloseTo(0.7632, 3);
  });
});
