/**
 * What an image file says of itself before it is decoded: format by its first bytes (the name may lie), width and height,
 * bit depth, orientation. A picture of 17 kB can unpack to half a gigabyte, so that sizes are judged here.
 *
 * Formats: PNG (ISO/IEC 15948, IHDR and eXIf), JPEG (ITU-T T.81, SOFn and APP1 with Exif), WebP (RFC 9649, with its EXIF chunk),
 * BMP (BITMAPINFOHEADER), TIFF (TIFF 6.0, the first picture's directory).
 */
import { readDirectory, tags } from './tiff/directory.ts';

export interface ImageHeader {
  readonly format: 'png' | 'jpeg' | 'webp' | 'bmp' | 'tiff';
  /** As stored, before any orientation. */
  readonly width: number;
  readonly height: number;
  /** Bits per channel. */
  readonly depth: number;
  /** 1 to 8 as in Exif, 1 where there is none. */
  readonly orientation: number;
  /**
   * Where the low byte of the orientation lies, to switch it off by a 1; undefined where there is none. In a PNG the chunk's checksum
   * then no longer fits, so that decoders pass over the chunk, which comes to the same.
   */
  readonly orientationAt?: number | undefined;
}

export interface ImageLimits {
  /** Pixels of one image. */
  readonly pixels: number;
  /** Pixels of the shorter side. */
  readonly side: number;
}

export const imageLimits: ImageLimits = { pixels: 64e6, side: 8 };

/** The MIME type to decode by, for the name's ending may be wrong. */
export function mimeType(header: ImageHeader): string {
  return `image/${header.format}`;
}

/** Reads the header. Throws an Error whose message is a reason for people. */
export function readHeader(bytes: Uint8Array): ImageHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return pngHeader(view, bytes);
    if (startsWith(bytes, [0xff, 0xd8])) return jpegHeader(view, bytes);
    if (text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WEBP') return webpHeader(view, bytes);
    if (text(bytes, 0, 2) === 'BM') return bmpHeader(view);
    if (text(bytes, 0, 4) === 'II*\0' || text(bytes, 0, 4) === 'MM\0*') return tiffHeader(view);
  } catch (thrown) {
    // DataView throws a RangeError where the file ends too soon.
    if (thrown instanceof RangeError) throw new Error('is cut short: its header is not complete');
    throw thrown;
  }
  if (bytes.length === 0) throw new Error('is empty');
  if (text(bytes, 0, 4) === 'II+\0' || text(bytes, 0, 4) === 'MM\0+')
    throw new Error('is a BigTIFF, which is not read here; save it as TIFF or PNG');
  throw new Error('is no JPEG, PNG, WebP, BMP or TIFF image, whatever its name says');
}

/** Throws an Error whose message is a reason for people if the picture is too large or too small to be used. */
export function checkHeader({ width, height }: ImageHeader, limits: ImageLimits = imageLimits): void {
  if (width * height > limits.pixels)
    throw new Error(
      `has ${width} × ${height} pixels, ${megapixels(width * height)} million; at most ${megapixels(limits.pixels)} million are decoded (the limit can be raised)`,
    );
  if (Math.min(width, height) < limits.side)
    throw new Error(`has ${width} × ${height} pixels; at least ${limits.side} × ${limits.side} are needed`);
}

function megapixels(pixels: number): string {
  return String(Math.round(pixels / 1e5) / 10);
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

function pngHeader(view: DataView, bytes: Uint8Array): ImageHeader {
  if (text(bytes, 12, 4) !== 'IHDR') throw new Error('is a damaged PNG: it does not begin with its header');
  const size = { width: view.getUint32(16), height: view.getUint32(20), depth: view.getUint8(24) };
  const exif = chunkAt(view, bytes, { type: 'eXIf', typeAt: 4, lengthAt: 0, around: 12 }, 8);
  return { format: 'png', ...size, ...orientationIn(view, exif) };
}

interface ChunkLayout {
  readonly type: string;
  /** Where in a chunk its type and its length stand. */
  readonly typeAt: number;
  readonly lengthAt: number;
  /** Bytes of a chunk besides its content. */
  readonly around: number;
  /** RIFF: little-endian, and filled up to an even length. */
  readonly riff?: boolean;
}

/** Begin and end of the content of the first such chunk from `at` on; undefined where there is none, or the file is cut before it. */
function chunkAt(
  view: DataView,
  bytes: Uint8Array,
  { type, typeAt, lengthAt, around, riff = false }: ChunkLayout,
  at: number,
): { start: number; end: number } | undefined {
  for (let chunk = at; chunk + 8 <= view.byteLength; ) {
    const length = view.getUint32(chunk + lengthAt, riff);
    if (text(bytes, chunk + typeAt, 4) === type) return { start: chunk + 8, end: chunk + 8 + length };
    chunk += around + length + (riff ? length & 1 : 0);
  }
  return undefined;
}

/** 'Exif' and two zeros. */
const EXIF_PREFIX = [0x45, 0x78, 0x69, 0x66, 0, 0];

function orientationIn(
  view: DataView,
  exif: { start: number; end: number } | undefined,
): Pick<ImageHeader, 'orientation' | 'orientationAt'> {
  // Some writers repeat JPEG's prefix.
  const prefix = exif && startsWith(new Uint8Array(view.buffer, view.byteOffset + exif.start), EXIF_PREFIX) ? 6 : 0;
  const found = exif && exifOrientation(view, exif.start + prefix, exif.end);
  return { orientation: found?.value ?? 1, orientationAt: found?.at };
}

function jpegHeader(view: DataView, bytes: Uint8Array): ImageHeader {
  let orientation = 1;
  let orientationAt: number | undefined;
  for (let at = 2; ; ) {
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at++);
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (marker === 0xd9 || marker === 0xda) throw new Error('is a damaged JPEG: its size is not stated');
    const length = view.getUint16(at);
    // SOF0 … SOF15, without DHT, JPG and DAC, which share their range.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      const size = { width: view.getUint16(at + 5), height: view.getUint16(at + 3), depth: view.getUint8(at + 2) };
      return { format: 'jpeg', ...size, orientation, orientationAt };
    }
    if (marker === 0xe1 && text(bytes, at + 2, 6) === 'Exif\0\0') {
      const found = exifOrientation(view, at + 8, at + length);
      if (found) {
        orientation = found.value;
        orientationAt = found.at;
      }
    }
    at += Math.max(length, 2);
  }
}

/** Tag 0x0112 in the first directory of the TIFF block at `start`; undefined if there is none or the block is broken. */
function exifOrientation(view: DataView, start: number, end: number): { value: number; at: number } | undefined {
  if (end > view.byteLength || start + 8 > end) return undefined;
  const order = view.getUint16(start);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const little = order === 0x4949;
  const directory = start + view.getUint32(start + 4, little);
  if (directory + 2 > end) return undefined;
  const count = view.getUint16(directory, little);
  for (let entry = directory + 2; entry + 12 <= end && entry < directory + 2 + count * 12; entry += 12) {
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? { value, at: entry + (little ? 8 : 9) } : undefined;
  }
  return undefined;
}

function webpHeader(view: DataView, bytes: Uint8Array): ImageHeader {
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  const make = (width: number, height: number, exif?: { start: number; end: number }): ImageHeader => ({
    format: 'webp',
    width,
    height,
    depth: 8,
    ...orientationIn(view, exif),
  });
  switch (text(bytes, 12, 4)) {
    case 'VP8 ':
      return make(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case 'VP8L': {
      const bits = view.getUint32(21, true);
      return make((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return make(
        uint24(24) + 1,
        uint24(27) + 1,
        chunkAt(view, bytes, { type: 'EXIF', typeAt: 0, lengthAt: 4, around: 8, riff: true }, 12),
      );
    default:
      throw new Error('is a damaged WebP: its header is of no known kind');
  }
}

function bmpHeader(view: DataView): ImageHeader {
  const old = view.getUint32(14, true) === 12;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = old ? view.getUint16(20, true) : Math.abs(view.getInt32(22, true));
  if (width < 0) throw new Error('is a damaged BMP: its width is negative');
  return { format: 'bmp', width, height, depth: 8, orientation: 1 };
}

function tiffHeader(view: DataView): ImageHeader {
  const { one } = readDirectory(view);
  const size = { width: one(tags.width, 0), height: one(tags.height, 0), depth: one(tags.bits, 1) };
  if (size.width === 0 || size.height === 0) throw new Error('is a damaged TIFF: its size is not stated');
  return { format: 'tiff', ...size, ...orientationIn(view, { start: 0, end: view.byteLength }) };
}
