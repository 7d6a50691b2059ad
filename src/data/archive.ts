/**
 * What was dropped, as one flat list of sources: the entries of every zip archive and the loose files, none of them read yet.
 *
 * Promises: an archive is read by random access (its directory, then one entry at a time), never as a whole; no size that
 * an archive states is believed: an entry is cut off while it inflates as soon as it passes its stated size or the limit.
 * A file that cannot be opened is one line of reasons, not the end. Must not know: images, masks, pairs.
 */
import { type FileEntry, Reader, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import type { SourceFile } from '../protocol/data.ts';
import type { RejectedFile } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { bytesInWords } from './rejection.ts';
import { type Bytes, withZip64 } from './zip-without-zip64.ts';

export interface Source {
  /** As stored in the archive or dropped folder, with forward slashes. Shown as text, never used as a path. */
  readonly path: string;
  /** Name of the archive, or empty for loose files. */
  readonly origin: string;
  /** Bytes once read, as stated; reading more than this fails. */
  readonly size: number;
  /** Rejects with an error whose message is a reason for people. */
  read(signal?: AbortSignal): Promise<ArrayBuffer>;
}

export interface Listing {
  readonly sources: readonly Source[];
  readonly rejected: readonly RejectedFile[];
  /** For people: the archives' names, or how many files. */
  readonly title: string;
}

export interface ArchiveLimits {
  /** Bytes of one file, inflated. */
  readonly fileBytes: number;
  /** Bytes read at once, which bounds the archive's directory: 128 MB is over a million entries. */
  readonly directoryBytes: number;
  readonly entries: number;
}

export const archiveLimits: ArchiveLimits = { fileBytes: 128e6, directoryBytes: 128e6, entries: 1_000_000 };

/**
 * Lists all sources of `files`. Throws `not-a-zip` if nothing dropped is an archive or could be an image, `empty-archive`
 * if all there is are archives without entries, `unreadable-file` if the only archive is damaged.
 */
export async function listSources(
  files: readonly SourceFile[],
  signal?: AbortSignal,
  limits: ArchiveLimits = archiveLimits,
): Promise<Listing> {
  const sources: Source[] = [];
  const failures: {
    readonly file: string;
    readonly reason: string;
    readonly kind: 'not-a-zip' | 'damaged' | 'other';
  }[] = [];
  const archives: string[] = [];
  const rejected: RejectedFile[] = [];
  for (const { path, file } of files) {
    signal?.throwIfAborted();
    const name = path.replaceAll('\\', '/');
    const zipName = /\.zip$/i.test(name);
    let magic: string;
    try {
      magic = await firstBytes(file);
    } catch {
      failures.push({ file: name, kind: 'damaged', reason: 'cannot be read; it may have been moved or changed' });
      continue;
    }
    const other = otherArchive(name, magic);
    if (other !== null) {
      failures.push({ file: name, kind: 'other', reason: other });
      continue;
    }
    if (!isZipMagic(magic)) {
      if (zipName)
        failures.push({ file: name, kind: 'not-a-zip', reason: 'is not a zip archive, whatever its name says' });
      else sources.push(looseSource(name, file, limits));
      continue;
    }
    const before = sources.length;
    try {
      const whole = await withZip64(file, limits.directoryBytes, signal);
      for await (const entry of archiveEntries(whole, limits, signal)) {
        if ('reason' in entry) rejected.push({ file: `${name} › ${entry.path}`, reason: entry.reason });
        else sources.push({ ...entry, origin: name });
      }
      archives.push(name);
    } catch (thrown) {
      signal?.throwIfAborted();
      // Entries listed before the damage are left out too: a directory that breaks off is not to be believed in part.
      sources.length = before;
      failures.push({ file: name, kind: 'damaged', reason: archiveReason(thrown) });
    }
  }
  const only = failures[0];
  if (only && sources.length === 0 && archives.length === 0) {
    if (only.kind === 'not-a-zip')
      throw new AppError(
        'not-a-zip',
        `${only.file} ${only.reason}`,
        'choose a zip archive with images and their masks',
      );
    if (only.kind === 'other' || only.reason.endsWith(ONE_PART)) {
      const [happened = '', remedy = ''] = only.reason.split('; ');
      throw new AppError('not-a-zip', `${only.file} ${happened}`, remedy);
    }
    throw new AppError('unreadable-file', `${only.file} ${only.reason}`, 'download or copy the file again');
  }
  if (sources.length === 0 && rejected.length === 0)
    throw new AppError(
      'empty-archive',
      `${archives[0] ?? 'What was dropped'} holds no files`,
      'choose a zip archive with images and their masks',
    );
  rejected.push(...failures.map(({ file, reason }) => ({ file, reason })));
  return { sources, rejected, title: titleOf(archives, files) };
}

function titleOf(archives: readonly string[], files: readonly SourceFile[]): string {
  if (archives.length > 0 && archives.length <= 3) return archives.join(', ');
  if (archives.length > 3) return `${archives.length} archives`;
  return files.length === 1 ? (files[0]?.path ?? '') : `${files.length} files`;
}

async function firstBytes(file: File): Promise<string> {
  return String.fromCharCode(...new Uint8Array(await file.slice(0, 4).arrayBuffer()));
}

const ONE_PART = 'one part of a split archive; join all its parts first: `zip -s 0 in.zip --out out.zip`';

/** Archives that are not opened here, by name or first bytes: what they are and what to do; null for all other files. */
function otherArchive(name: string, magic: string): string | null {
  // With other splitters each part is a piece of the file, and the first begins as the whole does.
  if (/\.z\d\d+$/i.test(name)) return `is ${ONE_PART}`;
  if (/\.(zip|7z|tar|gz)\.\d{3}$/i.test(name))
    return 'is one piece of an archive; put its pieces together first, unpack it and drop the folder';
  const kind = magic.startsWith('7z\xbc\xaf')
    ? '7z'
    : magic === 'Rar!'
      ? 'RAR'
      : magic.startsWith('\x1f\x8b')
        ? 'gzip'
        : (/\.(7z|rar|tar|tgz|gz|bz2|xz|zst)$/i.exec(name)?.[1]?.toLowerCase() ?? null);
  return kind === null ? null : `is a ${kind} archive, which is not read here; unpack it and drop the folder`;
}

function isZipMagic(magic: string): boolean {
  return magic === 'PK\x03\x04' || magic === 'PK\x05\x06' || magic === 'PK\x07\x08';
}

function looseSource(path: string, file: File, limits: ArchiveLimits): Source {
  return {
    path,
    origin: '',
    size: file.size,
    async read(signal) {
      signal?.throwIfAborted();
      if (file.size > limits.fileBytes) throw tooLarge(file.size, limits);
      try {
        return await file.arrayBuffer();
      } catch {
        throw new Error('cannot be read; it may have been moved or changed');
      }
    },
  };
}

/** A directory that claims to be larger than memory is refused before it is read. */
class BoundedReader extends Reader<Bytes> {
  readonly #bytes: Bytes;
  readonly #limit: number;
  constructor(bytes: Bytes, limit: number) {
    super(bytes);
    this.#bytes = bytes;
    this.#limit = limit;
    this.size = bytes.size;
  }
  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > this.#limit) throw new Error(`claims a table of contents of ${bytesInWords(length)}`);
    const end = Math.min(this.size, index + length);
    return new Uint8Array(await this.#bytes.slice(index, end).arrayBuffer());
  }
}

type ListedEntry = Omit<Source, 'origin'> | { readonly path: string; readonly reason: string };

async function* archiveEntries(file: Bytes, limits: ArchiveLimits, signal?: AbortSignal): AsyncGenerator<ListedEntry> {
  const reader = new ZipReader(new BoundedReader(file, limits.directoryBytes), {
    // The browser's own inflate, in this worker: no blob workers and no WebAssembly, which the page's policy forbids.
    useWebWorkers: false,
    useCompressionStream: true,
    // Names are shown and paired, never written to: `../` does no harm.
    filenameValidation: 'tolerant',
    checkCrc32: true,
    checkOverlappingEntry: true,
  });
  let count = 0;
  for await (const entry of reader.getEntriesGenerator()) {
    if (++count > limits.entries) throw new Error(`has more than ${limits.entries.toLocaleString('en')} entries`);
    if (count % 1000 === 0) signal?.throwIfAborted();
    if (entry.directory) continue;
    const path = entry.filename.replaceAll('\\', '/');
    if (entry.encrypted) yield { path, reason: 'is encrypted; unpack the archive with its password first' };
    else if (entry.uncompressedSize > limits.fileBytes) {
      // Told only where somebody wants it: a large text file is passed over like a small one.
      const error = tooLarge(entry.uncompressedSize, limits);
      yield { path, size: 0, read: () => Promise.reject(error) };
    } else yield { path, size: entry.uncompressedSize, read: signal => inflate(entry, limits, signal) };
  }
}

function tooLarge(bytes: number, limits: ArchiveLimits): Error {
  return new Error(`has ${bytesInWords(bytes)} unpacked; at most ${bytesInWords(limits.fileBytes)} are read`);
}

async function inflate(entry: FileEntry, limits: ArchiveLimits, signal?: AbortSignal): Promise<ArrayBuffer> {
  const stated = entry.uncompressedSize;
  // Grown by doubling, so that an entry that lies about its size costs no more than what it really holds.
  let bytes = new Uint8Array(Math.min(stated, 1 << 16));
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      const end = length + chunk.length;
      if (end > stated || end > limits.fileBytes) throw new Error('unpacks to more than the archive states');
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.min(stated, Math.max(end, bytes.length * 2)));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(chunk, length);
      length = end;
    },
  });
  try {
    await entry.getData(sink, signal ? { signal } : {});
  } catch (thrown) {
    signal?.throwIfAborted();
    throw new Error(archiveReason(thrown), { cause: thrown });
  }
  if (length !== stated)
    throw new Error(`unpacks to ${bytesInWords(length)}; the archive states ${bytesInWords(stated)}`);
  return length === bytes.length ? bytes.buffer : bytes.buffer.slice(0, length);
}

/** The library's English words (stable identifiers, `ERR_…`) in ours. */
function archiveReason(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (/^(unpacks|claims a table|has more)/.test(message)) return message;
  if (/uncompressed size/i.test(message)) return 'unpacks to another size than the archive states';
  if (/crc|signature/i.test(message)) return 'is damaged: its checksum does not match';
  if (/overlap/i.test(message)) return 'shares its bytes with another entry of the archive, as no honest archive does';
  if (/encrypt|password/i.test(message)) return 'is encrypted; unpack the archive with its password first';
  if (/compression (method )?not supported|unsupported compression|reserved/i.test(message))
    return 'is packed by a method that is not supported; pack it again with Deflate';
  if (/split/i.test(message)) return `is ${ONE_PART}`;
  if (/end of central directory|central directory not found|bounds|premature|unexpected end/i.test(message))
    return 'is cut short or damaged';
  return `is damaged (${message})`;
}
