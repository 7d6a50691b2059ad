/**
 * The images that a model has learnt from, or was chosen by: those of its run's training and validation parts. They go with the model in every
 * format, so that no test counts them as held out. An image is known by the first 64 bits of the SHA-256 of its file.
 *
 * As text: eight bytes for each image, sorted, in Base64. A model of 2,000 images has 21 kB of it.
 */
import * as v from 'valibot';
import type { DatasetSummary, Split } from './dataset.ts';

/** Hexadecimal digits of one image. */
const DIGITS = 16;

export const seenImages = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9+/]*={0,2}$/, 'Base64'),
  v.check(text => text.length % 4 === 0 && bytesOf(text) % 8 === 0, 'eight bytes for each image'),
);

function bytesOf(text: string): number {
  return (text.length / 4) * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
}

/** `hashes`: 16 hexadecimal digits each. */
export function packSeen(hashes: Iterable<string>): string {
  let bytes = '';
  for (const hash of [...new Set(hashes)].sort())
    for (let at = 0; at < DIGITS; at += 2) bytes += String.fromCharCode(Number.parseInt(hash.slice(at, at + 2), 16));
  return btoa(bytes);
}

export function unpackSeen(text: string): Set<string> {
  const bytes = atob(text);
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
  return hashes;
}

/** What a run's model has seen. `seenBefore`: what the model that it began with had; '' where that did not say. */
export interface Seeing {
  readonly dataset: Pick<DatasetSummary, 'imageHashes' | 'groups'>;
  readonly split: Pick<Split, 'train' | 'validation'>;
  readonly startedFrom?: string | undefined;
  readonly seenBefore?: string | undefined;
}

/**
 * Near-duplicates of seen images count as seen: whatever is in one group with them. undefined where it cannot be told, because an older version of
 * the page read the data set, or the run began with a model that does not say.
 */
export function seenBy({ dataset, split, startedFrom, seenBefore }: Seeing): string | undefined {
  const { imageHashes, groups } = dataset;
  if (!imageHashes) return undefined;
  if (startedFrom !== undefined && !seenBefore) return undefined;
  const seen = new Set([...split.train, ...split.validation].map(place => groups[place]));
  const own = imageHashes.filter((_, place) => seen.has(groups[place]));
  return packSeen([...own, ...(seenBefore ? unpackSeen(seenBefore) : [])]);
}

/** Which images of a data set the model has seen, near-duplicates included, by their places; null where that cannot be told. */
export function seenPlaces(
  { imageHashes, groups }: Pick<DatasetSummary, 'imageHashes' | 'groups'>,
  seen: string | undefined,
): Set<number> | null {
  if (seen === undefined || !imageHashes) return null;
  const known = unpackSeen(seen);
  const seenGroups = new Set(groups.filter((_, place) => known.has(imageHashes[place] ?? '')));
  return new Set(groups.flatMap((group, place) => (seenGroups.has(group) ? [place] : [])));
}
