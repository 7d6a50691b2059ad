/** Undo and redo against a plain list of masks. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { begin, changed, changedRows, type History, redo, undo } from './history.ts';
import { difference, union } from './rows.ts';
import { emptyMask, fromBits, type RunMask, sameMask, withBand } from './run-mask.ts';
import { segmentBand } from './strokes.ts';

const [WIDTH, HEIGHT] = [40, 30];
const coordinate = fc.double({ min: -5, max: 45, noNaN: true });
const disc = fc.record({ x: coordinate, y: coordinate, radius: fc.double({ min: 0.5, max: 12, noNaN: true }) });
const act = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('stroke' as const), from: disc, to: disc, erase: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('undo' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('redo' as const) }) },
);

test('for random strokes, undos and redos the mask is the one that a list of all masks gives', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: WIDTH * HEIGHT, maxLength: WIDTH * HEIGHT, max: 1 }),
      fc.array(act, { maxLength: 30 }),
      (bits, acts) => {
        let history = begin(fromBits(bits, WIDTH, HEIGHT));
        let list: RunMask[] = [history.mask];
        let at = 0;
        for (const each of acts) {
          if (each.kind === 'stroke') {
            const band = segmentBand(each.from, each.to, WIDTH, HEIGHT);
            const next = withBand(history.mask, band, each.erase ? difference : union);
            const isNew = !sameMask(next, history.mask);
            history = changed(history, next);
            if (isNew) {
              list = [...list.slice(0, at + 1), next];
              at++;
            }
          } else if (each.kind === 'undo') {
            history = undo(history);
            at = Math.max(0, at - 1);
          } else {
            history = redo(history);
            at = Math.min(list.length - 1, at + 1);
          }
          expect(sameMask(history.mask, list[at]!)).toBe(true);
          expect([history.done.length, history.undone.length]).toEqual([at, list.length - 1 - at]);
        }
        while (history.done.length > 0) history = undo(history);
        expect(sameMask(history.mask, list[0]!)).toBe(true);
      },
    ),
  );
});

const dot = (history: History, x: number): RunMask => {
  const at = { x, y: 10, radius: 3 };
  return withBand(history.mask, segmentBand(at, at, 1000, 20), union);
};

test('the oldest steps go where all hold more than the bound, the last one never', () => {
  let history = begin(emptyMask(1000, 20));
  for (let i = 0; i < 50; i++) history = changed(history, dot(history, 5 + 10 * i), 20_000);
  expect(history.bytes).toBeLessThanOrEqual(20_000);
  expect(history.done.length).toBeGreaterThan(1);
  expect(history.done.length).toBeLessThan(50);
  expect(history.bytes).toBe(history.done.reduce((sum, { bytes }) => sum + bytes, 0));
  const one = changed(begin(emptyMask(1000, 20)), dot(begin(emptyMask(1000, 20)), 50), 1);
  expect(undo(one).mask.rows.every(row => row.length === 0)).toBe(true);
});

test('a step holds the rows that changed and no others; what changes nothing is no step', () => {
  const history = begin(emptyMask(1000, 20));
  const after = changed(history, dot(history, 50));
  expect(after.done[0]!.before).toMatchObject({ top: 7 });
  expect(after.done[0]!.before.rows).toHaveLength(6);
  expect(changedRows(history.mask, after.mask)).toEqual({ top: 7, bottom: 13 });
  expect(changed(after, dot(after, 50))).toBe(after);
  expect(changedRows(after.mask, after.mask)).toBeNull();
});
