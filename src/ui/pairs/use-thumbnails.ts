import { useEffect, useReducer, useRef } from 'react';
import { useStudio } from '../studio-context.ts';

export interface Thumbnail {
  readonly side: number;
  /** RGB [side,side,3], and 0 or 1 [side,side]. */
  readonly image: Uint8Array;
  readonly mask: Uint8Array;
}

/** At most so large: sharp enough for a cell of the grid, and 64 kB. */
const SIDE = 128;
/** Some screens of them stay; older ones are asked for again. */
const MOST_KEPT = 600;
/** At once: what is asked for may be scrolled away before it is there, and drawing many would hold up the page. */
const MOST_ASKED = 12;

/** Small pictures of these places of the data set, as they come in; those on show are asked for first, one request at a time. */
export function useThumbnails(cacheId: string, places: readonly number[]): ReadonlyMap<number, Thumbnail> {
  const thumbnails = useStudio(state => state.thumbnails);
  const kept = useRef<{ of: string; pictures: Map<number, Thumbnail>; asking: boolean; failed: Set<number> }>(null);
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  if (kept.current?.of !== cacheId)
    kept.current = { of: cacheId, pictures: new Map(), asking: false, failed: new Set() };
  const mine = kept.current;
  const missing = places.filter(place => !mine.pictures.has(place) && !mine.failed.has(place)).slice(0, MOST_ASKED);
  useEffect(() => {
    if (mine.asking || missing.length === 0) return;
    mine.asking = true;
    void thumbnails(missing, SIDE).then(found => {
      mine.asking = false;
      if (!found) for (const place of missing) mine.failed.add(place);
      else {
        const { side, images, masks } = found;
        const area = side * side;
        missing.forEach((place, i) => {
          const image = images.subarray(i * area * 3, (i + 1) * area * 3);
          mine.pictures.set(place, { side, image, mask: masks.subarray(i * area, (i + 1) * area) });
        });
        for (const place of mine.pictures.keys()) {
          if (mine.pictures.size <= MOST_KEPT) break;
          mine.pictures.delete(place);
        }
      }
      drawAgain();
    });
  });
  return mine.pictures;
}
