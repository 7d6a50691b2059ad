/**
 * Colour constancy by shades of grey (Finlayson and Trezzi 2004): a scene's Minkowski mean is taken for the colour of its light, and the
 * light is made grey. Dermatoscopes differ in their light; on dermoscopy images the exponent 6 is usual (Barata et al. 2015).
 *
 *   light_c = (mean of I_c^6)^(1/6);  I'_c = I_c · |light| / (√3 · light_c), cut at 255
 *
 * Counted on the shrunk image, so that the same pixels give the same bytes wherever they come from.
 */
import type { Rectangle } from '../protocol/preparation.ts';

const EXPONENT = 6;

/** Changes the pixels of `area` in an RGB image [S,S,3] in place, by what lies in `area` alone. A channel that is black stays so. */
export function shadesOfGrey(image: Uint8Array, size: number, area: Rectangle): void {
  const sums = [0, 0, 0];
  forEachValue(size, area, (at, channel) => {
    sums[channel] = (sums[channel] ?? 0) + ((image[at] ?? 0) / 255) ** EXPONENT;
  });
  const light = sums.map(sum => (sum / (area.width * area.height)) ** (1 / EXPONENT));
  const grey = Math.hypot(...light) / Math.sqrt(3);
  const gains = light.map(value => (value > 0 ? grey / value : 1));
  forEachValue(size, area, (at, channel) => {
    image[at] = Math.min(255, Math.round((image[at] ?? 0) * (gains[channel] ?? 1)));
  });
}

function forEachValue(
  size: number,
  { left, top, width, height }: Rectangle,
  visit: (at: number, channel: number) => void,
): void {
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++)
      for (let channel = 0; channel < 3; channel++) visit((y * size + x) * 3 + channel, channel);
}
