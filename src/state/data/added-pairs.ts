/** Images with masks that join a data set: as the files under which it is read again, and which of them it has already. */

import { safeStem, uniqueNames } from '../../formats/file-names.ts';
import { sha256 } from '../../formats/sha256.ts';
import type { SourceFile } from '../../protocol/data.ts';
import type { DatasetSummary } from '../../protocol/dataset.ts';

/** Of `imageHashes`. */
const HASH_DIGITS = 16;

/** An image's file as it came, and its mask as a PNG of the same sides. */
export interface NewPair {
  readonly name: string;
  readonly image: Uint8Array<ArrayBuffer>;
  readonly mask: Uint8Array<ArrayBuffer>;
}

/** Image and mask of each, paired by name. A name that is `taken` gets a number: two images of one name would both get other ids. */
export function filesOfPairs(pairs: readonly NewPair[], taken: readonly string[]): SourceFile[] {
  const endings = pairs.map(({ name }) => /\.[^.]*$/.exec(name)?.[0] ?? '');
  const stems = pairs.map(({ name }, i) => safeStem(name.slice(0, name.length - (endings[i] ?? '').length)));
  const unique = uniqueNames([...taken, ...stems]).slice(taken.length);
  return pairs.flatMap(({ image, mask }, i) => {
    const [own, ofMask] = [`${unique[i]}${endings[i]}`, `${unique[i]}_segmentation.png`];
    return [
      { path: `added/images/${own}`, file: new File([image], own) },
      { path: `added/masks/${ofMask}`, file: new File([mask], ofMask) },
    ];
  });
}

/** The id of the pair with the same image, byte for byte; undefined where there is none, or where the data set cannot tell. */
export async function idOfSame(
  { image }: Pick<NewPair, 'image'>,
  { ids, imageHashes = [] }: Pick<DatasetSummary, 'ids' | 'imageHashes'>,
): Promise<string | undefined> {
  const place = imageHashes.indexOf((await sha256(image)).slice(0, HASH_DIGITS));
  return place < 0 ? undefined : ids[place];
}
