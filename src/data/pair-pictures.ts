/** Pairs as the page shows them before training: small ones from the cache, a large one from its own files. */
import type { Thumbnails } from '../protocol/data.ts';
import { plainPreparation } from '../protocol/preparation.ts';
import type { Triptych } from '../protocol/triptych.ts';
import type { PixelReader } from '../store/pixels.ts';
import type { Decoder } from './decode.ts';
import { framedAverager } from './resize.ts';
import type { KeptPair } from './summarise.ts';

/** These places of the cache, shrunk to `side` where they are larger. */
export async function thumbnailsOf(pixels: PixelReader, places: readonly number[], side: number): Promise<Thumbnails> {
  const { size } = pixels.summary;
  const { images, masks } = await pixels.read(places);
  if (size <= side) return { side: size, images, masks };
  const [few, many] = [side * side, size * size];
  const small = { images: new Uint8Array(places.length * few * 3), masks: new Uint8Array(places.length * few) };
  const shrink = (from: Uint8Array, channels: 1 | 3) => {
    const average = framedAverager('squeeze', side, { width: size, height: size, channels });
    average.push(from, size, channels);
    return average.finish();
  };
  for (let i = 0; i < places.length; i++) {
    small.images.set(shrink(images.subarray(i * many * 3, (i + 1) * many * 3), 3), i * few * 3);
    small.masks.set(shrink(masks.subarray(i * many, (i + 1) * many), 1), i * few);
  }
  return { side, ...small };
}

/** One pair from its own files, squeezed to a square of `side`. Throws FileRejection where they can no longer be read. */
export async function pictureOfFiles(
  { id, files: [image, mask] }: KeptPair,
  side: number,
  decoder: Decoder,
  signal: AbortSignal,
): Promise<Triptych> {
  const bytes = [await image.read(signal), await mask.read(signal)] as const;
  const preparation = { ...plainPreparation, size: side };
  const decoded = await decoder.decode(...bytes, preparation, signal);
  return { id, size: side, image: decoded.image, truth: decoded.mask };
}

/** The same from the cache, in its own side. */
export async function pictureOfCache(pixels: PixelReader, place: number): Promise<Triptych> {
  const { images, masks } = await pixels.read([place]);
  const { size, ids } = pixels.summary;
  return { id: ids[place] ?? `#${place}`, size, image: images, truth: masks };
}
