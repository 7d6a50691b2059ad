import { expect, test } from 'vitest';
import { MOST_RUNS, parseSweep } from './sweep.ts';

test('every combination, the last line fastest', () => {
  expect(parseSweep('lr = 0.001, 5e-4\n\n seed: 1,2 \nflips=1')).toEqual({
    runs: [
      { lr: 0.001, seed: 1, flips: true },
      { lr: 0.001, seed: 2, flips: true },
      { lr: 0.0005, seed: 1, flips: true },
      { lr: 0.0005, seed: 2, flips: true },
    ],
  });
});

test.each([
  ['', 'Type a setting'],
  ['nothing = 3', '“nothing = 3” is no setting'],
  ['sise = 64', 'Did you mean size?'],
  ['toString = 3', 'is no setting'],
  ['lr', '“lr” is no setting with values'],
  ['lr = 2', 'lr=2: it must be at most 1.'],
  ['lr = 0.1, x', 'lr=x: it must be a number.'],
  ['arch = unet', 'arch=unet: it must be one of'],
  ['lr = 0.1\nlr = 0.2', 'lr is set twice'],
  [`seed = ${Array.from({ length: MOST_RUNS + 1 }, (_, i) => i).join(',')}`, '201 runs'],
])('“%s” is told', (text, told) => {
  expect(parseSweep(text)).toMatchObject({ error: expect.stringContaining(told) });
});
