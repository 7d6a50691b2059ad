/** What a run's network made of its samples, from its beginning to now: bounded, and about evenly spread over the run. Pure. */
import { confusion, dice } from '../../metrics/confusion.ts';
import { leastMissed, MOST_SNAPSHOTS } from '../../protocol/thinning.ts';
import type { Triptych } from '../../protocol/triptych.ts';

export interface Snapshot {
  /** Taken after so many whole epochs … */
  readonly epochs: number;
  /** … and this share of the next. */
  readonly part: number;
  /** Predicted masks (0/1) [S,S] of the samples, in their order. */
  readonly masks: readonly Uint8Array[];
  /** Probabilities [S,S] of each, 0 to 255 for 0 to 1; null where it came from a checkpoint, which keeps the masks alone. */
  readonly levels: readonly Uint8Array[] | null;
  /** Of each at threshold 0.5; null where it came from a checkpoint. */
  readonly dice: readonly number[] | null;
}

/** In the order of time; the snapshot of the best epoch stays, whatever else gives way. */
export function addSnapshot(
  history: readonly Snapshot[],
  snapshot: Snapshot,
  bestEpoch: number | null,
): readonly Snapshot[] {
  const all = [...history.filter(before => placeOf(before) < placeOf(snapshot)), snapshot];
  if (all.length <= MOST_SNAPSHOTS) return all;
  const gone = leastMissed(all.map(placeOf), i => isOf(all[i], bestEpoch));
  return all.filter((_, i) => i !== gone);
}

/** Of a checkpoint's masks by epoch; those of some epochs are left out there. */
export function historyOf(masks: readonly (readonly Uint8Array[])[]): readonly Snapshot[] {
  return masks.flatMap((masks, i) =>
    masks.length > 0 ? [{ epochs: i + 1, part: 0, masks, levels: null, dice: null }] : [],
  );
}

/** The last one that was taken up to the end of this epoch; undefined where there is none. */
export function snapshotAt(history: readonly Snapshot[], epoch: number): Snapshot | undefined {
  return history.findLast(snapshot => placeOf(snapshot) <= epoch);
}

/** The one at the end of this very epoch. */
export function snapshotOf(history: readonly Snapshot[], epoch: number | null): Snapshot | undefined {
  return history.find(snapshot => isOf(snapshot, epoch));
}

/** Dice of each sample at threshold 0.5; empty while the samples are not known. */
export function snapshotDice({ masks, dice: told }: Snapshot, samples: readonly Triptych[]): readonly number[] {
  return told ?? samples.map(({ truth }, i) => dice(confusion(masks[i] ?? [], truth)));
}

function isOf(snapshot: Snapshot | undefined, epoch: number | null): boolean {
  return snapshot?.epochs === epoch && snapshot?.part === 0;
}

function placeOf({ epochs, part }: Snapshot): number {
  return epochs + part;
}
