/**
 * The images that a model has learnt from, or was chosen by: those of its run's training and validation parts. They go with the model in every
 * format, so that no test counts them as held out. An image is known by the first 64 bits of the SHA-256 of its file, and its copies by its look.
 *
 * As text: eight bytes for each image, sorted, in Base64; then a dot and the looks (looks.ts), in Base64, where these are known. A model of 2,000
 * images has 22 kB of the former and 290 kB of the latter.
 */
import * as v from 'valibot';
import type { DatasetSummary, Split } from './dataset.ts';
import { alikeTo, areLooks, bytesOfBase64, packLooks, unpackLooks } from './looks.ts';

/** Hexadecimal digits of one image. */
const DIGITS = 16;

export const seenImages = v.pipe(
  v.string(),
  v.check(text => {
    const { hashes, looks } = partsOf(text);
    return areHashes(hashes) && (looks === undefined || areLooks(looks));
  }, 'eight bytes for each image, and looks'),
);

function areHashes(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 && bytesOfBase64(text) % (DIGITS / 2) === 0;
}

function partsOf(text: string): { hashes: string; looks: string | undefined } {
  const dot = text.indexOf('.');
  return dot < 0 ? { hashes: text, looks: undefined } : { hashes: text.slice(0, dot), looks: text.slice(dot + 1) };
}

export interface SeenImages {
  /** 16 hexadecimal digits each. */
  readonly hashes: ReadonlySet<string>;
  readonly looks: readonly Uint8Array[];
}

export function packSeen(hashes: Iterable<string>, looks: Iterable<Uint8Array> = []): string {
  let bytes = '';
  for (const hash of [...new Set(hashes)].sort())
    for (let at = 0; at < DIGITS; at += 2) bytes += String.fromCharCode(Number.parseInt(hash.slice(at, at + 2), 16));
  // Each once, in an order of their own, so that the same images give the same text.
  const unlike = new Map([...looks].map(look => [String.fromCharCode(...look), look]));
  const sorted = [...unlike].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, look]) => look);
  return sorted.length > 0 ? `${btoa(bytes)}.${packLooks(sorted)}` : btoa(bytes);
}

export function unpackSeen(text: string): SeenImages {
  const { hashes: packed, looks = '' } = partsOf(text);
  const bytes = atob(packed);
  const hashes = new Set<string>();
  for (let at = 0; at < bytes.length; at += DIGITS / 2) {
    let hash = '';
    for (let i = 0; i < DIGITS / 2; i++)
      hash += bytes
        .charCodeAt(at + i)
        .toString(16)
        .padStart(2, '0');
    hashes.add(hash);
  }
  return { hashes, looks: unpackLooks(looks) };
}

/** What a run's model has seen. `seenBefore`: what the model that it began with had; '' where that did not say. */
export interface Seeing {
  readonly dataset: Pick<DatasetSummary, 'imageHashes' | 'looks' | 'groups'>;
  readonly split: Pick<Split, 'train' | 'validation'>;
  readonly startedFrom?: string | undefined;
  readonly seenBefore?: string | undefined;
}

/**
 * Near-duplicates of seen images count as seen: whatever is in one group with them. undefined where it cannot be told, because an older version of
 * the page read the data set, or the run began with a model that does not say.
 */
export function seenBy({ dataset, split, startedFrom, seenBefore }: Seeing): string | undefined {
  const { imageHashes, groups, looks } = dataset;
  if (!imageHashes) return undefined;
  if (startedFrom !== undefined && !seenBefore) return undefined;
  const seen = new Set([...split.train, ...split.validation].map(place => groups[place]));
  const isSeen = (_: unknown, place: number) => seen.has(groups[place]);
  const before = seenBefore ? unpackSeen(seenBefore) : { hashes: [], looks: [] };
  return packSeen(
    [...imageHashes.filter(isSeen), ...before.hashes],
    [...unpackLooks(looks ?? '').filter(isSeen), ...before.looks],
  );
}

/** Which images of a data set the model has seen, or copies of, by their places; null where that cannot be told. */
export function seenPlaces(
  { imageHashes, groups, looks }: Pick<DatasetSummary, 'imageHashes' | 'looks' | 'groups'>,
  seen: string | undefined,
): Set<number> | null {
  if (seen === undefined || !imageHashes) return null;
  const known = unpackSeen(seen);
  const copies = alikeTo(unpackLooks(looks ?? ''), known.looks);
  const isSeen = (_: unknown, place: number) => known.hashes.has(imageHashes[place] ?? '') || copies.has(place);
  const seenGroups = new Set(groups.filter(isSeen));
  return new Set(groups.flatMap((group, place) => (seenGroups.has(group) ? [place] : [])));
}
