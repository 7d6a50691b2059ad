/**
 * What can be undone and redone of one mask. A step is the rows that it replaced and the rows that it made: run-length differences of the
 * rows that changed, and since rows never change themselves, nothing is copied. The oldest steps go where all together hold more than the bound.
 */
import { sameRow } from './rows.ts';
import { type Band, type RunMask, withBand } from './run-mask.ts';

interface Step {
  readonly before: Band;
  readonly after: Band;
  readonly bytes: number;
}

/** A value: each change gives another one. */
export interface History {
  readonly mask: RunMask;
  readonly done: readonly Step[];
  readonly undone: readonly Step[];
  /** Of all steps. */
  readonly bytes: number;
}

/** Of all steps of an image: a stroke has some kilobytes. */
export const MOST_BYTES = 32e6;
/** Of a row that is no run: what an array costs. */
const ROW_BYTES = 16;

export function begin(mask: RunMask): History {
  return { mask, done: [], undone: [], bytes: 0 };
}

/** `mask` comes after the one at hand; what was undone is gone. The same history where nothing changed. */
export function changed(history: History, mask: RunMask, most = MOST_BYTES): History {
  const step = stepBetween(history.mask, mask);
  if (!step) return history;
  const done = [...history.done, step];
  let bytes = done.reduce((sum, each) => sum + each.bytes, 0);
  // The last step stays, whatever it takes.
  while (bytes > most && done.length > 1) bytes -= done.shift()!.bytes;
  return { mask, done, undone: [], bytes };
}

export function undo(history: History): History {
  const step = history.done.at(-1);
  if (!step) return history;
  const { done, undone } = history;
  return { ...history, mask: replaced(history.mask, step.before), done: done.slice(0, -1), undone: [...undone, step] };
}

export function redo(history: History): History {
  const step = history.undone.at(-1);
  if (!step) return history;
  const { done, undone } = history;
  return { ...history, mask: replaced(history.mask, step.after), done: [...done, step], undone: undone.slice(0, -1) };
}

function replaced(mask: RunMask, band: Band): RunMask {
  return withBand(mask, band, (_, row) => row);
}

/** The rows from the first to the last that differ; null where none does. */
function stepBetween(before: RunMask, after: RunMask): Step | null {
  const differs = (y: number) => !sameRow(before.rows[y]!, after.rows[y]!);
  let top = 0;
  while (top < before.height && !differs(top)) top++;
  let bottom = before.height;
  while (bottom > top && !differs(bottom - 1)) bottom--;
  if (top === bottom) return null;
  const cut = ({ rows }: RunMask): Band => ({ top, rows: rows.slice(top, bottom) });
  const bands = { before: cut(before), after: cut(after) };
  let bytes = 0;
  for (const { rows } of Object.values(bands)) for (const row of rows) bytes += ROW_BYTES + row.byteLength;
  return { ...bands, bytes };
}

/** Rows that differ between two masks, as a range; null where none does. For drawing only what changed. */
export function changedRows(before: RunMask, after: RunMask): { readonly top: number; readonly bottom: number } | null {
  const step = stepBetween(before, after);
  return step && { top: step.before.top, bottom: step.before.top + step.before.rows.length };
}
