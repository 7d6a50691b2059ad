/** Zip archives of many gigabytes that take no room on disk: what follows an entry's first bytes is a hole in the file. */
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

export interface SparseEntry {
  readonly name: string;
  readonly head: Buffer;
  /** Zero bytes after the head: many decoders take no notice of what follows a picture's end. */
  readonly zeros: number;
}

const LIMIT = 0xffffffff;
const CHUNK = Buffer.alloc(1 << 24);

/** PKZIP APPNOTE 6.3, with ZIP64 records where a size or place needs them; entries are stored. Returns the file's bytes. */
export async function writeSparseZip(path: string, entries: readonly SparseEntry[]): Promise<number> {
  const file = await open(path, 'w');
  const sums = new Map<string, number>();
  const sumOf = ({ head, zeros }: SparseEntry): number => {
    const key = `${crc32(head)} ${head.length} ${zeros}`;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = crc32(head);
      for (let left = zeros; left > 0; left -= CHUNK.length)
        sum = crc32(CHUNK.subarray(0, Math.min(left, CHUNK.length)), sum);
      sums.set(key, sum);
    }
    return sum;
  };
  const directory: Buffer[] = [];
  let at = 0;
  try {
    for (const entry of entries) {
      const name = Buffer.from(entry.name);
      const size = entry.head.length + entry.zeros;
      const large = size >= LIMIT;
      // From "version needed" to "extra length", which both headers share.
      const common = Buffer.alloc(26);
      common.writeUInt16LE(45, 0);
      common.writeUInt16LE(0x800, 2);
      common.writeUInt16LE(0x21, 8);
      common.writeUInt32LE(sumOf(entry), 10);
      common.writeUInt32LE(large ? LIMIT : size, 14);
      common.writeUInt32LE(large ? LIMIT : size, 18);
      common.writeUInt16LE(name.length, 22);
      const localExtra = large ? zip64([size, size]) : Buffer.alloc(0);
      common.writeUInt16LE(localExtra.length, 24);
      const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, localExtra]);
      await file.write(local, 0, local.length, at);
      await file.write(entry.head, 0, entry.head.length, at + local.length);

      const far = at >= LIMIT;
      const extra = large || far ? zip64([...(large ? [size, size] : []), ...(far ? [at] : [])]) : Buffer.alloc(0);
      const central = Buffer.from(common);
      central.writeUInt16LE(extra.length, 24);
      const tail = Buffer.alloc(14);
      tail.writeUInt32LE(far ? LIMIT : at, 10);
      directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x2d\x00', 'latin1'), central, tail, name, extra]));
      at += local.length + size;
    }
    const central = Buffer.concat(directory);
    const end64 = Buffer.alloc(56);
    end64.write('PK\x06\x06', 0, 'latin1');
    end64.writeBigUInt64LE(44n, 4);
    end64.writeUInt16LE(45, 12);
    end64.writeUInt16LE(45, 14);
    end64.writeBigUInt64LE(BigInt(entries.length), 24);
    end64.writeBigUInt64LE(BigInt(entries.length), 32);
    end64.writeBigUInt64LE(BigInt(central.length), 40);
    end64.writeBigUInt64LE(BigInt(at), 48);
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 0, 'latin1');
    locator.writeBigUInt64LE(BigInt(at + central.length), 8);
    locator.writeUInt32LE(1, 16);
    const end = Buffer.alloc(22, 0xff);
    end.write('PK\x05\x06', 0, 'latin1');
    end.fill(0, 4, 8);
    end.fill(0, 20, 22);
    const rest = Buffer.concat([central, end64, locator, end]);
    await file.write(rest, 0, rest.length, at);
    return at + rest.length;
  } finally {
    await file.close();
  }
}

/** The extra field 0x0001. */
function zip64(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(values.length * 8, 2);
  values.forEach((value, i) => {
    field.writeBigUInt64LE(BigInt(value), 4 + i * 8);
  });
  return field;
}
