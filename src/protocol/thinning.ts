/** Which of a row of snapshots gives way where there are too many: page and worker keep the same ones. Pure. */

/** Snapshots of predictions that a run keeps: as many as a slider has use for. */
export const MOST_SNAPSHOTS = 40;

/**
 * The one whose neighbours are closest to each other, so that those left lie about evenly; the earliest of equals. Never the first, the
 * last, or one to keep. `places` ascend. -1 where none may go.
 */
export function leastMissed(places: readonly number[], keep: (index: number) => boolean = () => false): number {
  let found = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < places.length - 1; i++) {
    const gap = (places[i + 1] ?? 0) - (places[i - 1] ?? 0);
    if (gap >= least || keep(i)) continue;
    least = gap;
    found = i;
  }
  return found;
}
