/** What the ingest worker does with corrected masks of the data set that it has loaded: their versions and drafts, and what follows for the data set. */
import type { MaskHistory, MaskOrigin } from '../protocol/corrections.ts';
import { AppError } from '../protocol/errors.ts';
import { type MaskBook, maskBook } from '../store/mask-book.ts';
import type { KeptMasks } from '../store/mask-history.ts';
import { openPixels } from '../store/pixels.ts';
import { type CorrectedPairs, checkMask, isSame, keyOf, presentMasks, withMasks } from './corrections.ts';
import type { KeptPair, ReadPairs } from './summarise.ts';

/** Of one data set, as its files gave it. */
export interface MaskDesk {
  /** All pairs with their present masks. */
  pairs(): Promise<CorrectedPairs>;
  history(id: string): Promise<MaskHistory>;
  versions(pair: KeptPair): Promise<KeptMasks | undefined>;
  /** Keeps what is drawn, or forgets it. */
  keepDraft(
    id: string,
    draft: { mask: Uint8Array<ArrayBuffer>; origin: MaskOrigin; steps: number } | null,
  ): Promise<void>;
  /** Another version, from which `pairs` follows; the draft is gone. */
  save(id: string, mask: Uint8Array<ArrayBuffer>, origin: MaskOrigin): Promise<void>;
}

export function maskDesk(read: ReadPairs, now: () => number, book: MaskBook = maskBook()): MaskDesk {
  /** Present masks by id, but for those that are as they came. */
  let present: Promise<{ masks: Map<string, Uint8Array<ArrayBuffer>>; unreadable: string[] }> | undefined;
  const places = new Map(read.kept.map(({ id }, place) => [id, place]));
  const pairOf = (id: string) => {
    const place = places.get(id);
    const pair = place === undefined ? undefined : read.kept[place];
    if (!pair || place === undefined)
      throw new AppError('dataset-missing', `${id} is not in the data set that is loaded`, 'load its data set again');
    return { pair, place };
  };
  const original = async (place: number): Promise<Uint8Array<ArrayBuffer> | null> => {
    const pixels = await openPixels(read.summary.cacheId);
    try {
      const mask = await pixels.ownMask(place);
      return mask && Uint8Array.from(mask);
    } finally {
      pixels.close();
    }
  };
  const versionsOf = async (pair: KeptPair) => {
    const kept = await book.get(await keyOf(pair, read));
    return kept ?? undefined;
  };
  return {
    async pairs() {
      present ??= presentMasks(read, book, original);
      const { masks, unreadable } = await present;
      return withMasks(read, masks, unreadable);
    },
    versions: versionsOf,
    async history(id) {
      const { pair, place } = pairOf(id);
      const asItCame = await original(place);
      if (!asItCame)
        throw new AppError('dataset-missing', `The mask of ${id} is not at hand`, 'drop the data set again');
      const { versions = [], draft = null } = (await versionsOf(pair)) ?? {};
      return { width: pair.width, height: pair.height, original: asItCame, versions: [...versions], draft };
    },
    async keepDraft(id, draft) {
      const { pair } = pairOf(id);
      if (draft) checkMask(draft.mask, pair);
      const key = await keyOf(pair, read);
      if (!draft && !(await book.get(key))?.draft) return;
      await book.change(key, kept => ({
        ...{ id, versions: kept?.versions ?? [] },
        draft: draft && { at: now(), ...draft },
      }));
    },
    async save(id, mask, origin) {
      const { pair, place } = pairOf(id);
      checkMask(mask, pair);
      const version = { at: now(), origin, mask };
      await book.change(await keyOf(pair, read), kept => ({
        ...{ id, versions: [...(kept?.versions ?? []), version], draft: null },
      }));
      const isAsItCame = isSame(mask, await original(place));
      const { masks, unreadable } = (await present) ?? { masks: new Map(), unreadable: [] };
      const next = new Map(masks);
      if (isAsItCame) next.delete(id);
      else next.set(id, mask);
      present = Promise.resolve({ masks: next, unreadable });
    },
  };
}
