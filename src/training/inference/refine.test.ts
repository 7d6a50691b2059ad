import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PLAIN } from '../../protocol/scores.ts';
import { AREA, pixels, ScriptedEngine, SIZE } from '../../testing/scripted-engine.ts';
import { back, components, predictViews, refine, seen, VIEWS } from './refine.ts';

const drawn = (...rows: string[]) => Float32Array.from(rows.join(''), letter => (letter === '#' ? 0.9 : 0.2));
const text = (values: Float32Array, size: number) =>
  Array.from({ length: size }, (_, y) =>
    [...values.slice(y * size, (y + 1) * size)].map(p => (p > 0.5 ? '#' : '.')).join(''),
  );

test('the views are the eight symmetries, and each is undone exactly', () => {
  const places = Float32Array.from({ length: 25 }, (_, i) => i);
  const all = VIEWS.map(view => seen(places, 5, 1, view).join());
  expect(all[0]).toBe(places.join());
  expect(new Set(all).size).toBe(8);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
      fc.infiniteStream(fc.nat(255)),
      (size, channels, bytes) => {
        const image = Uint8Array.from({ length: size * size * channels }, () => bytes.next().value);
        for (const view of VIEWS) expect(back(seen(image, size, channels, view), size, channels, view)).toEqual(image);
      },
    ),
  );
});

test('the mean over the views: what looks only at the left half of what it is shown comes out even', async () => {
  const engine = new ScriptedEngine(2);
  engine.columns = () => SIZE / 4;
  const { images } = await pixels.read([1, 2]);
  const options = { count: 2, size: SIZE };
  const plain = await predictViews(engine, images, { ...options, views: false });
  expect(plain).toEqual(await engine.predict(images, 2));
  const mean = await predictViews(engine, images, { ...options, views: true });
  const at = (x: number, y: number) => mean[AREA + y * SIZE + x];
  // Each of the four borders is seen on the left twice; corners lie in two of them.
  expect([at(0, 8), at(SIZE - 1, 8), at(8, 0), at(8, SIZE - 1)]).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect([at(0, 0), at(SIZE - 1, 0), at(8, 8)]).toEqual([0.5, 0.5, 0]);
});

test('only the largest lesion stays, joined over corners; of equal ones the first', () => {
  const image = drawn('#....', '.#..#', '....#', '#....', '.....');
  expect(text(refine(image, 5, { ...PLAIN, largest: true }), 5)).toEqual(['#....', '.#...', '.....', '.....', '.....']);
  expect(refine(image, 5, PLAIN)).toEqual(image);
  const none = drawn('..', '..');
  expect(refine(none, 2, { ...PLAIN, largest: true })).toEqual(none);
});

test('holes are filled, bays and what a corner opens to no side are told apart by sides', () => {
  const image = drawn('#####', '#.#.#', '#####', '#..#.', '##.##');
  expect(text(refine(image, 5, { ...PLAIN, holes: true }), 5)).toEqual(['#####', '#####', '#####', '#..#.', '##.##']);
});

test('parts cover what belongs, each place once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.boolean(),
      fc.infiniteStream(fc.boolean()),
      (size, corners, bits) => {
        const belongs = Array.from({ length: size * size }, () => bits.next().value as boolean);
        const places = components(size, at => belongs[at] ?? false, corners).flat();
        expect([...places].sort((a, b) => a - b)).toEqual(belongs.flatMap((yes, at) => (yes ? [at] : [])));
      },
    ),
  );
});

test('views that agree have no disagreement; those that see half of it each are told by the mean of 1 − Dice', async () => {
  const engine = new ScriptedEngine(2);
  const { images } = await pixels.read([1, 2]);
  const told = async () => {
    const found: number[] = [];
    await predictViews(engine, images, { count: 2, size: SIZE, views: true }, (image, value) => {
      found[image] = value;
    });
    return found;
  };
  engine.columns = () => SIZE;
  expect(await told()).toEqual([0, 0]);
  // A quarter of the square at each border, seen by two views of eight: no pixel but the corners' is in half of the views, where two borders
  // meet in four of eight, which is not above one half. The mean's mask is empty, and each view's is not.
  engine.columns = () => SIZE / 4;
  expect(await told()).toEqual([1, 1]);
});
