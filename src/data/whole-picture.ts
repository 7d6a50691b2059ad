/**
 * A picture at its own resolution as bitmaps that the page draws: tiles for a close look, and a small one of the whole, so that nothing on the
 * page's own thread shrinks millions of pixels. Only in a worker. Never read back from a canvas, so that browsers that alter canvases show it too.
 */
import type { PictureTile, WholePicture } from '../protocol/corrections.ts';
import { settleOrientation } from './decode-pair.ts';
import { headerOf } from './header-of.ts';
import { bitmapOf, openImage } from './open-picture.ts';

/** Sides of a tile, and the longer side of the small picture, in pixels. */
const TILE = 1024;
const SMALL = 2048;

/** `sides`: what the picture must have once it is turned as its mask is; null where there is no mask. Throws FileRejection. */
export async function wholePicture(
  bytes: Uint8Array<ArrayBuffer>,
  mostPixels: number,
  sides: { readonly width: number; readonly height: number } | null,
): Promise<WholePicture> {
  const header = headerOf('image', bytes, mostPixels);
  if (sides) settleOrientation(bytes, header, sides);
  else if (header.orientationAt !== undefined) bytes[header.orientationAt] = 1;
  if (header.format !== 'tiff') {
    const whole = await bitmapOf('image', bytes, header);
    const { width, height } = whole;
    if (Math.max(width, height) <= SMALL) return { width, height, small: whole, tiles: [] };
    const tiles: PictureTile[] = [];
    for (let top = 0; top < height; top += TILE)
      for (let left = 0; left < width; left += TILE) {
        const [w, h] = [Math.min(TILE, width - left), Math.min(TILE, height - top)];
        tiles.push({ left, top, bitmap: await createImageBitmap(whole, left, top, w, h) });
      }
    const { columns, rows } = smallSides(width, height);
    const options = { resizeWidth: columns, resizeHeight: rows, resizeQuality: 'medium' } as const;
    const small = await createImageBitmap(whole, options);
    whole.close();
    return { width, height, small, tiles };
  }
  const source = await openImage(bytes, header, 'canvas');
  try {
    const { width, height } = source;
    const strips: { readonly top: number; readonly pixels: ImageData }[] = [];
    let top = 0;
    source.forStrips((pixels, rows) => {
      strips.push({ top, pixels: new ImageData(Uint8ClampedArray.from(pixels), width, rows) });
      top += rows;
    });
    const tiles: PictureTile[] = [];
    for (const strip of strips) tiles.push({ left: 0, top: strip.top, bitmap: await createImageBitmap(strip.pixels) });
    return { width, height, small: joined(tiles, width, height), tiles };
  } finally {
    source.close();
  }
}

function smallSides(width: number, height: number): { readonly columns: number; readonly rows: number } {
  const scale = Math.min(1, SMALL / Math.max(width, height));
  return { columns: Math.max(1, Math.round(width * scale)), rows: Math.max(1, Math.round(height * scale)) };
}

function joined(tiles: readonly PictureTile[], width: number, height: number): ImageBitmap {
  const { columns, rows } = smallSides(width, height);
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser gave no 2D canvas');
  context.imageSmoothingQuality = 'medium';
  const [x, y] = [columns / width, rows / height];
  for (const { left, top, bitmap } of tiles)
    context.drawImage(bitmap, left * x, top * y, bitmap.width * x, bitmap.height * y);
  return canvas.transferToImageBitmap();
}
