/**
 * One pair of files to 8-bit pixels; runs in a decode worker.
 *
 * Promises: headers are judged before anything is decoded; colours are taken as stored (no colour profile, gamma or orientation is applied, for
 * the masks match the stored pixels); masks are read by their own values (mask-values.ts). Throws FileRejection with a reason for people.
 */

import { maskEncoder } from '../masks/coded.ts';
import type { MaskChoice } from '../protocol/dataset.ts';
import { LOOK_SIDE } from '../protocol/looks.ts';
import { frame, type Preparation } from '../protocol/preparation.ts';
import { shadesOfGrey } from './constancy.ts';
import type { ImageHeader } from './header.ts';
import { headerOf } from './header-of.ts';
import { type MaskNotice, maskLook } from './mask-notice.ts';
import { maskSurvey, named } from './mask-values.ts';
import { openImage, openMask, type PixelSource } from './open-picture.ts';
import type { Way } from './read-back.ts';
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
  /** The mask in the image's own sides, as masks/coded.ts codes it; empty where there is none. */
  readonly ownMask: Uint8Array<ArrayBuffer>;
  readonly notice?: MaskNotice | undefined;
  /** Share of the mask that is lesion, at its own size: 0 to 1. */
  readonly lesionShare?: number | undefined;
  /** Mean of R, G and B over all pixels of the image at its own size: 0 to 255. */
  readonly meanGrey?: number | undefined;
  /** The browser alters the lowest bits of pixels that are read back. */
  readonly noisy?: boolean | undefined;
}

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

/**
 * The masks of the archive match the pixels as stored. So an orientation in the image's Exif data is switched off (set to 1,
 * in the bytes, for not every browser can be asked to ignore it), unless only the turned image has the mask's size.
 */
export function settleOrientation(
  bytes: Uint8Array,
  image: ImageHeader,
  mask: Pick<ImageHeader, 'width' | 'height'>,
): void {
  if (image.orientationAt === undefined || image.orientation === 1) return;
  const stored = image.width === mask.width && image.height === mask.height;
  const turned = image.orientation >= 5 && image.width === mask.height && image.height === mask.width;
  if (stored || !turned) bytes[image.orientationAt] = 1;
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
