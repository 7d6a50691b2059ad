import { expect, test } from 'vitest';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { defaultSettings, type RunSettings } from '../../protocol/settings.ts';
import { smooth } from '../curves/smooth.ts';
import { bestValDice, joinedLine, runLines, settingRows, sharedImages, thin, trainedSeconds } from './compare.ts';

const image = (id: string) => ({ id, dice: 1, jaccard: 1, sensitivity: 1, specificity: 1, accuracy: 1 });
function run(settings: Partial<RunSettings>, tested: string[] = []): KeptRun {
  const epoch = (number: number) => ({
    ...{ epoch: number, learningRate: 1, loss: 1, dice: number / 10, accuracy: 0.5 },
    ...{ valLoss: 1, valDice: number / 20, valAccuracy: 0.5, seconds: 2, imagesPerSecond: 1 },
  });
  return {
    ...{ version: 1, id: 'r', name: 'r', note: '', startedAt: 0, savedAt: 0, state: 'finished' },
    settings: { ...defaultSettings, ...settings },
    dataset: { hash: 'h', source: 's', pairs: 10, size: 32 },
    split: { seed: 1, ratios: { train: 0.8, validation: 0.1, test: 0.1 }, train: 8, validation: 1, test: 1 },
    ...{ device: null, epochs: [epoch(1), epoch(2)], bestEpoch: 2, bytes: 0 },
    test: tested.length
      ? {
          ...{ threshold: 0.5, meanDice: 1, medianDice: 1, minDice: 1, shareBelow08: 0, meanJaccard: 1 },
          ...{ meanThresholdedJaccard: 1, sensitivity: 1, specificity: 1, accuracy: 1, images: tested.map(image) },
        }
      : null,
  };
}

test('settings are told apart by whether the runs share them', () => {
  const { differing, shared } = settingRows([run({ lr: 0.1, flips: true }), run({ lr: 0.2 })]);
  expect(differing).toEqual([
    { name: 'lr', values: ['0.1', '0.2'] },
    { name: 'flips', values: ['true', 'false'] },
  ]);
  expect(shared.length + differing.length).toBe(Object.keys(defaultSettings).length);
  expect(shared).toContainEqual({ name: 'size', values: ['128', '128'] });
});

test('smoothing is the mean with weights that fall by a factor, and 0 leaves all as it is', () => {
  const points = [1, 5, 2, 8].map((y, x) => [x, y] as const);
  expect(smooth(points, 0)).toEqual(points);
  const weight = 0.6;
  for (const [place, [, y]] of smooth(points, weight).entries()) {
    const before = points.slice(0, place + 1).map(([, value]) => value);
    const weights = before.map((_, i) => weight ** (place - i));
    const mean = before.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
    expect(y).toBeCloseTo(mean / weights.reduce((sum, w) => sum + w, 0), 12);
  }
});

test('thinning keeps the ends', () => {
  const list = Array.from({ length: 999 }, (_, i) => i);
  expect(thin(list).length).toBeLessThanOrEqual(201);
  expect([thin(list)[0], thin(list).at(-1)]).toEqual([0, 998]);
  expect(thin([1, 2, 3])).toEqual([1, 2, 3]);
});

test('curves, time and best Dice come from the epochs', () => {
  expect(runLines(run({}), 'Dice', 'time')).toEqual({
    train: [
      [2, 0.1],
      [4, 0.2],
    ],
    validation: [
      [2, 0.05],
      [4, 0.1],
    ],
  });
  expect(trainedSeconds(run({}))).toBe(4);
  expect(bestValDice(run({}))).toBe(0.1);
});

test('pictures are of images that all runs held out', () => {
  const runs = [run({}, ['e', 'a', 'd', 'b', 'c']), run({}, ['a', 'b', 'c', 'd', 'x'])];
  expect(sharedImages(runs, ['a', 'b', 'c', 'd', 'e', 'x'])).toEqual(['a', 'b', 'c']);
  expect(sharedImages(runs, ['a'])).toEqual(['a']);
  expect(sharedImages([run({}), run({}, ['a'])], ['a'])).toEqual([]);
});

test('joined curves go as far as the shortest run, with the lowest and highest value', () => {
  const short = {
    ...run({}),
    epochs: run({})
      .epochs.slice(0, 1)
      .map(epoch => ({ ...epoch, valDice: 0.3, seconds: 4 })),
  };
  expect(joinedLine([run({}), short], 'Dice', 'epoch')).toEqual([[1, (0.05 + 0.3) / 2, 0.05, 0.3]]);
  expect(joinedLine([run({}), short], 'Dice', 'time')[0]?.[0]).toBe(3);
  expect(joinedLine([run({})], 'Dice', 'epoch').map(([, , low, high]) => [low, high])).toEqual([
    [0.05, 0.05],
    [0.1, 0.1],
  ]);
});
