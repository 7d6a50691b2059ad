/** Pictures as they are shown, from pixels as they are stored. */
import type { MaskPixels } from './png-mask.ts';

/** Writes the RGBA of a pixel, by its place among the stored ones. */
export type PixelWriter = (pixel: number, into: Uint8ClampedArray, at: number) => void;

/** As Exif and TIFF number the eight ways: from 5 on rows are columns. */
export function turned(
  write: PixelWriter,
  { width, height }: { readonly width: number; readonly height: number },
  orientation: number,
): MaskPixels {
  const swapped = orientation >= 5;
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBelow = [3, 4, 6, 7].includes(orientation);
  const shown = swapped ? { width: height, height: width } : { width, height };
  return {
    ...shown,
    strip(y, rows) {
      const pixels = new Uint8ClampedArray(shown.width * rows * 4);
      for (let row = y, at = 0; row < y + rows; row++)
        for (let column = 0; column < shown.width; column++, at += 4) {
          const [across, down] = swapped ? [row, column] : [column, row];
          const left = fromRight ? width - 1 - across : across;
          const top = fromBelow ? height - 1 - down : down;
          write(top * width + left, pixels, at);
        }
      return pixels;
    },
  };
}
