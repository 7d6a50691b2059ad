/** What it means for a person where the page keeps what it keeps. */
import type { StoragePlace } from '../../protocol/storage-place.ts';

/** What closing the window costs, in one sentence; null where it costs nothing, or is not known yet. */
export function closingCosts(place: StoragePlace | null): string | null {
  switch (place) {
    case null:
    case 'disk':
      return null;
    case 'database':
      return 'This browser gives the page no private file system, as in private windows: images, unfinished runs and saved models may be gone once this window is closed, so download what you want to keep.';
    case 'memory':
      return 'This browser lets the page store nothing: images, runs and models are held in memory and are gone once this page is closed or loaded again, so download what you want to keep.';
    default:
      throw place satisfies never;
  }
}

/** Where so many bytes lie: “70 kB on disk”. */
export function placeText(place: StoragePlace | null): string {
  return place === 'memory' ? 'in memory' : place === 'database' ? 'in this browser' : 'on disk';
}
