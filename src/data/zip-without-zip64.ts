/**
 * Zips of macOS's Finder over 4 GB have no ZIP64 records: offsets are stated modulo 2³², the number of entries modulo 2¹⁶. Here such an
 * archive gets a directory with the true ones, in front of which the file's own bytes stay as they are. Nothing but the directory and
 * local headers is read. Must not know: what is in the entries.
 */

/** What of a File is read: bytes of it, at any place. */
export interface Bytes {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

const WRAP = 2 ** 32;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const LONGEST_COMMENT = 0xffff;

/**
 * The archive with a ZIP64 directory where it needs one; the same file where not, and where it cannot be put right. `mostBytes` bounds
 * the directory.
 */
export async function withZip64(file: Bytes, mostBytes: number, signal?: AbortSignal): Promise<Bytes> {
  if (file.size <= WRAP) return file;
  const tailStart = Math.max(0, file.size - END_LENGTH - LONGEST_COMMENT);
  const tail = await viewOf(file, tailStart, file.size);
  let end = tail.byteLength - END_LENGTH;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) return file;
  const hasZip64 = end >= 20 && tail.getUint32(end - 20, true) === 0x07064b50;
  const length = tail.getUint32(end + 12, true);
  const directoryStart = tailStart + end - length;
  if (hasZip64 || directoryStart < 0 || length > mostBytes) return file;
  const directory = await viewOf(file, directoryStart, directoryStart + length);
  const entries: Uint8Array<ArrayBuffer>[] = [];
  let least = 0;
  for (let at = 0; at < length; ) {
    if (entries.length % 1000 === 0) signal?.throwIfAborted();
    if (at + ENTRY_LENGTH > length || directory.getUint32(at, true) !== 0x02014b50) return file;
    const nameLength = directory.getUint16(at + 28, true);
    const extraLength = directory.getUint16(at + 30, true);
    const next = at + ENTRY_LENGTH + nameLength + extraLength + directory.getUint16(at + 32, true);
    if (next > length) return file;
    const name = new Uint8Array(directory.buffer, at + ENTRY_LENGTH, nameLength);
    const offset = await findLocal(file, directory.getUint32(at + 42, true), least, directoryStart, name);
    if (offset === null) return file;
    least = offset + LOCAL_LENGTH;
    entries.push(withOffset(new Uint8Array(directory.buffer, at, next - at), nameLength, extraLength, offset));
    at = next;
  }
  return followedBy(file, directoryStart, await new Blob([...entries, ...ends(entries, directoryStart)]).arrayBuffer());
}

/** The first `length` bytes of `file`, then `tail`. Never a File of Files: not every platform reads past 2³² in those. */
function followedBy(file: Bytes, length: number, tail: ArrayBuffer): Bytes {
  return {
    size: length + tail.byteLength,
    slice: (start, end) => ({
      async arrayBuffer() {
        if (end <= length) return file.slice(start, end).arrayBuffer();
        const after = tail.slice(Math.max(0, start - length), end - length);
        if (start >= length) return after;
        return new Blob([await file.slice(start, length).arrayBuffer(), after]).arrayBuffer();
      },
    }),
  };
}

/** Offsets rise in the directory's order: the first that fits, at or after `least`, where a local header of that name stands. */
async function findLocal(
  file: Bytes,
  stated: number,
  least: number,
  end: number,
  name: Uint8Array,
): Promise<number | null> {
  const first = stated + Math.max(0, Math.ceil((least - stated) / WRAP)) * WRAP;
  for (let offset = first; offset + LOCAL_LENGTH + name.length <= end; offset += WRAP) {
    const local = await viewOf(file, offset, offset + LOCAL_LENGTH + name.length);
    if (local.getUint32(0, true) !== 0x04034b50 || local.getUint16(26, true) !== name.length) continue;
    if (name.every((byte, i) => local.getUint8(LOCAL_LENGTH + i) === byte)) return offset;
  }
  return null;
}

/** The entry of the directory with its offset in a ZIP64 extra field (APPNOTE 4.5.3). */
function withOffset(
  entry: Uint8Array<ArrayBuffer>,
  nameLength: number,
  extraLength: number,
  offset: number,
): Uint8Array<ArrayBuffer> {
  const extra = new DataView(new ArrayBuffer(12));
  extra.setUint16(0, 1, true);
  extra.setUint16(2, 8, true);
  extra.setBigUint64(4, BigInt(offset), true);
  const split = ENTRY_LENGTH + nameLength;
  const made = new Uint8Array(entry.length + 12);
  made.set(entry.subarray(0, split));
  made.set(new Uint8Array(extra.buffer), split);
  made.set(entry.subarray(split), split + 12);
  const head = new DataView(made.buffer);
  head.setUint16(30, extraLength + 12, true);
  head.setUint32(42, 0xffffffff, true);
  return made;
}

/** ZIP64 end record, its locator, and the end record that sends readers to them. */
function ends(entries: readonly Uint8Array[], start: number): Uint8Array<ArrayBuffer>[] {
  const length = entries.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const view = new DataView(new ArrayBuffer(56 + 20 + END_LENGTH));
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(4, 44n, true);
  view.setUint16(12, 45, true);
  view.setUint16(14, 45, true);
  view.setBigUint64(24, BigInt(entries.length), true);
  view.setBigUint64(32, BigInt(entries.length), true);
  view.setBigUint64(40, BigInt(length), true);
  view.setBigUint64(48, BigInt(start), true);
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, BigInt(start + length), true);
  view.setUint32(72, 1, true);
  view.setUint32(76, 0x06054b50, true);
  view.setUint16(84, 0xffff, true);
  view.setUint16(86, 0xffff, true);
  view.setUint32(88, 0xffffffff, true);
  view.setUint32(92, 0xffffffff, true);
  return [new Uint8Array(view.buffer)];
}

async function viewOf(file: Bytes, start: number, end: number): Promise<DataView<ArrayBuffer>> {
  return new DataView(await file.slice(start, end).arrayBuffer());
}
