/** Tiny zips and PNGs made byte by byte, sound and hostile alike. Only for tests: needs Node's zlib. */
import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly data: Uint8Array | string;
  /** Deflate by default. A number is written as the method of a stored entry. */
  readonly method?: 'deflate' | 'store' | number;
  /** What the directories state instead of the truth. */
  readonly lie?: {
    readonly crc?: number;
    readonly size?: number;
    readonly packedSize?: number;
    readonly flags?: number;
    /** The place of this entry's local header: of an earlier entry, by number. */
    readonly sameAs?: number;
  };
}

const utf8 = new TextEncoder();

/** PKZIP APPNOTE 6.3: local headers and data, then the central directory, then its end record. */
export function zipBytes(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const { name, data, method = 'deflate', lie = {} } of entries) {
    const nameBytes = typeof name === 'string' ? utf8.encode(name) : name;
    const content = typeof data === 'string' ? utf8.encode(data) : data;
    const packed = method === 'deflate' ? deflateRawSync(content) : Buffer.from(content);
    const code = method === 'deflate' ? 8 : method === 'store' ? 0 : method;
    // From "version needed" to "extra length", which both headers share.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(lie.flags ?? (typeof name === 'string' ? 0x800 : 0), 2);
    common.writeUInt16LE(code, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(lie.crc ?? crc32(content), 10);
    common.writeUInt32LE(lie.packedSize ?? packed.length, 14);
    common.writeUInt32LE(lie.size ?? content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const at = lie.sameAs === undefined ? offset : (offsets[lie.sameAs] ?? 0);
    offsets.push(at);
    if (lie.sameAs === undefined) {
      const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, packed]);
      files.push(local);
      offset += local.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, nameBytes]));
  }
  const central = Buffer.concat(directory);
  const many = entries.length > 0xfffe;
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(many ? 0xffff : entries.length, 8);
  end.writeUInt16LE(many ? 0xffff : entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  const wide = many ? zip64End(entries.length, central.length, offset) : Buffer.alloc(0);
  return new Uint8Array(Buffer.concat([...files, central, wide, end]));
}

/** The end record for more entries than 16 bits count, and its locator. */
function zip64End(entries: number, length: number, offset: number): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.write('PK\x06\x06', 0, 'latin1');
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(45, 12);
  record.writeUInt16LE(45, 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(length), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.write('PK\x06\x07', 56, 'latin1');
  record.writeBigUInt64LE(BigInt(offset + length), 64);
  record.writeUInt32LE(1, 72);
  return record;
}

/** Raw deflate data, 10 MB of it, that inflate to ten thousand million zeros: the same packed part again and again. */
export function deflateBomb(): { readonly packed: Uint8Array<ArrayBuffer>; readonly size: number } {
  const part = 1e8;
  const packed = deflateRawSync(Buffer.alloc(part), { finishFlush: constants.Z_FULL_FLUSH });
  // An empty last block.
  return { packed: new Uint8Array(Buffer.concat([...Array(100).fill(packed), Buffer.from([3, 0])])), size: 100 * part };
}

export function zipFile(name: string, entries: readonly ZipEntry[]): File {
  return new File([zipBytes(entries)], name);
}

/** Channels of PNG's colour types: grey, RGB, palette, grey + alpha, RGBA. */
const channelsOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

export interface PngSettings {
  readonly colourType?: keyof typeof channelsOf;
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  /** RGB of the palette's entries. */
  readonly palette?: readonly number[];
  /** What the header states instead of the truth. */
  readonly statedWidth?: number;
  readonly statedHeight?: number;
}

/** A PNG whose samples `sample(x, y, channel)` gives, 0 to 2^depth − 1. */
export function pngBytes(
  width: number,
  height: number,
  sample: (x: number, y: number, channel: number) => number,
  { colourType = 0, depth = 8, palette = [0, 0, 0, 255, 255, 255], statedWidth, statedHeight }: PngSettings = {},
): Uint8Array<ArrayBuffer> {
  const channels = channelsOf[colourType];
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const raw = new Uint8Array(height * (rowBytes + 1));
  for (let y = 0; y < height; y++)
    for (let i = 0; i < width * channels; i++) {
      const value = sample(Math.floor(i / channels), y, i % channels);
      const start = y * (rowBytes + 1) + 1;
      if (depth === 16) raw.set([value >> 8, value & 255], start + i * 2);
      else {
        const bit = i * depth;
        const at = start + (bit >> 3);
        raw[at] = (raw[at] ?? 0) | (value << (8 - depth - (bit & 7)));
      }
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(statedWidth ?? width, 0);
  header.writeUInt32BE(statedHeight ?? height, 4);
  header.set([depth, colourType], 8);
  return new Uint8Array(
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      pngChunk('IHDR', header),
      ...(colourType === 3 ? [pngChunk('PLTE', Buffer.from(palette))] : []),
      pngChunk('IDAT', deflateSync(raw)),
      pngChunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The headers of a JPEG up to its frame header, optionally with an Exif orientation before; no picture follows. */
export function jpegHeaderBytes(
  width: number,
  height: number,
  {
    progressive = false,
    orientation,
    little = true,
  }: { progressive?: boolean; orientation?: number; little?: boolean } = {},
): Uint8Array<ArrayBuffer> {
  const exif = Buffer.alloc(orientation === undefined ? 0 : 36);
  if (orientation !== undefined) {
    const short = (value: number, at: number) =>
      little ? exif.writeUInt16LE(value, at) : exif.writeUInt16BE(value, at);
    const long = (value: number, at: number) =>
      little ? exif.writeUInt32LE(value, at) : exif.writeUInt32BE(value, at);
    exif.set([0xff, 0xe1, 0, 34]);
    exif.write(`Exif\0\0${little ? 'II' : 'MM'}`, 4, 'latin1');
    short(42, 12);
    long(8, 14);
    short(1, 18);
    short(0x0112, 20);
    short(3, 22);
    long(1, 24);
    short(orientation, 28);
  }
  const frame = Buffer.alloc(19);
  frame.set([0xff, progressive ? 0xc2 : 0xc0, 0, 17, 8]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xd8]), exif, frame]));
}
