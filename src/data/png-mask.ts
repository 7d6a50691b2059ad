/**
 * A PNG mask's own values, by a library instead of a canvas: nothing between file and pixels alters them (browsers that guard privacy
 * alter what a canvas gives back), and what the alpha channel covers is still there.
 *
 * Promises: RGBA as stored, not premultiplied, no gamma, profile or orientation; the transparent colour of a grey or RGB picture
 * (tRNS) is a value like others. A checksum that does not fit, or what the library does not know, throws: the browser's decoder is
 * then asked. 16 bits become 8: the low ones where nothing above 255 is there, as for labels 0 and 1.
 */
import { type DecodedPng, decode } from 'fast-png';

export interface MaskPixels {
  readonly width: number;
  readonly height: number;
  /** RGBA of whole rows, `rows` from `y` on. */
  strip(y: number, rows: number): Uint8ClampedArray;
}

/** Bytes of the unpacked picture; the library holds them up to three times: 32 megapixels of grey. Larger ones go through the browser's decoder, which keeps them out of the heap. */
const MOST_BYTES = 32e6;

/** Undefined where this is nothing for the library: too large for the heap, or interlaced with less than 8 bits. */
export function readPngMask(bytes: Uint8Array<ArrayBuffer>): MaskPixels | undefined {
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  const [depth, type, interlaced] = [header.getUint8(24), header.getUint8(25), header.getUint8(28) !== 0];
  const channels = [1, 0, 3, 1, 2, 0, 4][type] ?? 0;
  if (channels === 0 || (interlaced && depth < 8)) return undefined;
  if ((header.getUint32(16) * header.getUint32(20) * channels * depth) / 8 > MOST_BYTES) return undefined;
  const png = decode(bytes, { checkCrc: true });
  // An RGB picture may bring a palette too, as a suggestion.
  const palette = type === 3 ? png.palette : undefined;
  const value = valuesOf(png, palette !== undefined);
  const { width, height } = png;
  return {
    width,
    height,
    strip(y, rows) {
      const pixels = new Uint8ClampedArray(width * rows * 4);
      for (let row = 0, to = 0; row < rows; row++)
        for (let x = 0; x < width; x++, to += 4) {
          const first = value(y + row, x * channels);
          if (palette) {
            const colour = palette[first];
            if (!colour) throw new Error(`colour ${first} is not in the palette`);
            pixels[to] = colour[0] ?? 0;
            pixels[to + 1] = colour[1] ?? 0;
            pixels[to + 2] = colour[2] ?? 0;
            pixels[to + 3] = colour[3] ?? 255;
            continue;
          }
          const grey = channels < 3;
          pixels[to] = first;
          pixels[to + 1] = grey ? first : value(y + row, x * channels + 1);
          pixels[to + 2] = grey ? first : value(y + row, x * channels + 2);
          pixels[to + 3] = channels % 2 === 1 ? 255 : value(y + row, x * channels + channels - 1);
        }
      return pixels;
    },
  };
}

/**
 * Takes the transparent colour of a grey or RGB picture out of the file, in place, for the browser's decoder would make a mask's white
 * transparent black. The chunk gets a name that no decoder knows; a palette's transparency stays.
 */
export function dropTransparentColour(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(25) === 3) return;
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (type === 'IDAT') return;
    if (type === 'tRNS') bytes[at + 4] = 'x'.charCodeAt(0);
  }
}

/** The value of a sample in a row, as 8 bits; fewer bits than 8 are packed from the highest on (ISO/IEC 15948, 7.2). */
function valuesOf(
  { data, depth, width, channels }: DecodedPng,
  numbered: boolean,
): (row: number, sample: number) => number {
  const line = Math.ceil((width * channels * Math.min(depth, 8)) / 8);
  if (depth === 8) return (row, sample) => data[row * line + sample]!;
  if (depth === 16) {
    const small = data.every(value => value <= 255);
    return (row, sample) => (small ? data[row * line + sample]! : data[row * line + sample]! >> 8);
  }
  const most = (1 << depth) - 1;
  // A palette's numbers stay as they are; greys are spread over 0 to 255.
  const factor = numbered ? 1 : 255 / most;
  return (row, sample) => {
    const bit = sample * depth;
    return ((data[row * line + (bit >> 3)]! >> (8 - depth - (bit & 7))) & most) * factor;
  };
}
