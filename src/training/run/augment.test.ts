import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UNCHANGED } from '../../kernels/augmentation/augment.ts';
import { augment } from '../../kernels/augmentation/reference.ts';
import { type AugmentationSettings, augmentationRanges, defaultSettings } from '../../protocol/settings.ts';
import { nameKey, randomStream } from '../../random/pcg.ts';
import { drawAugmentation } from './augment.ts';

const off: AugmentationSettings = defaultSettings;
const everything = { ...off, flips: true, turns: true, ...{ rotate: 180, zoom: 0.5, shift: 0.2, shear: 20 } };

/** [[1,2],[3,4]] as red values of an image of two pixels' side, moved by what seed 7 draws for `image`. */
function moved(settings: Partial<AugmentationSettings>, image: number): string {
  const batch = { images: Uint8Array.from([1, 2, 3, 4].flatMap(v => [v, v + 10, 0])), masks: new Uint8Array(4) };
  const drawn = drawAugmentation({ ...off, ...settings }, 2, { seed: 7, epoch: 1, image });
  const { images } = augment(batch, 2, [drawn]);
  const values = [0, 1, 2, 3].map(pixel => (images[pixel * 3] ?? 0) * 255);
  values.forEach((red, pixel) => {
    expect((images[pixel * 3 + 1] ?? 0) * 255).toBeCloseTo(red + 10, 4);
  });
  return values.map(Math.round).join('');
}

test('without augmentation nothing is drawn', () => {
  expect(drawAugmentation(off, 32, { seed: 1, epoch: 1, image: 1 })).toBe(UNCHANGED);
});

test('flips alone mirror, quarter turns alone turn, and both reach all eight symmetries', () => {
  const seen = (settings: Partial<AugmentationSettings>) =>
    new Set(Array.from({ length: 300 }, (_, image) => moved(settings, image)));
  expect(seen({ flips: true })).toEqual(new Set(['1234', '2143', '3412', '4321']));
  expect(seen({ turns: true })).toEqual(new Set(['1234', '3142', '4321', '2413']));
  expect(seen({ flips: true, turns: true }).size).toBe(8);
});

test('flips and turns put pixels on pixels, to the bit', () => {
  for (let image = 0; image < 50; image++) {
    const { affine, ...colours } = drawAugmentation({ ...off, flips: true, turns: true }, 48, {
      ...{ seed: 3, epoch: 2, image },
    });
    for (const value of affine) expect([0, 1, -1, 47]).toContain(value + 0);
    expect(colours).toMatchObject({ blur: 0, gamma: 1, noise: 0, hairs: [], colour: UNCHANGED.colour });
  }
});

test('it is decided by seed, epoch and image', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(1000), fc.nat(5000), (seed, epoch, image) => {
      const at = { seed, epoch, image };
      expect(drawAugmentation(everything, 32, at)).toEqual(drawAugmentation(everything, 32, at));
    }),
  );
  const epochs = Array.from({ length: 30 }, (_, epoch) =>
    JSON.stringify(drawAugmentation(everything, 32, { seed: 1, epoch, image: 0 })),
  );
  expect(new Set(epochs).size).toBe(30);
});

const affine = ['flips', 'turns', 'rotate', 'zoom', 'shift', 'shear'];
const colour = ['brightness', 'contrast', 'saturation', 'hue'];

test('one setting changes nothing of what another one draws', () => {
  const most = { ...everything, brightness: 0.3, contrast: 0.5, saturation: 0.5, hue: 90 };
  const all = { ...most, gamma: 0.5, blur: 2, noise: 0.2, hairs: 4 };
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(...augmentationRanges, 'flips', 'turns'), (image, name) => {
      const at = { seed: 7, epoch: 2, image };
      const [before, after] = [all, { ...all, [name]: off[name] }].map(settings => drawAugmentation(settings, 32, at));
      const touched = affine.includes(name) ? 'affine' : colour.includes(name) ? 'colour' : name;
      expect({ ...after, [touched]: 0 }).toEqual({ ...before, [touched]: 0 });
    }),
  );
});

test('each draw is from the stream of its name, so that others can be added', () => {
  const at = { seed: 3, epoch: 5, image: 11 };
  const unit = (name: string, ...keys: number[]) => randomStream(3, 3, 5, 11, nameKey(name), ...keys).unit();
  const drawn = (settings: Partial<AugmentationSettings>) => drawAugmentation({ ...off, ...settings }, 33, at);
  const factor = (name: string) => 1.5 ** (2 * unit(name) - 1);
  expect(drawn({ gamma: 0.5 }).gamma).toBeCloseTo(factor('gamma'), 12);
  expect(drawn({ blur: 2 }).blur).toBeCloseTo(2 * unit('blur'), 12);
  expect(drawn({ noise: 0.2 }).noise).toBeCloseTo(0.2 * unit('noise'), 12);
  expect(drawn({ brightness: 0.2 }).colour[3]).toBeCloseTo(0.2 * (2 * unit('brightness') - 1), 12);
  expect(drawn({ contrast: 0.5 }).colour[0]).toBeCloseTo(factor('contrast'), 12);
  // Grey's share of one colour: (1 − saturation) / 3.
  expect(drawn({ saturation: 0.5 }).colour[1]).toBeCloseTo((1 - factor('saturation')) / 3, 12);
  const hue = (2 * unit('hue') - 1) * 0.5;
  expect(drawn({ hue: 90 / Math.PI }).colour[0]).toBeCloseTo((1 + 2 * Math.cos(hue)) / 3, 12);
  expect(drawn({ zoom: 0.5 }).affine[0]).toBeCloseTo(1 / factor('zoom'), 12);
  expect(drawn({ rotate: 30 }).affine[3]).toBeCloseTo(Math.sin(((2 * unit('rotate') - 1) * Math.PI) / 6), 12);
  expect(drawn({ shear: 45 }).affine[1]).toBeCloseTo(Math.tan(((2 * unit('shear') - 1) * Math.PI) / 4), 12);
  const [, , x, , , y] = drawn({ shift: 0.1 }).affine;
  expect(x).toBeCloseTo(-3.3 * (2 * unit('shift right') - 1), 12);
  expect(y).toBeCloseTo(-3.3 * (2 * unit('shift down') - 1), 12);
  const { hairs } = drawn({ hairs: 8 });
  expect(hairs).toHaveLength(Math.floor(9 * unit('hairs')));
  hairs.forEach(({ from, to }, i) => {
    expect((from[0] + to[0]) / 2).toBeCloseTo(33 * unit('hair', i), 10);
  });
  expect(hairs.length).toBeGreaterThan(1);
  expect(drawn({ flips: true }).affine[0]).toBe(unit('symmetry') < 0.5 ? -1 : 1);
});

test('every draw lies within the ranges that are set', () => {
  const ranges = { ...off, hairs: 4 };
  for (const name of augmentationRanges) if (name !== 'hairs') ranges[name] = 0.2;
  const counts = new Set<number>();
  for (let image = 0; image < 300; image++) {
    const { blur, noise, gamma, hairs, colour, affine } = drawAugmentation(ranges, 100, { seed: 5, epoch: 1, image });
    counts.add(hairs.length);
    for (const value of [blur, noise]) expect(value).toBeGreaterThanOrEqual(0);
    for (const value of [blur, noise]) expect(value).toBeLessThanOrEqual(0.2);
    expect(gamma).toBeGreaterThanOrEqual(1 / 1.2);
    expect(gamma).toBeLessThanOrEqual(1.2);
    // Grey stays grey, within contrast and brightness.
    const grey = [0, 1, 2].map(row =>
      colour.slice(4 * row, 4 * row + 4).reduce((sum, v, i) => sum + v * [0.5, 0.5, 0.5, 1][i]!, 0),
    );
    for (const value of grey) expect(value).toBeCloseTo(grey[0]!, 12);
    expect(Math.abs(grey[0]! - 0.5)).toBeLessThanOrEqual(0.2 + 1e-12);
    // The middle moves by the shift at most, as far as the scale takes it.
    const [a, b, c, d, e, f] = affine;
    expect(Math.hypot(a * 49.5 + b * 49.5 + c - 49.5, d * 49.5 + e * 49.5 + f - 49.5)).toBeLessThan(
      20 * Math.SQRT2 * 1.2 * 1.01,
    );
    const area = Math.abs(a * e - b * d);
    expect(area).toBeGreaterThanOrEqual(1 / 1.2 ** 2 - 1e-9);
    expect(area).toBeLessThanOrEqual(1.2 ** 2 + 1e-9);
  }
  expect([...counts].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('a disc’s mask follows its picture within half a pixel, wherever it is taken', () => {
  const side = 64;
  for (let image = 0; image < 60; image++) {
    const [cx, cy, radius] = [26 + (image % 5) * 3, 38 - (image % 7), 9 + (image % 4)];
    const batch = { images: new Uint8Array(side * side * 3), masks: new Uint8Array(side * side) };
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        if (Math.hypot(x - cx, y - cy) <= radius) {
          batch.masks[y * side + x] = 1;
          batch.images.fill(255, (y * side + x) * 3, (y * side + x) * 3 + 3);
        }
    const drawn = drawAugmentation(everything, side, { seed: 11, epoch: 1, image });
    const { images, masks } = augment(batch, side, [drawn]);
    const middle = (weight: (pixel: number) => number) => {
      let [sum, x, y] = [0, 0, 0];
      for (let pixel = 0; pixel < side * side; pixel++) {
        sum += weight(pixel);
        x += weight(pixel) * (pixel % side);
        y += weight(pixel) * Math.floor(pixel / side);
      }
      return [x / sum, y / sum, sum] as const;
    };
    const [x, y, area] = middle(pixel => masks[pixel] ?? 0);
    const [u, v, light] = middle(pixel => images[pixel * 3] ?? 0);
    if (area < 50) continue;
    expect(Math.hypot(x - u, y - v), `image ${image}`).toBeLessThan(0.5);
    expect(Math.abs(area / light - 1), `image ${image}`).toBeLessThan(0.05);
    // And both are where the drawn map takes the disc, but for the width of a drawn edge.
    const [a, b, c, d, e, f] = drawn.affine;
    masks.forEach((lesion, pixel) => {
      const [column, row] = [pixel % side, Math.floor(pixel / side)];
      const source = [a * column + b * row + c, d * column + e * row + f] as const;
      if (source.some(at => at < 0 || at > side - 1)) return;
      const distance = Math.hypot(source[0] - cx, source[1] - cy) - radius;
      if (Math.abs(distance) > 0.75 && lesion !== (distance < 0 ? 1 : 0))
        throw new Error(`image ${image}: ${distance} pixels from the edge the mask is ${lesion}`);
    });
  }
});
