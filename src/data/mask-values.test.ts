import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Colour } from '../protocol/dataset.ts';
import { maskSurvey } from './mask-values.ts';
import { thresholdMask } from './resize.ts';

const SIDE = 40;
const inLesion = (x: number, y: number) => (x - 20) ** 2 + (y - 18) ** 2 < 100;

type Draw = (x: number, y: number) => Colour;

function drawn(draw: Draw, side = SIDE): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) pixels.set(draw(x, y), 4 * (y * side + x));
  return pixels;
}

function survey(draw: Draw, strip = SIDE) {
  const pixels = drawn(draw);
  const survey = maskSurvey(SIDE);
  for (let y = 0; y < SIDE; y += strip) {
    const rows = Math.min(strip, SIDE - y);
    survey.push(pixels.subarray(4 * y * SIDE, 4 * (y + rows) * SIDE), rows);
  }
  return survey.finish();
}

function read(draw: Draw, strip = SIDE): number[] {
  const reading = survey(draw, strip);
  if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
  const bits = new Uint8Array(SIDE * SIDE);
  reading.rule(drawn(draw), bits);
  return [...bits];
}

const grey = (level: number): Colour => [level, level, level, 255];
const two =
  (lesion: Colour, skin: Colour): Draw =>
  (x, y) =>
    inLesion(x, y) ? lesion : skin;
const truth = [...Array(SIDE * SIDE).keys()].map(i => (inLesion(i % SIDE, Math.floor(i / SIDE)) ? 1 : 0));

test.each<[string, Colour, Colour]>([
  ['white on black', grey(255), grey(0)],
  ['1 on 0', grey(1), grey(0)],
  ['128 on 0', grey(128), grey(0)],
  ['red on black', [255, 0, 0, 255], grey(0)],
  ['green on black', [0, 255, 0, 255], grey(0)],
  ['blue on black', [0, 0, 255, 255], grey(0)],
  ['half red on black', [128, 0, 0, 255], grey(0)],
  ['bright on dark red', [255, 0, 0, 255], [128, 0, 0, 255]],
  ['200 on 150', grey(200), grey(150)],
  ['alpha alone, over black', [0, 0, 0, 255], [0, 0, 0, 0]],
  ['alpha alone, over white', [255, 255, 255, 255], [255, 255, 255, 0]],
  ['red on transparent white', [255, 0, 0, 255], [255, 255, 255, 0]],
  ['white on black, all of it transparent', [255, 255, 255, 0], [0, 0, 0, 0]],
  ['white on black, all half transparent', [255, 255, 255, 90], [0, 0, 0, 90]],
])('two values: %s', (_, lesion, skin) => {
  expect(read(two(lesion, skin))).toEqual(truth);
});

test.each<[string, Colour, Colour]>([
  ['red and green', [255, 0, 0, 255], [0, 255, 0, 255]],
  ['red and white', [255, 0, 0, 255], grey(255)],
  ['black on transparent white', grey(0), [255, 255, 255, 0]],
])('in doubt: %s', (_, lesion, skin) => {
  const found = survey(two(lesion, skin));
  expect(found.kind).toBe('ambiguous');
  if (found.kind === 'ambiguous')
    expect(new Set(found.colours.map(String))).toEqual(new Set([lesion, skin].map(String)));
});

test('in doubt: the chosen colour is the lesion, also where a mask has it a little otherwise', () => {
  const [red, green]: Colour[] = [
    [250, 4, 0, 255],
    [0, 245, 8, 255],
  ];
  const pixels = drawn((x, y) => (inLesion(x, y) ? red! : green!));
  const lesionIf = (chosen: Colour) => {
    const asked = maskSurvey(SIDE, chosen);
    asked.push(pixels, SIDE);
    const found = asked.finish();
    if (found.kind !== 'read') return found.kind;
    const bits = new Uint8Array(SIDE * SIDE);
    found.rule(pixels, bits);
    return bits[18 * SIDE + 20];
  };
  expect(lesionIf([255, 0, 0, 255])).toBe(1);
  expect(lesionIf([0, 255, 0, 255])).toBe(0);
  // A mask that has neither the chosen colour nor one like it is in doubt as before.
  expect(lesionIf([0, 0, 255, 255])).toBe('ambiguous');
});

test('any grey pair is read by its two values, the brighter as lesion, in strips of any height', () => {
  const level = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(level, level, fc.integer({ min: 1, max: SIDE }), (a, b, strip) => {
      fc.pre(a !== b);
      expect(read(two(grey(Math.max(a, b)), grey(Math.min(a, b))), strip)).toEqual(truth);
    }),
    { numRuns: 60 },
  );
});

/** Distance to the circle as a level: an edge some pixels wide. */
const soft =
  (width: number): Draw =>
  (x, y) => {
    const inside = 10 - Math.hypot(x - 20, y - 18);
    return grey(Math.round(255 * Math.min(1, Math.max(0, 0.5 + inside / width))));
  };

test('an antialiased edge is read as it was: from half of full grey on', () => {
  for (const width of [1, 2, 3]) {
    const bits = new Uint8Array(SIDE * SIDE);
    thresholdMask(drawn(soft(width)), bits);
    expect(read(soft(width))).toEqual([...bits]);
  }
});

test('the noise of a compressed mask is no value of its own', () => {
  const noise = (x: number, y: number) => (x * 7 + y * 13 + x * y) % 12;
  const noisy: Draw = (x, y) => grey(inLesion(x, y) ? 255 - noise(x, y) : noise(x, y));
  expect(read(noisy)).toEqual(truth);
  const dim: Draw = (x, y) => [inLesion(x, y) ? 120 - noise(x, y) : noise(x, y), noise(y, x) >> 1, 0, 255];
  expect(read(dim)).toEqual(truth);
});

const third =
  (value: number, [skin, lesion] = [0, 255]): Draw =>
  (x, y) =>
    y > 30 ? grey(value) : grey(inLesion(x, y) ? (lesion ?? 0) : (skin ?? 0));

test.each([
  ['grey between', third(128)],
  ['labels 0, 1 and 2', third(2, [0, 1])],
  ['0, 1 and 255 for what is left out', third(255, [0, 1])],
  ['four labels', ((x, y) => grey(Math.floor(x / 20) + 2 * Math.floor(y / 20))) satisfies Draw],
])('three areas are refused with their values: %s', (_, draw) => {
  const found = survey(draw);
  expect(found.kind).toBe('refused');
  if (found.kind === 'refused') expect(found.reason).toMatch(/^has [34] values: \d+ \(\d+(\.\d)? %\), /);
});

test('a slope, as of probabilities, and a picture are refused', () => {
  expect(survey((x, y) => grey(Math.min(255, 6 * x + (y % 3)))).kind).toBe('refused');
  expect(survey((x, y) => [x * 6, y * 6, (x * y) % 256, 255]).kind).toBe('refused');
});

test('one value is an empty or a full mask, or is refused', () => {
  for (const [level, share] of [
    [0, 0],
    [1, 1],
    [255, 1],
  ] as const)
    expect(new Set(read(() => grey(level)))).toEqual(new Set([share]));
  expect(survey(() => grey(77))).toMatchObject({ kind: 'refused', reason: expect.stringContaining('77 of 255') });
  expect(survey(() => [255, 0, 0, 255]).kind).toBe('refused');
});

test('a stray bright pixel does not make 0 and 1 an empty mask', () => {
  const stray: Draw = (x, y) => grey(x === 3 && y === 3 ? 255 : inLesion(x, y) ? 1 : 0);
  const found = survey(stray);
  if (found.kind === 'read') expect(read(stray).filter(Boolean).length).toBeGreaterThan(100);
  else expect(found.kind).toBe('refused');
});
