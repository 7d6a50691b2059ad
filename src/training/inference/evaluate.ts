import type { Engine } from '../../engine/engine.ts';
import { featureCount } from '../../network/graph.ts';
import type { PixelSource } from '../pixels.ts';

/** What one image's prediction is scored on: probabilities and truth (0/1), both [S,S], the image itself, RGB [S,S,3], and the engine's features. */
export type Visit = (
  place: number,
  probabilities: Float32Array,
  truth: Uint8Array,
  image: Uint8Array,
  features: Float32Array,
) => void | Promise<void>;

/**
 * Predicts the images at `places` in chunks and hands each to `visit` in order. `pass` is asked between chunks, and false ends it early;
 * the result says whether all were visited.
 */
export async function evaluate(
  engine: Engine,
  pixels: PixelSource,
  places: readonly number[],
  visit: Visit,
  pass: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  const chunk = Math.max(engine.settings.batch, CHUNK);
  const area = pixels.size ** 2;
  const each = featureCount(engine.settings.network);
  for (let start = 0; start < places.length; start += chunk) {
    if (!(await pass())) return false;
    const part = places.slice(start, start + chunk);
    const { images, masks } = await pixels.read(part);
    const features = new Float32Array(part.length * each);
    const probabilities = await engine.predict(images, part.length, features);
    for (const [i, place] of part.entries()) {
      const [begin, end] = [i * area, (i + 1) * area];
      const image = images.subarray(3 * begin, 3 * end);
      const own = features.subarray(i * each, (i + 1) * each);
      await visit(place, probabilities.subarray(begin, end), masks.subarray(begin, end), image, own);
    }
  }
  return true;
}

/** Images read and predicted together; also how long a stop can take at most. */
const CHUNK = 4;
