/**
 * The entries of a tar as sources. A plain tar is read by random access. A tar.gz can only be read from its begin to its end: it is inflated
 * once, and of its entries those that will be read are kept in the browser's own store for such bytes (Blobs, which Chromium moves to disk
 * when they are many).
 *
 * Promises: outside of Blobs no more than one entry and one piece of the archive is in memory; a tar.gz is given up as soon as its entries
 * state, or inflate to, more than the limits; nothing of it is used before its checksum was right. Must not know: images, masks, pairs.
 */
import { bytesInWords } from './rejection.ts';
import {
  ArchiveError,
  type ArchiveLimits,
  CUT_SHORT,
  type ListedEntry,
  MOVED,
  type Source,
  tooLarge,
} from './source.ts';
import { BLOCK, isEnd, isTarHeader, isUstar, type Tape, type TarEntry, tarEntries } from './tar.ts';

/** Whether the file's first bytes are a tar's; one without ustar's mark must be called so too. */
export function isTar(head: Uint8Array, name: string): boolean {
  return isUstar(head) || (/\.tar$/i.test(name) && isTarOrEmpty(head));
}

/** Whether a gzip file holds a tar. Throws ArchiveError where it is called so and cannot be inflated. */
export async function isTarGz(file: File, name: string, limits: ArchiveLimits): Promise<boolean> {
  const called = /\.(tgz|tar\.gz)$/i.test(name);
  const tape = gzipTape(file, limits);
  try {
    let head = new Uint8Array();
    for (let part = await tape.next(BLOCK); part.length > 0 && head.length < BLOCK; part = await tape.next(BLOCK))
      head = new Uint8Array([...head, ...part]);
    return isUstar(head) || (called && isTarOrEmpty(head));
  } catch (thrown) {
    if (called) throw thrown;
    return false;
  } finally {
    tape.close();
  }
}

function isTarOrEmpty(head: Uint8Array): boolean {
  return isTarHeader(head) || (head.length >= BLOCK && isEnd(head));
}

/** Throws ArchiveError. */
export async function tarSources(file: File, limits: ArchiveLimits, signal?: AbortSignal): Promise<ListedEntry[]> {
  return list(
    fileTape(file, signal),
    limits,
    async ({ start, size }) =>
      () =>
        bytesOf(file, start, size),
  );
}

/**
 * What `wanted` says no to is listed with its size, but cannot be read. `room` is what is left of `limits.keptBytes`, and gets less.
 * Throws ArchiveError.
 */
export async function tarGzSources(
  file: File,
  wanted: (path: string) => boolean,
  limits: ArchiveLimits,
  room: { bytes: number },
  signal?: AbortSignal,
): Promise<ListedEntry[]> {
  const tape = gzipTape(file, limits, signal);
  const shelf = blobShelf();
  try {
    const entries = await list(tape, limits, async ({ path, size }) => {
      if (!wanted(path)) return () => Promise.reject(new Error('was passed over when its archive was unpacked'));
      room.bytes -= size;
      if (room.bytes < 0) throw tooMuch(`more than ${bytesInWords(limits.keptBytes)} of images and tables`);
      const box = shelf.begin();
      const { length: begin } = box;
      for (let left = size; left > 0; ) {
        const part = await tape.next(left);
        if (part.length === 0) throw new ArchiveError(CUT_SHORT);
        shelf.add(part);
        left -= part.length;
      }
      return () => bytesOf(box.blob, begin, size);
    });
    // To the very end, where the checksum is.
    while ((await tape.next(1 << 18)).length > 0) signal?.throwIfAborted();
    shelf.close();
    return entries;
  } finally {
    tape.close();
  }
}

/** Names an entry has more than once are the last one's, as they are for tar itself. */
async function list(
  tape: Tape,
  limits: ArchiveLimits,
  reader: (entry: TarEntry) => Promise<() => Promise<ArrayBuffer>>,
): Promise<ListedEntry[]> {
  const entries = new Map<string, ListedEntry>();
  const links: string[] = [];
  for await (const entry of tarEntries(tape, limits.entries)) {
    const { path, size, kind } = entry;
    if (kind === 'other') continue;
    if (kind === 'link') {
      links.push(path);
      continue;
    }
    entries.delete(path);
    if (kind === 'sparse') entries.set(path, { path, reason: 'is stored with holes; pack it again without --sparse' });
    else if (size > limits.fileBytes) {
      const error = tooLarge(size, limits);
      entries.set(path, { path, size: 0, read: () => Promise.reject(error) });
    } else entries.set(path, { path, size, read: whenNotAborted(await reader(entry)) });
  }
  const [first] = links;
  if (first === undefined) return [...entries.values()];
  const others = links.length === 1 ? '' : links.length === 2 ? ', as is 1 more' : `, as are ${links.length - 1} more`;
  const reason = `is a link${others}; links are passed over, pack the files themselves (tar --dereference --hard-dereference)`;
  return [...entries.values(), { path: first, reason }];
}

function whenNotAborted(read: () => Promise<ArrayBuffer>): Source['read'] {
  return async signal => {
    signal?.throwIfAborted();
    return read();
  };
}

async function bytesOf(blob: Blob, start: number, size: number): Promise<ArrayBuffer> {
  let bytes: ArrayBuffer;
  try {
    bytes = await blob.slice(start, start + size).arrayBuffer();
  } catch (cause) {
    throw new Error(MOVED, { cause });
  }
  if (bytes.byteLength !== size) throw new Error(CUT_SHORT);
  return bytes;
}

/**
 * Reads ahead a lot where the entries are small, so that one read shows many headers; little where a read would be contents only. In
 * Chromium a short read takes about as long as 256 kB of a long one.
 */
function fileTape(file: File, signal?: AbortSignal): Tape {
  let position = 0;
  let winds = 0;
  let ahead = new Uint8Array();
  let aheadStart = 0;
  return {
    get position() {
      return position;
    },
    async next(most) {
      let from = position - aheadStart;
      if (from >= ahead.length) {
        signal?.throwIfAborted();
        const length = position / (winds + 1) < 1 << 18 ? 1 << 20 : 1 << 12;
        try {
          ahead = new Uint8Array(await file.slice(position, position + length).arrayBuffer());
        } catch (cause) {
          throw new ArchiveError(MOVED, { cause });
        }
        aheadStart = position;
        from = 0;
      }
      const part = ahead.subarray(from, from + most);
      position += part.length;
      return part;
    },
    async windTo(to) {
      position = to;
      winds++;
    },
  };
}

function gzipTape(file: File, limits: ArchiveLimits, signal?: AbortSignal): Tape & { close(): void } {
  const inflater = new DecompressionStream('gzip');
  const reader = file.stream().pipeThrough(inflater).getReader();
  let position = 0;
  let piece = new Uint8Array();
  const check = (end: number) => {
    if (end > limits.inflatedBytes) throw tooMuch(`more than ${bytesInWords(limits.inflatedBytes)}`);
  };
  const next = async (most: number) => {
    while (piece.length === 0) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read().catch(cause => {
        throw new ArchiveError(CUT_SHORT, { cause });
      });
      if (done) break;
      piece = value;
    }
    const part = piece.subarray(0, most);
    piece = piece.subarray(part.length);
    position += part.length;
    check(position);
    return part;
  };
  return {
    get position() {
      return position;
    },
    next,
    async windTo(to) {
      // A size that is stated needs not be inflated to be too large.
      check(to);
      while (position < to && (await next(to - position)).length > 0);
    },
    close: () => void reader.cancel().catch(() => undefined),
  };
}

function tooMuch(what: string): ArchiveError {
  return new ArchiveError(`unpacks to ${what}`, {
    remedy:
      'unpack it with gunzip and drop the tar, which is read piece by piece, or unpack that too and drop the folder',
  });
}

/** Bytes of a Blob, about. One for each of a hundred thousand small entries would cost the browser more than the bytes. */
const BOX = 16e6;

/** One after another, contents are put into Blobs; a content is in one of them. */
function blobShelf() {
  let parts: Uint8Array<ArrayBuffer>[] = [];
  let box = { blob: new Blob(), length: 0 };
  const close = () => {
    box.blob = new Blob(parts);
    parts = [];
  };
  return {
    /** Where the next content goes, and how much is there before it. */
    begin() {
      if (box.length >= BOX) {
        close();
        box = { blob: new Blob(), length: 0 };
      }
      return box;
    },
    add(part: Uint8Array<ArrayBuffer>) {
      // A part of a larger piece would keep all of the piece in memory.
      parts.push(2 * part.length < part.buffer.byteLength ? part.slice() : part);
      box.length += part.length;
    },
    close,
  };
}
