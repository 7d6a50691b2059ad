/** The masks of many images as one zip, loaded on demand. */
import JSZip from 'jszip';
import type { Engine } from '../../engine/engine.ts';
import { maskFileName, uniqueNames } from '../../formats/file-names.ts';
import type { Framing } from '../../protocol/preparation.ts';
import type { PixelSource } from '../pixels.ts';
import { evaluate } from './evaluate.ts';
import { enlargeMask, maskPng } from './masks.ts';

export interface MaskZipInput {
  readonly ids: readonly string[];
  /** Width and height of each image. */
  readonly sides: readonly (readonly [number, number])[];
  readonly framing: Framing;
  readonly threshold: number;
}

/** `ID_segmentation.png` for each of `places`, by a name that stays in its folder. The PNGs are compressed already and only stored. */
export async function zipMasks(
  engine: Engine,
  pixels: PixelSource,
  places: readonly number[],
  { ids, sides, framing, threshold }: MaskZipInput,
  onProgress: (done: number, total: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new JSZip();
  const names = uniqueNames(places.map(place => maskFileName(ids[place] ?? String(place))));
  const nameOf = new Map(places.map((place, i) => [place, names[i] ?? `${place}.png`]));
  let done = 0;
  await evaluate(engine, pixels, places, (place, probabilities) => {
    const [width, height] = sides[place] ?? [pixels.size, pixels.size];
    const mask = enlargeMask(probabilities, { size: pixels.size, framing, width, height }, threshold);
    zip.file(nameOf.get(place) ?? `${place}.png`, maskPng(mask, width, height));
    onProgress(++done, places.length);
  });
  return (await zip.generateAsync({ type: 'uint8array' })) as Uint8Array<ArrayBuffer>;
}
