/** Tiny tars made block by block, sound and hostile alike. Only for tests: needs Node's zlib. */
import { gzipSync } from 'node:zlib';

export interface TarEntry {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array | string;
  /** `0`, a file, unless another is wanted. */
  readonly type?: string;
  /** What the header states instead of the truth: octal digits, or raw bytes. */
  readonly size?: number | string | Uint8Array;
  readonly checksum?: number;
}

const BLOCK = 512;

/** POSIX.1-1988 ustar; the end is two blocks of zeros. */
export function tarBytes(entries: readonly TarEntry[], end = 2): Uint8Array<ArrayBuffer> {
  const blocks: Buffer[] = [];
  for (const { name, data = '', type = '0', size, checksum } of entries) {
    const content = Buffer.from(data);
    const header = Buffer.alloc(BLOCK);
    header.set(Buffer.from(name).subarray(0, 100));
    header.write('0000644\x000000000\x000000000\0', 100, 'latin1');
    const stated = size ?? content.length;
    header.set(typeof stated === 'number' ? Buffer.from(octal(stated, 11)) : Buffer.from(stated), 124);
    header.write(octal(0, 11), 136, 'latin1');
    header.write(type, 156, 'latin1');
    header.write('ustar\x0000', 257, 'latin1');
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${octal(checksum ?? sum, 6)}\0 `, 148, 'latin1');
    blocks.push(header, content, Buffer.alloc(-content.length & (BLOCK - 1)));
  }
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(end * BLOCK)]));
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}

/** A record of a pax header: its own length counts its own digits too. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length++;
  return `${length} ${key}=${value}\n`;
}

export function tarFile(name: string, entries: readonly TarEntry[], end?: number): File {
  const bytes = tarBytes(entries, end);
  return new File([/gz$/.test(name) ? new Uint8Array(gzipSync(bytes)) : bytes], name);
}
