import * as tf from '@tensorflow/tfjs';
import { afterEach, describe, expect, test } from 'vitest';
import { architectures } from '../../network/catalogue.ts';
import { parameters } from '../../network/graph.ts';
import { dropoutKeeps, hash } from '../../random/pcg.ts';
import { tinySettings, worstError } from '../../testing/tiny-problem.ts';
import { testBatch, testWeights } from '../../testing/weights.ts';
import { ADAM, type EngineSettings, type StepSettings, type Weights } from '../engine.ts';
import { referenceStep } from '../reference/interpreter.ts';
import { counterDropout } from './dropout-kernel.ts';
import { createTfjsEngine, type TfjsEngine } from './engine.ts';

const first: StepSettings = { learningRate: 1e-3, step: 1, seed: 7 };
const engines: TfjsEngine[] = [];

// One image alone and a larger one are among the long checks (npm run test:soak).
const long: [number, number][] = [
  [16, 1],
  [32, 2],
];
const sizes: [number, number][] = [[16, 3], ...(process.env.LONG ? long : [])];

async function open(settings: EngineSettings): Promise<TfjsEngine> {
  const engine = await createTfjsEngine({ kind: 'cpu' }, settings);
  engines.push(engine);
  await engine.writeWeights(testWeights(settings.network));
  return engine;
}

afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

function plain(weights: Weights): Record<string, number[]> {
  return Object.fromEntries([...weights].map(([name, values]) => [name, [...values]]));
}

describe.each(architectures)('%s', arch => {
  test.each(sizes)(
    'loss, scores and gradients are the double-precision ones, %i² and batch %i',
    async (size, batch) => {
      const settings = tinySettings(arch, { size, batch, crossEntropy: 0.5, dropout: true });
      const engine = await open(settings);
      const data = testBatch(batch, size);
      const weights = testWeights(settings.network);
      const truth = referenceStep(settings.network, size, data, weights, { crossEntropy: 0.5, l2: 0, dropout: first });
      const { loss, gradients } = await engine.gradients(data, first);
      expect(Math.abs(loss - truth.loss)).toBeLessThan(1e-5);
      expect([...gradients.keys()]).toEqual(parameters(settings.network).map(({ name }) => name));
      const worst = worstError(gradients, truth.gradients);
      expect(worst.error, `${worst.name} differs by ${worst.error}`).toBeLessThan(1e-3);
      const { dice, accuracy } = await engine.step(data, first);
      for (let image = 0; image < batch; image++) {
        expect(dice[image]).toBeCloseTo(truth.dice[image] ?? Number.NaN, 6);
        expect(accuracy[image]).toBeCloseTo(truth.accuracy[image] ?? Number.NaN, 6);
      }
    },
  );

  test('the same state makes the same next step, and the step is Adam’s', async () => {
    const settings = tinySettings(arch, { l2: 0.01, dropout: true });
    const [original, copy] = [await open(settings), await open(settings)];
    const batches = [1, 2, 3].map(seed => testBatch(settings.batch, settings.size, seed));
    const [one, two, three] = batches as [(typeof batches)[0], (typeof batches)[0], (typeof batches)[0]];
    await original.step(one, first);
    const before = await original.readWeights();
    const state = await original.readOptimizer();
    const second = { ...first, step: 2, learningRate: 5e-4 };
    const { gradients } = await original.gradients(two, second);
    await original.step(two, second);
    await copy.writeWeights(before);
    await copy.writeOptimizer(state);
    await copy.step(two, second);
    expect(plain(await copy.readWeights())).toEqual(plain(await original.readWeights()));
    const after = await original.readWeights();
    for (const [name, weight] of before) {
      const penalty = name.endsWith('/kernel') ? 2 * settings.l2 : 0;
      weight.forEach((value, i) => {
        const gradient = (gradients.get(name)?.[i] ?? Number.NaN) + penalty * value;
        const moment = ADAM.beta1 * (state.first.get(name)?.[i] ?? 0) + (1 - ADAM.beta1) * gradient;
        const square = ADAM.beta2 * (state.second.get(name)?.[i] ?? 0) + (1 - ADAM.beta2) * gradient ** 2;
        const change = moment / (1 - ADAM.beta1 ** 2) / (Math.sqrt(square / (1 - ADAM.beta2 ** 2)) + ADAM.epsilon);
        const expected = value - second.learningRate * change;
        expect(Math.abs((after.get(name)?.[i] ?? 0) - expected), `${name} ${i}`).toBeLessThan(2e-6);
      });
    }
    const third = { ...second, step: 3 };
    expect((await copy.step(three, third)).loss).toBe((await original.step(three, third)).loss);
    expect((await copy.readOptimizer()).step).toBe(3);
  });

  test('predicts the same for any count', async () => {
    const settings = tinySettings(arch);
    const engine = await open(settings);
    const { images } = testBatch(5, settings.size);
    const all = await engine.predict(images, 5);
    expect(all.length).toBe(5 * settings.size ** 2);
    const bytes = settings.size ** 2 * 3;
    for (let image = 0; image < 5; image++) {
      const alone = await engine.predict(images.slice(image * bytes, (image + 1) * bytes), 1);
      expect([...alone]).toEqual([...all.slice((image * bytes) / 3, ((image + 1) * bytes) / 3)]);
    }
    expect(all.every(p => p > 0 && p < 1)).toBe(true);
    expect(Math.max(...all) - Math.min(...all)).toBeGreaterThan(0.01);
  });

  test('the number of tensors stays the same over steps, and disposing leaves none', async () => {
    const settings = tinySettings(arch, { dropout: true, l2: 1e-5, crossEntropy: 1 });
    const empty = tf.memory().numTensors;
    const engine = await open(settings);
    const data = testBatch(settings.batch, settings.size);
    await engine.prepare();
    await engine.step(data, first);
    const { numTensors } = tf.memory();
    for (let step = 2; step < 5; step++) await engine.step(data, { ...first, step });
    await engine.predict(data.images, settings.batch);
    await engine.readOptimizer();
    expect(tf.memory().numTensors).toBe(numTensors);
    engines.pop()?.dispose();
    expect(tf.memory().numTensors).toBe(empty);
  });
});

test('scores are those of the thresholded prediction, and training lowers the loss', async () => {
  const settings = tinySettings('improved-unet', { batch: 2 });
  const engine = await open(settings);
  const data = testBatch(2, settings.size);
  const probabilities = await engine.predict(data.images, 2);
  const area = settings.size ** 2;
  const losses: number[] = [];
  for (let step = 1; step <= 12; step++) {
    const { loss, dice, accuracy } = await engine.step(data, { ...first, learningRate: 1e-2, step });
    losses.push(loss);
    if (step > 1) continue;
    for (let image = 0; image < 2; image++) {
      const [p, g] = [probabilities, data.masks].map(values => [...values.slice(image * area, (image + 1) * area)]);
      const predicted = (p ?? []).map(value => (value > 0.5 ? 1 : 0));
      const both = predicted.filter((value, i) => value === 1 && g?.[i] === 1).length;
      const sum = [...predicted, ...(g ?? [])].filter(value => value === 1).length;
      expect(dice[image]).toBeCloseTo((2 * both) / sum, 6);
      expect(accuracy[image]).toBeCloseTo(predicted.filter((value, i) => value === g?.[i]).length / area, 6);
    }
  }
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) - 0.1);
});

describe('dropout', () => {
  test('keeps what dropoutKeeps keeps, scaled, and its gradient is the same mask', async () => {
    await tf.setBackend('cpu');
    const [seed, step, stream, rate] = [0xfedcba98, 12, 3, 0.3];
    const key = hash(seed, step, stream);
    const x = tf.ones([2, 5, 4, 3]);
    const dropped = await counterDropout(x, key, rate).data();
    const gradient = await tf
      .grad(values => counterDropout(values, key, rate))(x)
      .data();
    const expected = Array.from(dropped, (_, i) =>
      dropoutKeeps(seed, step, stream, i, rate) ? Math.fround(1 / 0.7) : 0,
    );
    expect([...dropped]).toEqual(expected);
    expect([...gradient]).toEqual(expected);
    expect(new Set(expected).size).toBe(2);
    tf.disposeVariables();
  });

  test('is the same for the same step and seed, and another for others', async () => {
    const settings = tinySettings('improved-unet', { dropout: true });
    const engine = await open(settings);
    const data = testBatch(settings.batch, settings.size);
    const loss = async (changes: Partial<StepSettings>) =>
      (await engine.gradients(data, { ...first, ...changes })).loss;
    const reference = await loss({});
    expect(await loss({})).toBe(reference);
    expect(await loss({ step: 2 })).not.toBe(reference);
    expect(await loss({ seed: 8 })).not.toBe(reference);
  });
});

test('refuses what does not fit', async () => {
  const settings = tinySettings('basic-unet');
  const engine = await open(settings);
  const weights = new Map(testWeights(settings.network));
  weights.delete('segment/bias');
  await expect(engine.writeWeights(weights)).rejects.toThrow('segment/bias needs 1 values and has none');
  await expect(engine.predict(new Uint8Array(5), 1)).rejects.toThrow('5 bytes are not 1 images of 16×16×3');
  await expect(engine.step(testBatch(1, 16), first)).rejects.toThrow('are not 2 masks');
  await expect(createTfjsEngine({ kind: 'cpu' }, { ...settings, size: 24 })).rejects.toThrow('not a multiple of 16');
});
