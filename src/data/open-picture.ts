/**
 * A picture's pixels, from the browser's own decoder, PNG masks by a library, TIFFs by a reader of our own. The browser's come through a canvas, or
 * by ImageDecoder where canvases are altered.
 *
 * Promises: pixels are handed over in strips, so that the heap never holds a whole RGBA image (of a TIFF, and by ImageDecoder, it does); what is
 * transparent in an image counts as black. Throws FileRejection.
 */
import { type ImageHeader, mimeType, readHeader } from './header.ts';
import { dropTransparentColour, type MaskPixels, readPngMask } from './png-mask.ts';
import { compareReadBack, knownPicture, type ReadBack, type Way } from './read-back.ts';
import { FileRejection } from './rejection.ts';

/** Values per strip: 4 MB of RGBA. */
const STRIP_PIXELS = 1 << 20;

/** A picture that can be gone through more than once, in strips of whole rows: RGBA. */
export interface PixelSource {
  readonly width: number;
  readonly height: number;
  forStrips(use: (pixels: Uint8ClampedArray, rows: number) => void): void;
  close(): void;
}

/** Laid over black. */
export async function openImage(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader, way: Way): Promise<PixelSource> {
  if (header.format === 'tiff') return ofPixels(await tiffPixels('image', bytes), layOverBlack);
  if (way === 'decoder') return ofPixels(await frameOf('image', bytes, header), layOverBlack);
  const bitmap = await bitmapOf('image', bytes, header);
  const { width, height } = bitmap;
  return { width, height, forStrips: use => forStrips(bitmap, use), close: () => bitmap.close() };
}

/** Not premultiplied. The file's own values where a library gives them, else what the browser's decoder makes of the file. */
export async function openMask(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader, way: Way): Promise<PixelSource> {
  const png = header.format === 'png' ? pngMask(bytes) : undefined;
  if (png) return ofPixels(png);
  if (header.format === 'png') dropTransparentColour(bytes);
  if (header.orientationAt !== undefined) bytes[header.orientationAt] = 1;
  if (header.format === 'tiff') return ofPixels(await tiffPixels('mask', bytes));
  if (way === 'decoder') return ofPixels(await frameOf('mask', bytes, header));
  const bitmap = await bitmapOf('mask', bytes, header);
  const { width, height } = bitmap;
  return { width, height, forStrips: use => forStrips(bitmap, use, true), close: () => bitmap.close() };
}

/** Pixels that are there already, strip by strip. */
function ofPixels({ width, height, strip }: MaskPixels, change?: (pixels: Uint8ClampedArray) => void): PixelSource {
  const most = Math.min(height, Math.max(1, Math.floor(STRIP_PIXELS / width)));
  return {
    width,
    height,
    forStrips(use) {
      for (let y = 0; y < height; y += most) {
        const rows = Math.min(most, height - y);
        const pixels = strip(y, rows);
        change?.(pixels);
        use(pixels, rows);
      }
    },
    close: () => {},
  };
}

function layOverBlack(pixels: Uint8ClampedArray): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const opacity = pixels[at + 3]! / 255;
    if (opacity < 1) for (let i = at; i < at + 3; i++) pixels[i] = pixels[i]! * opacity;
  }
}

/** Loaded when the first TIFF comes: most data sets have none. */
async function tiffPixels(part: 'image' | 'mask', bytes: Uint8Array<ArrayBuffer>): Promise<MaskPixels> {
  const { readTiff } = await import('./tiff/read-tiff.ts');
  try {
    return await readTiff(bytes);
  } catch (thrown) {
    throw new FileRejection(part, thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}

function pngMask(bytes: Uint8Array<ArrayBuffer>): MaskPixels | undefined {
  try {
    return readPngMask(bytes);
  } catch {
    // Damaged, or of a kind that the library does not know: the browser's decoder judges it, with its own reason.
    return undefined;
  }
}

/** The browser's own decoding of a JPEG, PNG, WebP or BMP, colours as stored. Throws FileRejection. */
export async function bitmapOf(
  part: 'image' | 'mask',
  bytes: Uint8Array<ArrayBuffer>,
  header: ImageHeader,
): Promise<ImageBitmap> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes], { type: mimeType(header) }), {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
      imageOrientation: 'from-image',
    });
  } catch (cause) {
    throw undecodable(part, header, cause);
  }
  try {
    checkDecoded(part, bitmap, header);
    return bitmap;
  } catch (thrown) {
    bitmap.close();
    throw thrown;
  }
}

function undecodable(part: 'image' | 'mask', { format }: ImageHeader, cause: unknown): FileRejection {
  const data = `the ${format.toUpperCase()} data are damaged, cut short or of a kind this browser does not know`;
  return new FileRejection(part, `does not decode; ${data}`, { cause });
}

type Sides = Pick<ImageHeader, 'width' | 'height'>;

function checkDecoded(part: 'image' | 'mask', found: Sides, { width, height }: Sides): void {
  if (found.width * found.height === width * height) return;
  const reason = `decodes to ${found.width} × ${found.height} pixels; its header says ${width} × ${height}`;
  throw new FileRejection(part, reason);
}

/** Loaded where it is wanted: few browsers alter canvases. */
async function frameOf(
  part: 'image' | 'mask',
  bytes: Uint8Array<ArrayBuffer>,
  header: ImageHeader,
): Promise<MaskPixels> {
  // What settleOrientation left of it.
  const { orientation } = readHeader(bytes);
  const { framePixels } = await import('./frame-pixels.ts');
  let pixels: MaskPixels;
  try {
    pixels = await framePixels(bytes, mimeType(header), { width: header.width, orientation });
  } catch (cause) {
    throw undecodable(part, header, cause);
  }
  checkDecoded(part, pixels, header);
  return pixels;
}

/** Hands over the picture's RGBA pixels in strips of whole rows, top to bottom: laid over black, or with their alpha. */
function forStrips(
  bitmap: ImageBitmap,
  use: (pixels: Uint8ClampedArray, rows: number) => void,
  withAlpha = false,
): void {
  const { width, height } = bitmap;
  const stripRows = Math.min(height, Math.max(1, Math.floor(STRIP_PIXELS / width)));
  const canvas = new OffscreenCanvas(width, stripRows);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: withAlpha });
  if (!context) throw new Error('the browser gave no 2D canvas');
  context.imageSmoothingEnabled = false;
  for (let y = 0; y < height; y += stripRows) {
    const rows = Math.min(stripRows, height - y);
    if (withAlpha) context.clearRect(0, 0, width, rows);
    else {
      context.fillStyle = '#000';
      context.fillRect(0, 0, width, rows);
    }
    context.drawImage(bitmap, 0, y, width, rows, 0, 0, width, rows);
    use(context.getImageData(0, 0, width, rows).data, rows);
  }
  // Frees the canvas's memory at once rather than when the collector comes by.
  canvas.width = 0;
  canvas.height = 0;
}

/** A known picture, the way that every other one goes through a canvas. */
export async function readBackKnown(): Promise<ReadBack> {
  const known = knownPicture(64, 64);
  const bitmap = await createImageBitmap(new ImageData(known, 64, 64), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  let found: ReadBack = 'altered';
  forStrips(bitmap, pixels => {
    found = compareReadBack(known, pixels);
  });
  bitmap.close();
  return found;
}
