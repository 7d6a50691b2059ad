import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { listSources } from './archive.ts';

interface Part {
  readonly name: string;
  readonly text?: string;
  /** Bytes of zeros that the entry holds and the disk does not. */
  readonly zeros?: number;
}

/** A zip as macOS writes it: stored entries, everything modulo 2³². A double, for Node's own Blobs count their bytes in 32 bits. */
function macZip(parts: readonly Part[]): File {
  let at = 0;
  const pieces: { readonly at: number; readonly bytes: Buffer }[] = [];
  const directory: Buffer[] = [];
  for (const { name, text = '', zeros = 0 } of parts) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(text), 10);
    const size = (text.length + zeros) % 2 ** 32;
    common.writeUInt32LE(size, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at % 2 ** 32, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name)]));
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name + text)]);
    pieces.push({ at, bytes: local });
    at += local.length + zeros;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(parts.length % 2 ** 16, 8);
  end.writeUInt16LE(parts.length % 2 ** 16, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at % 2 ** 32, 16);
  pieces.push({ at, bytes: Buffer.concat([central, end]) });
  const total = at + central.length + 22;
  const slice = (start: number, stop: number) => ({
    async arrayBuffer() {
      const until = Math.min(stop, total);
      const made = new Uint8Array(Math.max(0, until - start));
      for (const piece of pieces) {
        const from = Math.max(start, piece.at);
        const to = Math.min(until, piece.at + piece.bytes.length);
        if (from < to) made.set(piece.bytes.subarray(from - piece.at, to - piece.at), from - start);
      }
      return made.buffer;
    },
  });
  return { size: total, name: 'mac.zip', slice } as unknown as File;
}

const pair = (i: number): Part[] => [
  { name: `images/${i}.jpg`, text: `image ${i}` },
  { name: `masks/${i}.png`, text: `mask ${i}` },
];
const GIB = 2 ** 30;

describe('zips over 4 GB without ZIP64', () => {
  test.each<[string, Part[]]>([
    [
      'twice 2.3 GiB between the pairs',
      [...pair(0), { name: 'a.mov', zeros: 2.3 * GIB }, ...pair(1), { name: 'b.mov', zeros: 2.3 * GIB }, ...pair(2)],
    ],
    ['9 GB, two wraps', [0, 1, 2, 3].flatMap(i => [...pair(i), { name: `${i}.mov`, zeros: 2.25e9 }]).concat(pair(4))],
    ['one entry over 4 GiB', [...pair(0), { name: 'a.mov', zeros: 4.5 * GIB }, ...pair(1)]],
    ['two of its kind after each other', [{ name: 'a.mov', zeros: 9 * GIB }, ...pair(0), ...pair(1)]],
  ])('%s', async (_, parts) => {
    const file = macZip(parts.map(part => ({ ...part, zeros: Math.round(part.zeros ?? 0) })));
    expect(file.size).toBeGreaterThan(2 ** 32);
    const { sources } = await listSources([{ path: 'mac.zip', file }]);
    expect(sources.map(source => source.path)).toEqual(parts.map(({ name }) => name));
    for (const [i, { text }] of parts.entries())
      if (text !== undefined) expect(new TextDecoder().decode(await sources[i]?.read())).toBe(text);
  });
});
