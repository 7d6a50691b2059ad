/** One mask in the editor, without a page: what is kept, what a version says of itself, and the lock of the test part. */
import { describe, expect, test } from 'vitest';
import { polygonBand } from '../../masks/polygon.ts';
import { union } from '../../masks/rows.ts';
import { areaOf, codedOf, emptyMask, fromCoded, type RunMask, sameMask, withBand } from '../../masks/run-mask.ts';
import type { MaskHistory, MaskOrigin } from '../../protocol/corrections.ts';
import { pressKey } from './keys.ts';
import { createSession, isUnsaved, originNow, type SessionParts } from './session.ts';
import type { StageControls } from './stage.tsx';

const [WIDTH, HEIGHT] = [32, 24];
const square = (x: number, y: number, side: number, onto: RunMask = emptyMask(WIDTH, HEIGHT)) => {
  const corners = [
    { x, y },
    { x: x + side, y },
    { x: x + side, y: y + side },
    { x, y: y + side },
  ];
  return withBand(onto, polygonBand(corners, WIDTH, HEIGHT), union);
};
const original = square(8, 8, 8);

/** Keeps what the session saves, as the worker does. */
function deskWith(over: Partial<SessionParts> = {}, history: Partial<MaskHistory> = {}) {
  const kept: { mask: Uint8Array; origin: MaskOrigin; steps: number }[] = [];
  let versions: MaskHistory = {
    ...{ width: WIDTH, height: HEIGHT, original: codedOf(original), versions: [], draft: null },
    ...history,
  };
  const saved: MaskOrigin[] = [];
  const session = createSession({
    ...{ id: 'ISIC_1', versions, locked: false },
    async keepDraft(draft) {
      if (draft) kept.push(draft);
      else kept.length = 0;
      return true;
    },
    async save(mask, origin) {
      saved.push(origin);
      versions = { ...versions, versions: [...versions.versions, { at: saved.length, origin, mask }] };
      return versions;
    },
    ...over,
  });
  const now = () => session.store.getState();
  return { session, kept, saved, now };
}

const settled = () => new Promise(resolve => setTimeout(resolve, 20));

describe('a session', () => {
  test('each change is kept as a draft; undone to the saved mask, nothing is', async () => {
    const { session, kept, now } = deskWith();
    expect(isUnsaved(now())).toBe(false);
    session.apply(square(1, 1, 4, original), 'drawn');
    await settled();
    expect(kept.at(-1)).toMatchObject({ steps: 1, origin: { kind: 'hand' } });
    expect(sameMask(fromCoded(kept.at(-1)!.mask, WIDTH, HEIGHT), square(1, 1, 4, original))).toBe(true);
    session.undo();
    await settled();
    expect(kept).toEqual([]);
    expect(isUnsaved(now())).toBe(false);
    session.redo();
    expect(isUnsaved(now())).toBe(true);
  });

  test('a draft that was kept is one step over the saved mask', () => {
    const draft = { at: 1, origin: { kind: 'hand' } as const, steps: 3, mask: codedOf(square(1, 1, 4, original)) };
    const { session, now } = deskWith({}, { draft });
    expect(isUnsaved(now())).toBe(true);
    session.undo();
    expect(sameMask(now().history.mask, original)).toBe(true);
  });

  test('a version says what made it: by hand, from a prediction, changed after that, or an earlier one', async () => {
    const { session, saved, now } = deskWith();
    const values = new Float32Array(64).fill(0.2).fill(0.9, 0, 24);
    session.predicted({ values, size: 8, framing: 'squeeze', model: 'Run 6', threshold: 0.5 });
    await expect.poll(() => now().prediction?.mask !== null).toBe(true);
    expect(areaOf(now().prediction!.mask!)).toBeGreaterThan(0);
    await session.change('copy');
    await session.save();
    session.apply(square(20, 16, 4, now().history.mask), 'drawn');
    await session.save();
    session.bringBack(null);
    expect(originNow(now())).toEqual({ kind: 'earlier', of: null });
    await session.save();
    session.bringBack(0);
    await session.save();
    const prediction = { kind: 'prediction', model: 'Run 6', threshold: 0.5 };
    expect(saved).toEqual([
      { ...prediction, edited: false },
      { ...prediction, edited: true },
      { kind: 'earlier', of: null },
      { kind: 'earlier', of: 1 },
    ]);
    session.undo();
    expect(originNow(now())).toEqual({ kind: 'earlier', of: null });
  });

  test('a locked mask changes only after a yes, and then without another question', async () => {
    const { session, kept, now } = deskWith({ locked: true });
    session.apply(square(1, 1, 4, original), 'drawn');
    expect(now().asking).not.toBeNull();
    expect(sameMask(now().history.mask, original)).toBe(true);
    session.answer(false);
    expect(now()).toMatchObject({ asking: null, locked: true });
    expect(await session.save()).toBe(false);
    session.answer(false);
    session.apply(square(1, 1, 4, original), 'drawn');
    session.answer(true);
    expect(isUnsaved(now())).toBe(true);
    session.apply(square(20, 1, 4, now().history.mask), 'drawn');
    expect(now().asking).toBeNull();
    await settled();
    expect(kept.at(-1)?.steps).toBe(2);
  });

  test('what fails to be saved stays unsaved', async () => {
    const { session, now } = deskWith({ save: async () => null });
    session.apply(square(1, 1, 4, original), 'drawn');
    expect(await session.save()).toBe(false);
    expect(isUnsaved(now())).toBe(true);
    expect(now().saving).toBe(false);
  });
});

test('keys: tools, changes, size, and none with Alt or where a field has its own', () => {
  const { session, now } = deskWith();
  const moved: string[] = [];
  const stage: StageControls = {
    ...{
      fit: () => moved.push('fit'),
      oneToOne: () => moved.push('1:1'),
      zoom: factor => moved.push(`zoom ${factor}`),
    },
    ...{ pan: (dx, dy) => moved.push(`pan ${dx} ${dy}`), giveUp: () => false, setSpace: () => {}, focus: () => {} },
  };
  const acts: string[] = [];
  const parts = {
    ...{ session, stage, hasPrediction: false, save: () => acts.push('save'), close: () => acts.push('close') },
    polygon: () => false,
    review: null,
  };
  const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  const press = (key: string, more: Partial<typeof plain> = {}, onField = false) =>
    pressKey({ key, ...plain, ...more }, parts, onField);
  expect(press('E', { shiftKey: true })).toBe(true);
  expect(now().mode).toBe('eraser');
  expect([press('t'), press('c'), press('b', { altKey: true }), press('b', { ctrlKey: true }), press('q')]).toEqual(
    Array(5).fill(false),
  );
  expect(now().mode).toBe('eraser');
  const { size } = now();
  press(']');
  expect(now().size).toBeGreaterThan(size);
  expect(press('ArrowLeft', {}, true)).toBe(false);
  press('ArrowLeft');
  press('ArrowUp', { shiftKey: true });
  press('0');
  press('9');
  expect(moved).toEqual(['pan 40 0', 'pan 0 200', 'fit', '1:1']);
  press('s');
  press('Escape');
  expect(acts).toEqual(['save', 'close']);
});
