/** The masks of many images as one zip, loaded on demand. */
import JSZip from 'jszip';
import { maskFileName, uniqueNames } from '../../formats/file-names.ts';
import type { Framing } from '../../protocol/preparation.ts';
import { enlargeMask, maskPng } from './masks.ts';

export interface MaskZipInput {
  readonly ids: readonly string[];
  /** Width and height of each image. */
  readonly sides: readonly (readonly [number, number])[];
  readonly framing: Framing;
  readonly threshold: number;
}

/** Gives `visit` the probabilities [S,S] of each place in turn. */
export type Predictions = (visit: (place: number, probabilities: Float32Array) => void) => Promise<unknown>;

/** `ID_segmentation.png` for each of `places`, by a name that stays in its folder. The PNGs are compressed already and only stored. */
export async function zipMasks(
  predictions: Predictions,
  size: number,
  places: readonly number[],
  { ids, sides, framing, threshold }: MaskZipInput,
  onProgress: (done: number, total: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new JSZip();
  const names = uniqueNames(places.map(place => maskFileName(ids[place] ?? String(place))));
  const nameOf = new Map(places.map((place, i) => [place, names[i] ?? `${place}.png`]));
  let done = 0;
  await predictions((place, probabilities) => {
    const [width, height] = sides[place] ?? [size, size];
    const mask = enlargeMask(probabilities, { size, framing, width, height }, threshold);
    zip.file(nameOf.get(place) ?? `${place}.png`, maskPng(mask, width, height));
    onProgress(++done, places.length);
  });
  return (await zip.generateAsync({ type: 'uint8array' })) as Uint8Array<ArrayBuffer>;
}
