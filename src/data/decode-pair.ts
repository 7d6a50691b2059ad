/**
 * One pair of files to 8-bit pixels, with the browser's own decoders, PNG masks by a library, TIFFs by a reader of our own; runs in a
 * decode worker. Pixels of the browser's decoders come through a canvas, or by ImageDecoder where canvases are altered.
 *
 * Promises: headers are judged before anything is decoded; pixels are read in strips, so that the heap never holds a whole
 * RGBA image (of a TIFF, and by ImageDecoder, it does); colours are taken as stored (no colour profile, gamma or orientation is applied, for
 * the masks match the stored pixels); what is transparent in an image counts as black; masks are read by their own values (mask-values.ts). Throws FileRejection with a reason for people.
 */

import type { MaskChoice } from '../protocol/dataset.ts';
import { LOOK_SIDE } from '../protocol/looks.ts';
import { frame, type Preparation } from '../protocol/preparation.ts';
import { maskEncoder } from '../store/coded-masks.ts';
import { shadesOfGrey } from './constancy.ts';
import { checkHeader, type ImageHeader, imageLimits, mimeType, readHeader } from './header.ts';
import { type MaskNotice, maskLook } from './mask-notice.ts';
import { maskSurvey, named } from './mask-values.ts';
import { dropTransparentColour, type MaskPixels, readPngMask } from './png-mask.ts';
import { compareReadBack, knownPicture, type ReadBack, type Way } from './read-back.ts';
import { FileRejection } from './rejection.ts';
import { type AreaAverager, framedAverager } from './resize.ts';

export interface DecodedPair {
  /** RGB, [S,S,3]. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** 0 or 1, [S,S]; empty where there is no mask. */
  readonly mask: Uint8Array<ArrayBuffer>;
  /** Of the image before it was shrunk. */
  readonly width: number;
  readonly height: number;
  /** What near-duplicates are told by: the whole image as RGB, LOOK_SIDE pixels wide and high. */
  readonly look?: Uint8Array<ArrayBuffer> | undefined;
  /** The mask in the image's own sides, as store/coded-masks.ts codes it; empty where there is none. */
  readonly ownMask: Uint8Array<ArrayBuffer>;
  readonly notice?: MaskNotice | undefined;
  /** Share of the mask that is lesion, at its own size: 0 to 1. */
  readonly lesionShare?: number | undefined;
  /** Mean of R, G and B over all pixels of the image at its own size: 0 to 255. */
  readonly meanGrey?: number | undefined;
  /** The browser alters the lowest bits of pixels that are read back. */
  readonly noisy?: boolean | undefined;
}

/** Values per strip: 4 MB of RGBA. */
const STRIP_PIXELS = 1 << 20;

export async function decodePair(
  image: Uint8Array<ArrayBuffer>,
  mask: Uint8Array<ArrayBuffer>,
  preparation: Preparation,
  /** Of a picture; more are refused by the header, before anything is decoded. */
  mostPixels: number,
  masks: MaskChoice,
  way: Way,
): Promise<DecodedPair> {
  const imageHeader = headerOf('image', image, mostPixels);
  const maskHeader = headerOf('mask', mask, mostPixels);
  settleOrientation(image, imageHeader, maskHeader);
  const imageSource = await openImage(image, imageHeader, way);
  try {
    const maskSource = await openMask(mask, maskHeader, way);
    try {
      const { width, height } = imageSource;
      if (maskSource.width !== width || maskSource.height !== height)
        throw new FileRejection(
          'mask',
          `has ${maskSource.width} × ${maskSource.height} pixels and its image ${width} × ${height}; both must be equal`,
          { fault: 'sides' },
        );
      const look = framedAverager('squeeze', LOOK_SIDE, { width, height, channels: 3 });
      const shrunk = imagePixels(imageSource, preparation, look);
      return { ...shrunk, ...maskPixels(maskSource, preparation, masks), width, height, look: look.finish() };
    } finally {
      maskSource.close();
    }
  } finally {
    imageSource.close();
  }
}

/** An image alone, in its pixels as stored: that is what ISIC's masks fit. */
export async function decodeImage(
  image: Uint8Array<ArrayBuffer>,
  preparation: Preparation,
  mostPixels: number,
  way: Way,
): Promise<DecodedPair> {
  const header = headerOf('image', image, mostPixels);
  if (header.orientationAt !== undefined) image[header.orientationAt] = 1;
  const source = await openImage(image, header, way);
  try {
    const { width, height } = source;
    return {
      ...imagePixels(source, preparation),
      mask: new Uint8Array(),
      ownMask: new Uint8Array(),
      width,
      height,
    };
  } finally {
    source.close();
  }
}

function headerOf(part: 'image' | 'mask', bytes: Uint8Array, mostPixels: number): ImageHeader {
  try {
    const header = readHeader(bytes);
    checkHeader(header, { ...imageLimits, pixels: mostPixels });
    return header;
  } catch (thrown) {
    throw new FileRejection(part, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/**
 * The masks of the archive match the pixels as stored. So an orientation in the image's Exif data is switched off (set to 1,
 * in the bytes, for not every browser can be asked to ignore it), unless only the turned image has the mask's size.
 */
function settleOrientation(bytes: Uint8Array, image: ImageHeader, mask: ImageHeader): void {
  if (image.orientationAt === undefined || image.orientation === 1) return;
  const stored = image.width === mask.width && image.height === mask.height;
  const turned = image.orientation >= 5 && image.width === mask.height && image.height === mask.width;
  if (stored || !turned) bytes[image.orientationAt] = 1;
}

async function bitmapOf(
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

/** RGB [S,S,3], and the mean of all values; `also` gets the same strips. */
function imagePixels(source: PixelSource, preparation: Preparation, also?: AreaAverager) {
  const { width, height } = source;
  const { framing, size, constancy } = preparation;
  const average = framedAverager(framing, size, { width, height, channels: 3 });
  let sum = 0;
  source.forStrips((pixels, rows) => {
    average.push(pixels, rows, 4);
    also?.push(pixels, rows, 4);
    for (let at = 0; at < width * rows * 4; at += 4) sum += pixels[at]! + pixels[at + 1]! + pixels[at + 2]!;
  });
  const image = average.finish();
  if (constancy) shadesOfGrey(image, size, frame(framing, size, width, height).target);
  return { image, meanGrey: sum / (3 * width * height) };
}

/** A picture that can be gone through more than once, in strips of whole rows: RGBA. */
interface PixelSource {
  readonly width: number;
  readonly height: number;
  forStrips(use: (pixels: Uint8ClampedArray, rows: number) => void): void;
  close(): void;
}

/** Laid over black. */
async function openImage(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader, way: Way): Promise<PixelSource> {
  if (header.format === 'tiff') return ofPixels(await tiffPixels('image', bytes), layOverBlack);
  if (way === 'decoder') return ofPixels(await frameOf('image', bytes, header), layOverBlack);
  const bitmap = await bitmapOf('image', bytes, header);
  const { width, height } = bitmap;
  return { width, height, forStrips: use => forStrips(bitmap, use), close: () => bitmap.close() };
}

/** Not premultiplied. The file's own values where a library gives them, else what the browser's decoder makes of the file. */
async function openMask(bytes: Uint8Array<ArrayBuffer>, header: ImageHeader, way: Way): Promise<PixelSource> {
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

/** Twice through the mask: which values it has, then which pixels are lesion. */
function maskPixels(source: PixelSource, { framing, size }: Preparation, { invert, lesion: chosen }: MaskChoice) {
  const { width, height } = source;
  const survey = maskSurvey(width, chosen);
  source.forStrips((pixels, rows) => survey.push(pixels, rows));
  const reading = survey.finish();
  switch (reading.kind) {
    case 'read':
      break;
    case 'refused':
      throw new FileRejection('mask', reading.reason, { fault: 'values' });
    case 'ambiguous': {
      const [one, other] = reading.colours.map(colour => named(colour, reading.colours));
      throw new FileRejection(
        'mask',
        `has two colours, ${one} and ${other}, and neither is surely the lesion; draw skin black and lesion white`,
        { fault: 'colours', colours: reading.colours },
      );
    }
    default:
      throw reading satisfies never;
  }
  const average = framedAverager(framing, size, { width, height, channels: 1 });
  const own = maskEncoder();
  const look = maskLook(width, height);
  let lesion = 0;
  source.forStrips((pixels, rows) => {
    const bits = new Uint8Array(width * rows);
    reading.rule(pixels, bits);
    if (invert) for (let i = 0; i < bits.length; i++) bits[i]! ^= 1;
    for (const bit of bits) lesion += bit;
    look.push(bits);
    average.push(bits, rows, 1);
    own.push(bits);
  });
  // The mean of zeros and ones, rounded half up, is 1 where at least half of the area is lesion.
  return {
    mask: average.finish(),
    ownMask: own.finish(),
    notice: look.finish(),
    lesionShare: lesion / (width * height),
  };
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
