/** An image's own file, for the browser to draw at its own resolution. */
import { readHeader } from './header.ts';
import type { Source } from './source.ts';

/**
 * The file's bytes, whose orientation is switched off where `sides`, those that its pixels were read in, are the stored ones: masks and
 * outlines fit these, and a browser would turn the picture. Without `sides` always. Throws what reading the file and its header throws.
 */
export async function photoOf(source: Source, sides?: readonly [width: number, height: number]) {
  const bytes = new Uint8Array(await source.read());
  const { width, height, orientationAt } = readHeader(bytes);
  const stored = !sides || (sides[0] === width && sides[1] === height);
  if (orientationAt !== undefined && stored) bytes[orientationAt] = 1;
  return bytes;
}
