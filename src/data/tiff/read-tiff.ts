/**
 * A TIFF's first picture as RGBA (TIFF 6.0 without fax and JPEG): grey, RGB and palettes of 1 to 16 bits, with or without alpha, in strips
 * or tiles, the channels side by side or one plane each.
 *
 * Promises: values as stored, not premultiplied, no gamma or profile; turned as its orientation says; 16 bits become 8: the low
 * ones where nothing above 255 is there, as in a PNG mask. What is not read here is told by name. Throws Error with a reason for people.
 * The picture is unpacked whole, up to 8 bytes a pixel. Loaded only where a TIFF is met.
 *
 * Our own code: of the libraries one unpacks without bounds and refuses what Pillow writes for 1 bit (geotiff), one has neither PackBits nor
 * tiles of colours (tiff), and one gives wrong pixels for planes and fills up what is damaged (utif2).
 */
import { readHeader } from '../header.ts';
import type { MaskPixels } from '../png-mask.ts';
import { type PixelWriter, turned } from '../turned.ts';
import { type Directory, readDirectory, tags } from './directory.ts';
import { otherPackings, unpackers } from './unpack.ts';

const GREYS_FROM_WHITE = 0;
const RGB = 2;
const PALETTE = 3;

/** The sides must have been judged before (header.ts). */
export async function readTiff(bytes: Uint8Array<ArrayBuffer>): Promise<MaskPixels> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const directory = readDirectory(view);
    const layout = layoutOf(directory);
    const samples = await readSamples(bytes, directory, layout);
    return turned(colouring(samples, directory, layout), layout, readHeader(bytes).orientation);
  } catch (thrown) {
    // Of DataView and subarray, where something lies past the end.
    if (thrown instanceof RangeError) throw new Error('does not decode; the TIFF data are damaged or cut short');
    if (thrown instanceof Unread) throw thrown;
    const why = thrown instanceof Error && /^its /.test(thrown.message) ? `: ${thrown.message}` : '';
    throw new Error(`does not decode; the TIFF data are damaged or cut short${why}`, { cause: thrown });
  }
}

/** Nothing is wrong with the file, but it is of a kind that is not read. */
class Unread extends Error {
  constructor(what: string) {
    super(`is a TIFF ${what}, which is not read here; save it as PNG`);
  }
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly photometric: number;
  readonly bits: number;
  /** Values of a pixel in the file, and those of them that are used: the first ones. */
  readonly samples: number;
  readonly used: number;
  /** None, or the last of those used: colours are premultiplied with it, or not. */
  readonly alpha: 'none' | 'premultiplied' | 'plain';
  /** Each channel is a picture of its own. */
  readonly planes: boolean;
}

function layoutOf({ all, one }: Directory): Layout {
  const [width, height] = [one(tags.width, 0), one(tags.height, 0)];
  const samples = one(tags.samples, 1);
  const photometric = one(tags.photometric, samples < 3 ? 1 : RGB);
  const name = { 4: 'of a transparency mask', 5: 'in CMYK', 6: 'in YCbCr', 8: 'in CIELab' }[photometric];
  if (photometric > PALETTE) throw new Unread(name ?? `of colour model ${photometric}`);
  const bits = one(tags.bits, 1);
  if (![1, 2, 4, 8, 16].includes(bits) || all(tags.bits).some(other => other !== bits))
    throw new Unread(`of ${[...new Set(all(tags.bits))].join(' and ')} bits a channel`);
  // 4 is undefined: like unsigned integers.
  if (all(tags.sampleFormat).some(format => format !== 1 && format !== 4))
    throw new Unread('of signed or floating-point values');
  const colours = photometric === RGB ? 3 : 1;
  if (samples < colours || samples > 5) throw new Unread(`of ${samples} channels`);
  const extra = samples > colours ? one(tags.extraSamples, 0) : 0;
  const alpha = extra === 1 ? 'premultiplied' : extra === 2 ? 'plain' : 'none';
  const used = colours + (alpha === 'none' ? 0 : 1);
  return { width, height, photometric, bits, samples, used, alpha, planes: one(tags.planes, 1) === 2 };
}

type Samples = Uint8Array | Uint16Array;

/** The values in use, pixel by pixel. */
async function readSamples(
  bytes: Uint8Array<ArrayBuffer>,
  directory: Directory,
  { width, height, bits, samples, used, planes }: Layout,
): Promise<Samples> {
  const { all, one, little } = directory;
  const packing = one(tags.compression, 1);
  const unpack = unpackers[packing];
  if (!unpack) throw new Unread(`packed as ${otherPackings[packing] ?? `method ${packing}`}`);
  const predictor = one(tags.predictor, 1);
  if (predictor > 2 || (predictor === 2 && bits < 8)) throw new Unread(`with predictor ${predictor}`);
  const tiled = all(tags.tileOffsets).length > 0;
  const across = tiled ? one(tags.tileWidth, 0) : width;
  // A strip that is stated to be higher than the picture is not filled up; a tile is.
  const down = tiled ? one(tags.tileHeight, 0) : Math.min(height, one(tags.rowsPerStrip, height));
  if (across < 1 || down < 1 || across * down > 2 * width * height + (1 << 20))
    throw new Error('its parts have no sizes');
  const offsets = all(tiled ? tags.tileOffsets : tags.stripOffsets);
  const lengths = all(tiled ? tags.tileBytes : tags.stripBytes);
  const perPart = planes ? 1 : samples;
  const line = Math.ceil((across * perPart * bits) / 8);
  const columns = Math.ceil(width / across);
  const parts = columns * Math.ceil(height / down);
  if (offsets.length < parts * (planes ? samples : 1)) throw new Error('its parts are not all there');
  const lowestFirst = one(tags.fillOrder, 1) === 2;
  const found = bits === 16 ? new Uint16Array(width * height * used) : new Uint8Array(width * height * used);
  for (let plane = 0; plane < (planes ? used : 1); plane++)
    for (let part = 0; part < parts; part++) {
      const left = (part % columns) * across;
      const top = Math.floor(part / columns) * down;
      const rows = tiled ? down : Math.min(down, height - top);
      const index = plane * parts + part;
      const begin = offsets[index] ?? 0;
      // Old writers leave out how long a strip is that is not packed.
      const length = lengths[index] ?? (packing === 1 ? line * rows : 0);
      if (begin + length > bytes.length) throw new RangeError();
      const packed = bytes.subarray(begin, begin + length);
      const out = new Uint8Array(line * rows);
      await unpack(lowestFirst ? packed.map(reversed) : packed, out);
      const values = valuesOf(out, bits, little, across * perPart, rows);
      if (predictor === 2) addUp(values, across, perPart);
      const ownRows = Math.min(rows, height - top);
      const ownColumns = Math.min(across, width - left);
      for (let y = 0; y < ownRows; y++)
        for (let x = 0; x < ownColumns; x++) {
          const from = (y * across + x) * perPart;
          const to = ((top + y) * width + left + x) * used + plane;
          if (planes) found[to] = values[from]!;
          else for (let channel = 0; channel < used; channel++) found[to + channel] = values[from + channel]!;
        }
    }
  return found;
}

/** The lowest bit first, as fax machines have it. */
function reversed(byte: number): number {
  let other = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) other |= 128 >> bit;
  return other;
}

/** A value each, `perRow` of them in a row; a row begins with a byte of its own. */
function valuesOf(
  bytes: Uint8Array<ArrayBuffer>,
  bits: number,
  little: boolean,
  perRow: number,
  rows: number,
): Samples {
  if (bits === 8) return bytes;
  const values = bits === 16 ? new Uint16Array(perRow * rows) : new Uint8Array(perRow * rows);
  const line = Math.ceil((perRow * bits) / 8);
  const most = (1 << bits) - 1;
  for (let row = 0, to = 0; row < rows; row++)
    for (let i = 0; i < perRow; i++, to++) {
      const bit = i * bits;
      const at = row * line + (bit >> 3);
      if (bits < 8) values[to] = (bytes[at]! >> (8 - bits - (bit & 7))) & most;
      else values[to] = little ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
    }
  return values;
}

/** Undoes the horizontal differences of section 14: each value was stored as what it exceeds its left neighbour by. */
function addUp(values: Samples, perRow: number, channels: number): void {
  const line = perRow * channels;
  for (let row = 0; row < values.length; row += line)
    for (let i = row + channels; i < row + line; i++) values[i] = values[i]! + values[i - channels]!;
}

function colouring(samples: Samples, directory: Directory, layout: Layout): PixelWriter {
  const { photometric, bits, used, alpha } = layout;
  const most = 2 ** bits - 1;
  if (photometric === PALETTE) {
    const palette = paletteOf(directory, bits);
    return (pixel, into, at) =>
      into.set(palette.subarray(4 * samples[pixel * used]!, 4 * samples[pixel * used]! + 4), at);
  }
  const small = bits === 16 && samples.every(value => value <= 255);
  const scale = small ? 1 : 255 / most;
  const grey = photometric !== RGB;
  const full = small ? 255 : most;
  return (pixel, into, at) => {
    const from = pixel * used;
    const opacity = alpha === 'none' ? full : samples[from + used - 1]!;
    for (let channel = 0; channel < 3; channel++) {
      let value = samples[from + (grey ? 0 : channel)]!;
      if (alpha === 'premultiplied' && opacity > 0) value = Math.min(full, (value * full) / opacity);
      into[at + channel] = (photometric === GREYS_FROM_WHITE ? full - value : value) * scale;
    }
    into[at + 3] = opacity * scale;
  };
}

/** RGBA of each number. Its colours have 16 bits each; some writers gave 8. */
function paletteOf(directory: Directory, bits: number): Uint8ClampedArray {
  const colours = directory.all(tags.palette);
  const count = 2 ** bits;
  if (colours.length < 3 * count) throw new Error('its palette is not all there');
  const shift = colours.some(value => value > 255) ? 8 : 0;
  const palette = new Uint8ClampedArray(4 * count).fill(255);
  for (let i = 0; i < count; i++)
    for (let channel = 0; channel < 3; channel++) palette[4 * i + channel] = colours[channel * count + i]! >> shift;
  return palette;
}
