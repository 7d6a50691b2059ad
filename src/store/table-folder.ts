/**
 * Byte files in tables: for each file a row with its length, and its bytes in pieces of equal size, so that what is read at once is one
 * value. A whole file is written in one change. Paths are keys; a folder is what they have in common.
 */
import type { ByteFile, ByteWriter, Folder } from './folder.ts';
import type { Tables } from './tables.ts';

/** Bytes that may wait to be written, and that go into one change: a change has its price, and so has memory. */
const WAITING = 16e6;
const AT_ONCE = 4e6;

/** In the table `files`, by path. In `pieces` each piece is an ArrayBuffer, by path and index. */
interface FileRow {
  readonly size: number;
  readonly pieceBytes: number;
}

export function tableFolder(tables: Tables, path = ''): Folder {
  const at = (name: string) => `${path}${name}`;
  const open = async (name: string): Promise<ByteFile | undefined> => {
    const [row] = (await tables.get('files', [at(name)])) as [FileRow | undefined];
    return row && byteFile(tables, at(name), row);
  };
  return {
    folder: name => tableFolder(tables, `${at(name)}/`),
    open,
    async list() {
      const found = await tables.keys('files', path);
      return [...new Set(found.map(key => key.slice(path.length).split('/', 1)[0] ?? ''))];
    },
    async read(name) {
      const file = await open(name);
      return file?.slice(0, file.size);
    },
    write: (name, bytes) =>
      tables.change([
        {
          table: 'files',
          put: [[at(name), { size: bytes.length, pieceBytes: Math.max(1, bytes.length) } satisfies FileRow]],
        },
        { table: 'pieces', removeUnder: [pieceKey(at(name))], put: [[pieceKey(at(name), 0), wholeBuffer(bytes)]] },
      ]),
    remove: name =>
      tables.change([
        { table: 'files', remove: [at(name)], removeUnder: [`${at(name)}/`] },
        { table: 'pieces', removeUnder: [pieceKey(at(name)), `${at(name)}/`] },
      ]),
    async append(name, pieceBytes) {
      // Listed from the first byte on, so that what a crash leaves of it is found and removed.
      await tables.change([
        { table: 'files', put: [[at(name), { size: 0, pieceBytes } satisfies FileRow]] },
        { table: 'pieces', removeUnder: [pieceKey(at(name))] },
      ]);
      return byteWriter(tables, at(name), pieceBytes);
    },
  };
}

function wholeBuffer(bytes: Uint8Array<ArrayBuffer>): ArrayBuffer {
  return bytes.length === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
}

/** Without an index: what the keys of all pieces begin with. No name has a # in it. */
function pieceKey(path: string, index?: number): string {
  return `${path}#${index ?? ''}`;
}

function byteFile(tables: Tables, path: string, { size, pieceBytes }: FileRow): ByteFile {
  return {
    size,
    async slice(begin, end) {
      const last = Math.min(end, size);
      const bytes = new Uint8Array(Math.max(0, last - begin));
      if (bytes.length === 0) return bytes;
      const first = Math.floor(begin / pieceBytes);
      const keys: string[] = [];
      for (let index = first; index * pieceBytes < last; index++) keys.push(pieceKey(path, index));
      const pieces = await tables.get('pieces', keys);
      for (const [i, piece] of pieces.entries()) {
        if (!(piece instanceof ArrayBuffer)) throw new DOMException(`${keys[i]} is gone`, 'NotFoundError');
        const start = (first + i) * pieceBytes;
        const [from, to] = [Math.max(begin, start), Math.min(last, start + pieceBytes)];
        if (piece.byteLength < to - start) throw new Error(`${keys[i]} has ${piece.byteLength} bytes only`);
        bytes.set(new Uint8Array(piece, from - start, to - from), from - begin);
      }
      return bytes;
    },
  };
}

function byteWriter(tables: Tables, path: string, pieceBytes: number): ByteWriter {
  let length = 0;
  let piece = new Uint8Array(pieceBytes);
  /** Whole pieces that wait for their turn. */
  let waiting: (readonly [key: string, value: ArrayBuffer])[] = [];
  let waitingBytes = 0;
  let queued = 0;
  let writing: Promise<void> | undefined;
  let failure: { readonly thrown: unknown } | undefined;
  let closed = false;

  const writeWaiting = async (): Promise<void> => {
    try {
      while (waiting.length > 0 && !closed) {
        const some = waiting.splice(0, Math.max(1, Math.floor(AT_ONCE / pieceBytes)));
        await tables.change([{ table: 'pieces', put: some }]);
        waitingBytes -= some.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
      }
    } catch (thrown) {
      failure = { thrown };
      waiting = [];
    } finally {
      writing = undefined;
    }
  };
  const queue = (bytes: ArrayBuffer) => {
    waiting.push([pieceKey(path, queued++), bytes]);
    waitingBytes += bytes.byteLength;
  };
  const check = () => {
    if (failure) throw failure.thrown;
    if (closed) throw new Error(`${path} is closed`);
  };
  return {
    get length() {
      return length;
    },
    append(bytes) {
      check();
      for (let done = 0; done < bytes.length; ) {
        const filled = length % pieceBytes;
        const part = bytes.subarray(done, done + pieceBytes - filled);
        piece.set(part, filled);
        done += part.length;
        length += part.length;
        if (length % pieceBytes > 0) continue;
        queue(piece.buffer);
        piece = new Uint8Array(pieceBytes);
      }
      if (waiting.length > 0) writing ??= writeWaiting();
    },
    async ready() {
      while (waitingBytes > WAITING && writing) await writing;
      check();
    },
    async finish() {
      check();
      const rest = length % pieceBytes;
      if (rest > 0) queue(piece.slice(0, rest).buffer);
      while (waiting.length > 0 || writing) {
        writing ??= writeWaiting();
        await writing;
      }
      check();
      await tables.change([{ table: 'files', put: [[path, { size: length, pieceBytes } satisfies FileRow]] }]);
      closed = true;
    },
    close() {
      closed = true;
      waiting = [];
    },
  };
}
