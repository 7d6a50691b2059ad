import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MOST_SNAPSHOTS } from '../../protocol/thinning.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { addSnapshot, historyOf, type Snapshot, snapshotAt, snapshotDice, snapshotOf } from './prediction-history.ts';

const at = (epochs: number, part = 0): Snapshot => ({ epochs, part, masks: [], levels: [], dice: [epochs] });
const place = ({ epochs, part }: Snapshot) => epochs + part;

test('however long the run: bounded, in order, with the first, the newest and the best, and no great gap', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (length, bestAt) => {
      const best = Math.min(bestAt, length);
      let history: readonly Snapshot[] = [];
      for (let epoch = 1; epoch <= length; epoch++) history = addSnapshot(history, at(epoch), Math.min(epoch, best));
      const places = history.map(place);
      expect(places.length).toBe(Math.min(length, MOST_SNAPSHOTS));
      expect([...places].sort((a, b) => a - b)).toEqual(places);
      expect([places[0], places.at(-1)]).toEqual([1, length]);
      expect(places).toContain(best);
      const gaps = places.slice(1).map((next, i) => next - (places[i] ?? 0));
      // Evenly spread they would lie length / 39 apart.
      expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(4 * Math.ceil(length / (MOST_SNAPSHOTS - 1)));
    }),
    { numRuns: 60 },
  );
});

test('a run that went back replaces what it makes again', () => {
  const history = [at(1), at(1, 0.5), at(2)].reduce<readonly Snapshot[]>((all, next) => addSnapshot(all, next, 1), []);
  expect(addSnapshot(history, at(1, 0.5), 1).map(place)).toEqual([1, 1.5]);
});

test('an epoch shows the last one taken up to its end', () => {
  const history = [at(0, 0.5), at(1), at(3), at(3, 0.5)];
  expect([0, 1, 2, 3, 4].map(epoch => snapshotAt(history, epoch)).map(found => found && place(found))).toEqual([
    undefined,
    1,
    1,
    3,
    3.5,
  ]);
  expect(snapshotOf(history, 3)).toBe(history[2]);
  expect(snapshotOf(history, 2)).toBeUndefined();
  expect(snapshotOf(history, null)).toBeUndefined();
});

test('a checkpoint’s masks are whole epochs, of which some are left out; their Dice follows from the truth', () => {
  const [half, none] = [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(0, 0, 0, 0)];
  const history = historyOf([[half, none], [], [none, none]]);
  expect(history.map(place)).toEqual([1, 3]);
  const samples = [{ truth: Uint8Array.of(1, 0, 0, 0) }, { truth: none }] as Triptych[];
  expect(snapshotDice(history[0] as Snapshot, samples)).toEqual([2 / 3, 1]);
  expect(snapshotDice(at(7), samples)).toEqual([7]);
});
