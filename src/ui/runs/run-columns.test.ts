import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings, settingNames } from '../../protocol/settings.ts';
import { epochs, keptRunOf } from '../../testing/gallery/made-up.ts';
import {
  bestRun,
  differingSettings,
  effortColumns,
  MOST_COMPARED,
  nameParts,
  resultColumns,
  runColours,
  settingColumn,
} from './run-columns.ts';

const withDice = (id: string, valDice: number) => {
  const [epoch] = epochs(1);
  if (!epoch) throw new Error('no epoch');
  return keptRunOf(id, { epochs: [{ ...epoch, valDice }], bestEpoch: 1 });
};

test('only settings that differ have a column, in the order of the form', () => {
  const runs = [
    keptRunOf('a', { settings: { ...defaultSettings, seed: 1, lr: 0.1 } }),
    keptRunOf('b', { settings: { ...defaultSettings, seed: 2, lr: 0.2, flips: true } }),
  ];
  expect(differingSettings(runs)).toEqual(['lr', 'flips', 'seed']);
  expect(differingSettings(runs.slice(1))).toEqual([]);
});

test('a column sorts numbers as numbers, and tells choices and switches in words', () => {
  const run = keptRunOf('a', { settings: { ...defaultSettings, flips: true, lr: 0.0005 } });
  const told = (name: (typeof settingNames)[number]) => [settingColumn(name).value(run), settingColumn(name).text(run)];
  expect(told('lr')).toEqual([0.0005, '0.0005']);
  expect(told('flips')).toEqual([1, 'on']);
  expect(told('arch')).toEqual(['improved-unet', 'Improved UNet']);
  expect(told('framing')).toEqual(['squeeze', 'Squeeze']);
});

test('columns are told apart, and have room for their heads', () => {
  const all = [...resultColumns, ...settingNames.map(settingColumn), ...effortColumns];
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { title, width } of all) expect(width, title).toBeGreaterThan(title.length * 0.37 + 1);
});

test('a run without a test says so with a dash, and has nothing to sort by', () => {
  const [dice] = resultColumns;
  expect(dice?.text(keptRunOf('a'))).toBe('–');
  expect(dice?.value(keptRunOf('a'))).toBeUndefined();
});

test('the best run is the one of the highest validation Dice, and one alone is not the best', () => {
  expect(bestRun([withDice('a', 0.7), withDice('b', 0.8), withDice('c', 0.75)])).toBe('b');
  expect(bestRun([withDice('a', 0.7)])).toBeNull();
  expect(bestRun([])).toBeNull();
});

test('ticked runs never share a colour, and the others keep theirs whatever is ticked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }).chain(count =>
        fc.record({
          count: fc.constant(count),
          ticked: fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: MOST_COMPARED }),
        }),
      ),
      ({ count, ticked }) => {
        const runs = Array.from({ length: count }, (_, place) => keptRunOf(String(place)));
        const names = ticked.map(String);
        const [plain, colours] = [runColours(runs, []), runColours(runs, names)];
        expect(new Set(names.map(id => colours.get(id))).size).toBe(names.length);
        for (const { id } of runs) {
          expect(colours.get(id)).toBeLessThan(MOST_COMPARED);
          if (!names.includes(id)) expect(colours.get(id)).toBe(plain.get(id));
        }
        // A newer run changes nothing of the older ones.
        expect([...runColours([keptRunOf('new'), ...runs], [])].slice(1)).toEqual([...plain]);
      },
    ),
  );
});

test('a name is a run and what was added to it', () => {
  expect(nameParts('Run 7: improved-unet 64 f8')).toEqual(['Run 7', 'improved-unet 64 f8']);
  expect(nameParts('Run 12 no flips')).toEqual(['Run 12', 'no flips']);
  expect(nameParts('<b>first</b>')).toEqual(['<b>first</b>', '']);
});
