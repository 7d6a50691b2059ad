import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shadesOfGrey } from './constancy.ts';

const whole = (size: number) => ({ left: 0, top: 0, width: size, height: size });
const means = (image: Uint8Array) =>
  [0, 1, 2].map(channel => {
    const values = image.filter((_, i) => i % 3 === channel);
    return (values.reduce((sum, value) => sum + (value / 255) ** 6, 0) / values.length) ** (1 / 6);
  });

test('a grey image stays as it is, a tinted one becomes grey at the same brightness', () => {
  const grey = new Uint8Array(12).fill(90);
  shadesOfGrey(grey, 2, whole(2));
  expect([...grey]).toEqual(new Array(12).fill(90));
  // One colour: its light is its own. |(160, 120, 80)| / √3 = 124.4.
  const tinted = Uint8Array.from({ length: 12 }, (_, i) => [160, 120, 80][i % 3] ?? 0);
  shadesOfGrey(tinted, 2, whole(2));
  expect([...tinted]).toEqual(new Array(12).fill(124));
});

test('afterwards the sixth-power means of the channels are equal, where nothing is cut', () => {
  const image = fc.uint8Array({ minLength: 48, maxLength: 48, max: 120 }).map(bytes => bytes.map(byte => byte + 40));
  fc.assert(
    fc.property(
      image,
      fc.tuple(fc.float({ min: 0.5, max: 1, noNaN: true }), fc.float({ min: 0.5, max: 1, noNaN: true })),
      (bytes, tint) => {
        const changed = bytes.map((byte, i) => Math.round(byte * ([tint[0], tint[1], 1][i % 3] ?? 1)));
        shadesOfGrey(changed, 4, whole(4));
        if (changed.includes(255)) return;
        const [red = 0, green = 0, blue = 0] = means(changed);
        // A byte is rounded by up to half of 1 / 255.
        expect(Math.abs(red - green)).toBeLessThan(0.004);
        expect(Math.abs(red - blue)).toBeLessThan(0.004);
      },
    ),
  );
});

test('only its area counts and changes; a black channel stays black', () => {
  const image = new Uint8Array(4 * 4 * 3).fill(200);
  const area = { left: 0, top: 1, width: 4, height: 2 };
  for (let at = 12; at < 36; at += 3) image.set([100, 0, 50], at);
  shadesOfGrey(image, 4, area);
  expect([...image.subarray(0, 12), ...image.subarray(36)]).toEqual(new Array(24).fill(200));
  expect(image[13]).toBe(0);
  expect(image[12]).toBe(image[14]);
});
