/**
 * One pair's mask while it is in the editor: what is drawn, what can be undone, which versions there are, and what is kept of it. No React, no
 * canvas. A change to a mask of the test part is asked for first.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { rowsAbove } from '../../masks/enlarge.ts';
import { begin, changed, type History, redo, undo } from '../../masks/history.ts';
import { grown, type Slowly, shrunk, smoothed } from '../../masks/morphology.ts';
import { largestRegion, withoutHoles } from '../../masks/regions.ts';
import type { Row } from '../../masks/rows.ts';
import { codedOf, diceOfMasks, fromCoded, type RunMask, sameMask } from '../../masks/run-mask.ts';
import type { MaskHistory, MaskOrigin } from '../../protocol/corrections.ts';
import type { MaskPrediction } from '../../state/data/correction-actions.ts';
import { inSlices } from './slices.ts';
import type { Change, Mode } from './tools.ts';

export interface Prediction extends MaskPrediction {
  /** Pixels above the level, a row at a time. */
  readonly rowAt: (y: number) => Row;
  /** All of them; null until they are found. */
  readonly mask: RunMask | null;
  readonly level: number;
}

export type Compared = 'prediction' | 'original' | 'none';

export interface SessionState {
  readonly history: History;
  /** How the mask after each step was made, the first before any step. */
  readonly origins: readonly MaskOrigin[];
  readonly versions: MaskHistory;
  /** As it came, and each version: decoded. */
  readonly original: RunMask;
  readonly saved: RunMask;
  readonly prediction: Prediction | null;
  readonly mode: Mode;
  /** Diameter of the brush in pixels of the image. */
  readonly size: number;
  /** Of the mask's area, 0 to 1. */
  readonly opacity: number;
  readonly compared: Compared;
  /** Lasso, polygon and threshold brush take away instead of adding. */
  readonly takesAway: boolean;
  readonly locked: boolean;
  /** The person is asked whether a mask of the test part may change; then this goes on. */
  readonly asking: { readonly go: () => void } | null;
  /** A change of the whole mask is under way. */
  readonly busy: boolean;
  readonly saving: boolean;
  /** For screen readers. */
  readonly told: string;
}

export interface SessionParts {
  readonly id: string;
  readonly versions: MaskHistory;
  readonly locked: boolean;
  /** Whether it held. */
  keepDraft(draft: { mask: Uint8Array<ArrayBuffer>; origin: MaskOrigin; steps: number } | null): Promise<boolean>;
  save(mask: Uint8Array<ArrayBuffer>, origin: MaskOrigin): Promise<MaskHistory | null>;
}

export interface Session {
  readonly store: StoreApi<SessionState>;
  /** The mask is another one now, by whatever hand. Asks where it is locked. */
  apply(mask: RunMask, what: string, origin?: MaskOrigin): void;
  /** Goes on at once, or once the person lets a locked mask change; whether at once. */
  permit(go: () => void): boolean;
  answer(yes: boolean): void;
  undo(): void;
  redo(): void;
  change(kind: Change): Promise<void>;
  /** The mask of that version; null: as it came. */
  bringBack(version: number | null): void;
  save(): Promise<boolean>;
  predicted(prediction: MaskPrediction | null): void;
  setLevel(level: number): void;
  set(change: Partial<Pick<SessionState, 'mode' | 'size' | 'opacity' | 'compared' | 'takesAway'>>): void;
  dispose(): void;
}

const HAND: MaskOrigin = { kind: 'hand' };
export const brushSizes = { least: 1, most: 400 } as const;

export function createSession({ versions, locked, keepDraft, save }: SessionParts): Session {
  const { width, height, draft } = versions;
  const decoded = (mask: Uint8Array) => fromCoded(mask, width, height);
  const original = decoded(versions.original);
  const lastOf = (of: MaskHistory) => {
    const last = of.versions.at(-1);
    return last ? decoded(last.mask) : original;
  };
  const saved = lastOf(versions);
  const first = begin(saved);
  // What was drawn and not saved is the first step, so that it can be undone.
  const history = draft ? changed(first, decoded(draft.mask)) : first;
  const store = createStore<SessionState>()(() => ({
    ...{ history, versions, original, saved, locked, prediction: null },
    origins: history.done.length > 0 && draft ? [HAND, draft.origin] : [HAND],
    ...{ mode: 'brush', size: Math.max(2, Math.round(Math.min(width, height) / 40)), opacity: 0.28 },
    ...{ compared: 'prediction', takesAway: false, asking: null, busy: false, saving: false, told: '' },
  }));
  const { getState: get, setState: set } = store;
  let disposed = false;

  /** The newest wish, where one is being kept already. */
  let keeping: Promise<void> | null = null;
  let due = false;
  const keep = () => {
    due = true;
    keeping ??= (async () => {
      while (due) {
        due = false;
        const { history, saved } = get();
        const same = sameMask(history.mask, saved);
        const next = { mask: codedOf(history.mask), origin: originNow(get()), steps: history.done.length };
        if (!(await keepDraft(same ? null : next))) break;
      }
      keeping = null;
    })();
  };

  const become = (next: History, origins: readonly MaskOrigin[], told: string) => {
    set({ history: next, origins, told });
    keep();
  };

  const permit: Session['permit'] = go => {
    if (!get().locked) {
      go();
      return true;
    }
    set({ asking: { go } });
    return false;
  };

  const apply: Session['apply'] = (mask, what, origin) => {
    permit(() => {
      const { history, origins } = get();
      const next = changed(history, mask);
      if (next === history) return;
      const before = origins[history.done.length] ?? HAND;
      const made = origin ?? (before.kind === 'prediction' ? { ...before, edited: true } : HAND);
      const all = [...origins.slice(0, history.done.length + 1), made];
      // The oldest steps may have gone.
      become(next, all.slice(all.length - next.done.length - 1), what);
    });
  };

  const slowly = async (work: () => Slowly | RunMask, what: string) => {
    const { history, busy } = get();
    if (busy) return;
    set({ busy: true });
    try {
      const begun = work();
      const mask = 'next' in begun ? await inSlices(begun, () => !disposed && get().history === history) : begun;
      if (mask) apply(mask, what);
    } finally {
      set({ busy: false });
    }
  };

  const findPrediction = async (prediction: Prediction) => {
    const work = function* (): Slowly {
      const rows: Row[] = [];
      for (let y = 0; y < height; y++) {
        rows.push(prediction.rowAt(y));
        if (y % 16 === 0) yield;
      }
      return { width, height, rows };
    };
    const mask = await inSlices(work(), () => !disposed && get().prediction === prediction);
    if (mask && get().prediction === prediction) set({ prediction: { ...prediction, mask } });
  };

  const setPrediction = (found: MaskPrediction, level: number) => {
    const rowAt = rowsAbove(found.values, { size: found.size, framing: found.framing, width, height }, level);
    const prediction: Prediction = { ...found, rowAt, mask: null, level };
    set({ prediction });
    void findPrediction(prediction);
  };

  return {
    ...{ store, apply, permit },
    answer(yes) {
      const { asking } = get();
      set({ asking: null, ...(yes && { locked: false }) });
      if (yes) asking?.go();
    },
    undo: () => void permit(() => become(undo(get().history), get().origins, 'Undone')),
    redo: () => void permit(() => become(redo(get().history), get().origins, 'Redone')),
    async change(kind) {
      const { mask } = get().history;
      switch (kind) {
        case 'smooth':
          return slowly(() => smoothed(mask, smoothingRadius(width, height)), 'Smoothed');
        case 'grow':
          return slowly(() => grown(mask, 1), 'Grown by a pixel');
        case 'shrink':
          return slowly(() => shrunk(mask, 1), 'Shrunk by a pixel');
        case 'largest':
          return slowly(() => largestRegion(mask), 'Only the largest region is left');
        case 'holes':
          return slowly(() => withoutHoles(mask), 'Holes filled');
        case 'copy': {
          const { prediction } = get();
          if (!prediction?.mask) return;
          const { model, level } = prediction;
          const origin: MaskOrigin = { kind: 'prediction', model, threshold: level, edited: false };
          return apply(prediction.mask, 'The prediction is the mask now', origin);
        }
        default:
          throw kind satisfies never;
      }
    },
    bringBack(version) {
      const found = version === null ? undefined : get().versions.versions[version];
      if (version !== null && !found) return;
      apply(found ? decoded(found.mask) : original, 'Brought back', { kind: 'earlier', of: found?.at ?? null });
    },
    async save() {
      if (get().saving || !permit(() => {})) return false;
      set({ saving: true });
      try {
        await keeping;
        const { history } = get();
        const next = await save(codedOf(history.mask), originNow(get()));
        if (!next) return false;
        set({ versions: next, saved: history.mask, told: 'Mask saved' });
        // Drawn while it was being saved.
        if (get().history.mask !== history.mask) keep();
        return true;
      } finally {
        set({ saving: false });
      }
    },
    predicted(found) {
      if (found) setPrediction(found, found.threshold);
      else set({ compared: 'original' });
    },
    setLevel(level) {
      const { prediction } = get();
      if (prediction) setPrediction(prediction, level);
    },
    set: change => set(change),
    dispose() {
      disposed = true;
    },
  };
}

/** Notches narrower than this go: a pixel of a network's square of 256. */
export function smoothingRadius(width: number, height: number): number {
  return Math.max(1, Math.min(24, Math.round(Math.max(width, height) / 256)));
}

export function originNow({ history, origins }: SessionState): MaskOrigin {
  return origins[history.done.length] ?? HAND;
}

/** Whether it differs from the version that is used. */
export function isUnsaved({ history, saved }: SessionState): boolean {
  return history.mask !== saved && !sameMask(history.mask, saved);
}

/** Agreement of a mask with the prediction; null until that is at hand. */
export function agreement(mask: RunMask, prediction: Prediction | null): number | null {
  return prediction?.mask ? diceOfMasks(mask, prediction.mask) : null;
}
