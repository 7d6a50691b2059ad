import { expect, test } from 'vitest';
import { PLAIN } from '../../protocol/scores.ts';
import { AREA, pixels, ScriptedEngine, SIZE } from '../../testing/scripted-engine.ts';
import { averaged, networksAlone } from './ensemble.ts';
import { evaluate } from './evaluate.ts';
import { refined } from './refine.ts';

/** Predicts as many columns as the weights that were written last say. */
function engineByWeights() {
  const engine = new ScriptedEngine(2);
  engine.columns = () => engine.written.get('columns')?.[0] ?? Number.NaN;
  return engine;
}
const network = (columns: number) => new Map([['columns', Float32Array.of(columns)]]);
const networks = [network(SIZE / 2), network(SIZE / 4), network(SIZE)];

test('the ensemble gives the mean of its networks, whatever was written before', async () => {
  const engine = engineByWeights();
  const ensemble = averaged(engine, networks);
  const { images } = await pixels.read([1, 2]);
  await engine.writeWeights(network(0));
  const found = await ensemble.predict(images, 2);
  expect(found).toHaveLength(2 * AREA);
  const row = Array.from({ length: SIZE }, (_, x) => (x < SIZE / 4 ? 3 : x < SIZE / 2 ? 2 : 1) / 3);
  for (let y = 0; y < 2 * SIZE; y++) for (const [x, p] of row.entries()) expect(found[y * SIZE + x]).toBeCloseTo(p, 6);
  // All else is the engine's own.
  expect(ensemble.settings).toBe(engine.settings);
  expect(ensemble.memory().gpuBytes).toBe(1234);
});

test('refinements are of the mean', async () => {
  const ensemble = averaged(engineByWeights(), networks);
  const { images } = await pixels.read([1]);
  const views = { ...PLAIN, views: true };
  const found = await refined(ensemble, views).predict(images, 1);
  // Of eight views the order of the two means is no matter …
  const each = await Promise.all(
    networks.map(one => refined(averaged(engineByWeights(), [one]), views).predict(images, 1)),
  );
  found.forEach((p, i) => {
    expect(p).toBeCloseTo(each.reduce((sum, one) => sum + one[i]!, 0) / networks.length, 6);
  });
  // … and the largest lesion is that of the mean: two thirds reach the half, one third the border, which is none.
  const largest = await refined(ensemble, { ...PLAIN, largest: true }).predict(images, 1);
  expect([...largest.subarray(0, SIZE)].filter(p => p > 0.5)).toHaveLength(SIZE / 2);
});

test('each network’s own Dice is noted on the way, of the test images alone', async () => {
  const alone = networksAlone(networks.length, 5);
  const ensemble = averaged(engineByWeights(), networks, alone.note);
  const watched = alone.watch(pixels);
  let visited = 0;
  await evaluate(ensemble, watched, [0, 1, 2, 3, 4], () => void visited++);
  const expected = [1, 2 / 3, 2 / 3];
  alone.means().forEach((dice, i) => {
    expect(dice).toBeCloseTo(expected[i] ?? Number.NaN, 6);
  });
  // Validation images that follow do not count.
  const before = alone.means();
  await evaluate(
    averaged(engineByWeights(), [network(0), network(0), network(0)], alone.note),
    watched,
    [5, 6],
    () => {},
  );
  expect(alone.means()).toEqual(before);
  expect(visited).toBe(5);
});
