import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keptRunOf, model } from '../../testing/gallery/made-up.ts';
import { fileName, subjectOf } from './file-names.ts';

const noon = new Date(2026, 10, 9, 12).getTime();

test('a download carries run and day', () => {
  const runs = [{ ...keptRunOf('a'), name: 'Run 7: no flips' }];
  expect(fileName(subjectOf({ ...model, keptRun: 'a' }, runs), noon)).toBe('lesion-studio-run-7-no-flips-2026-11-09');
  expect(fileName(subjectOf({ ...model, keptRun: 'gone' }, runs), noon)).toMatch(
    /^lesion-studio-improved-unet-\d+-f\d+-2026-11-09$/,
  );
  expect(fileName(subjectOf(null, runs), noon)).toBe('lesion-studio-2026-11-09');
  expect(fileName('Läsion 试验', noon)).toBe('lesion-studio-läsion-试验-2026-11-09');
});

test('whatever a run is called, its file has a name that every system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), name => {
      expect(fileName(name, noon)).toMatch(/^lesion-studio(-[\p{L}\p{M}\p{N}]+)*-2026-11-09$/u);
      expect([...fileName(name, noon)].length).toBeLessThan(90);
    }),
  );
});
