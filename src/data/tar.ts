/**
 * A tar archive from its first header to its end (POSIX ustar and pax, GNU, old v7): which entries it has and where their bytes lie.
 *
 * Promises: reads headers and names, never contents; each header has passed its checksum; an archive that ends without its end mark, or in
 * an entry, is cut short. Throws ArchiveError with a reason for people. Must not know: where the bytes come from, what is in the entries.
 *
 * Our own code, for the libraries give entries in a stream and never say where they lie, so that a plain tar would be read whole.
 */
import { decodeName } from './entry-names.ts';
import { ArchiveError, CUT_SHORT } from './source.ts';

/** Bytes in order, as from a tape. */
export interface Tape {
  /** Bytes behind. */
  readonly position: number;
  /** The next bytes: at least one and at most `most`, empty at the end. */
  next(most: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Winds on; past the end is no error until something is read there. */
  windTo(position: number): Promise<void>;
}

export interface TarEntry {
  /** With forward slashes. */
  readonly path: string;
  /** Bytes of its content, which begins at `start`. The tape stands there when the entry is given, and may be read on to its end. */
  readonly size: number;
  readonly start: number;
  /** `sparse`: holes are left out, so that its bytes are not the file's. `other`: folders, devices, labels. */
  readonly kind: 'file' | 'link' | 'sparse' | 'other';
}

export const BLOCK = 512;

/** Keeps names apart, whatever they are: each byte is a letter. */
const anyBytes = new TextDecoder('latin1');

/** Bytes of a long name or of an entry's further attributes. */
const MOST_ATTRIBUTES = 1 << 20;

/** All entries in their order, each as the header before it says. */
export async function* tarEntries(tape: Tape, mostEntries: number): AsyncGenerator<TarEntry> {
  // What pax and GNU headers say of the entry after them.
  let said: Attributes = {};
  for (let count = 1; ; count++) {
    const block = await take(tape, BLOCK);
    if (isEnd(block)) return;
    if (!isTarHeader(block)) throw new ArchiveError(`is damaged: what should be its entry ${count} is none`);
    if (count > mostEntries) throw new ArchiveError(`has more than ${mostEntries.toLocaleString('en')} entries`);
    const type = String.fromCharCode(block[156] ?? 0);
    const forNext = 'LKxgX'.includes(type);
    const stated = forNext ? numberAt(block, 124, 12) : (said.size ?? numberAt(block, 124, 12));
    // What follows a link or a folder is the next header, whatever size they state.
    const size = '123456'.includes(type) ? 0 : stated;
    if (!Number.isSafeInteger(tape.position + size)) throw new ArchiveError(CUT_SHORT);
    if (forNext) {
      if (size > MOST_ATTRIBUTES)
        throw new ArchiveError('is damaged: an entry has a name of more than a million letters');
      const end = endOf(tape.position, size);
      const bytes = await take(tape, size);
      if (type === 'L') said = { ...said, path: textOf(bytes, 0, size) };
      else if (type === 'x' || type === 'X') said = { ...said, ...attributes(bytes) };
      await tape.windTo(end);
      continue;
    }
    if (type === 'S') await passSparseMap(block, tape);
    const path = (said.path ?? nameIn(block)).replaceAll('\\', '/').replace(/^(\.\/)+/, '');
    const kind = kindOf(type, path, said.sparse === true);
    said = {};
    const start = tape.position;
    yield { path, size, start, kind };
    await tape.windTo(endOf(start, size));
  }
}

function kindOf(type: string, path: string, sparse: boolean): TarEntry['kind'] {
  if (type === '1' || type === '2') return 'link';
  if (type === 'S' || sparse) return 'sparse';
  // Unknown letters are files by POSIX; those of GNU for labels, lists and parts of other volumes are none. Before ustar a folder was a slash.
  return '3456DMNV'.includes(type) || path.endsWith('/') ? 'other' : 'file';
}

/** Whether a block is a header: its checksum fits. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const value = i >= 148 && i < 156 ? 32 : block[i]!;
    unsigned += value;
    signed += value > 127 ? value - 256 : value;
  }
  // Some old writers summed signed bytes.
  const stated = numberAt(block, 148, 8);
  return block[0] !== 0 && (stated === unsigned || stated === signed);
}

/** By its first block, whatever it is called: a header with ustar's mark. */
export function isUstar(block: Uint8Array): boolean {
  return textOf(block, 257, 5) === 'ustar' && isTarHeader(block);
}

export function isEnd(block: Uint8Array): boolean {
  return block.every(byte => byte === 0);
}

async function take(tape: Tape, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; ) {
    const part = await tape.next(length - at);
    if (part.length === 0) throw new ArchiveError(CUT_SHORT);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** GNU: the places of a sparse file's parts go on in further blocks, as long as byte 482, and then each block's 504, says so. */
async function passSparseMap(header: Uint8Array, tape: Tape): Promise<void> {
  let more = header[482] !== 0;
  while (more) more = (await take(tape, BLOCK))[504] !== 0;
}

function endOf(start: number, size: number): number {
  return start + Math.ceil(size / BLOCK) * BLOCK;
}

interface Attributes {
  readonly path?: string;
  readonly size?: number;
  readonly sparse?: boolean;
}

/** POSIX pax: records of `LENGTH KEY=VALUE\n`, the length in decimal and of the whole record. */
function attributes(bytes: Uint8Array): Attributes {
  let said: Attributes = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = Number(textOf(bytes, at, space - at));
    const equals = bytes.indexOf(61, space);
    const end = at + length;
    if (space < 0 || !(length > 0) || end > bytes.length || equals < 0 || equals >= end)
      throw new ArchiveError('is damaged: the attributes of an entry cannot be read');
    const key = textOf(bytes, space + 1, equals - space - 1);
    const value = bytes.subarray(equals + 1, end - 1);
    if (key === 'path' || key === 'GNU.sparse.name') said = { ...said, path: textOf(value, 0, value.length) };
    else if (key === 'size') said = { ...said, size: Number(textOf(value, 0, value.length)) };
    if (key.startsWith('GNU.sparse.')) said = { ...said, sparse: true };
    at = end;
  }
  return said;
}

function nameIn(block: Uint8Array): string {
  const name = textOf(block, 0, 100);
  // GNU has other things in the place of the prefix, and two spaces behind the mark.
  const prefix = textOf(block, 257, 6) === 'ustar' ? textOf(block, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or GNU's base 256, which the highest bit marks; not a number where it is neither. */
function numberAt(block: Uint8Array, at: number, length: number): number {
  const first = block[at] ?? 0;
  if (first & 0x80) {
    let value = first & 0x7f;
    for (const byte of block.subarray(at + 1, at + length)) value = value * 256 + byte;
    return value;
  }
  const digits = textOf(block, at, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(`0${digits}`, 8) : Number.NaN;
}

/** Up to the first zero. */
function textOf(bytes: Uint8Array, at: number, length: number): string {
  const part = bytes.subarray(at, at + length);
  const zero = part.indexOf(0);
  const text = zero < 0 ? part : part.subarray(0, zero);
  return decodeName(text) ?? anyBytes.decode(text);
}
