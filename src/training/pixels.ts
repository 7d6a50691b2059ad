/** Where training reads its images from: the pixel cache in the page, plain arrays in tests. */
import type { DatasetSummary } from '../protocol/dataset.ts';
import type { Triptych } from '../protocol/triptych.ts';

export interface PixelSource {
  /** Side in pixels of every image. */
  readonly size: number;
  /** Images [n,S,S,3] and masks [n,S,S] (0/1) of these places in the data set, freshly allocated. */
  read(indices: readonly number[]): Promise<{ images: Uint8Array; masks: Uint8Array }>;
  /** The mask at that place in its image's own sides, as masks/coded.ts codes it; null where they are not known. */
  ownMask(place: number): Promise<Uint8Array | null>;
}

/** Images and masks at these places, as the page shows them. */
export async function readSamples(
  pixels: PixelSource,
  dataset: DatasetSummary,
  places: readonly number[],
): Promise<Triptych[]> {
  const { images, masks } = await pixels.read(places);
  const area = pixels.size ** 2;
  return places.map((place, i) => ({
    id: dataset.ids[place] ?? `#${place}`,
    size: pixels.size,
    image: images.slice(i * area * 3, (i + 1) * area * 3),
    truth: masks.slice(i * area, (i + 1) * area),
  }));
}
