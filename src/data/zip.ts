/**
 * A zip archive by random access: its directory, then one entry at a time, never the whole.
 *
 * Promises: no size that the archive states is believed: an entry is cut off while it inflates as soon as it passes its stated size or the
 * limit. Must not know: what is in the entries.
 */
import { type FileEntry, Reader, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import { decodeName } from './entry-names.ts';
import { bytesInWords } from './rejection.ts';
import { ArchiveError, type ArchiveLimits, CUT_SHORT, type ListedEntry, tooLarge } from './source.ts';
import { type Bytes, withZip64 } from './zip-without-zip64.ts';

/** One of the files into which zip itself splits an archive. */
export function onePart(): ArchiveError {
  return new ArchiveError('is one part of a split archive', {
    remedy: 'join all its parts first: `zip -s 0 in.zip --out out.zip`',
    unfit: true,
  });
}

/** Throws ArchiveError. */
export async function* zipEntries(
  file: File,
  limits: ArchiveLimits,
  signal?: AbortSignal,
): AsyncGenerator<ListedEntry> {
  try {
    yield* entriesOf(await withZip64(file, limits.directoryBytes, signal), limits, signal);
  } catch (thrown) {
    signal?.throwIfAborted();
    if (/split/i.test(messageOf(thrown))) throw onePart();
    throw new ArchiveError(reasonOf(thrown), { cause: thrown });
  }
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

async function* entriesOf(file: Bytes, limits: ArchiveLimits, signal?: AbortSignal): AsyncGenerator<ListedEntry> {
  const reader = new ZipReader(new BoundedReader(file, limits.directoryBytes), {
    // The browser's own inflate, in this worker: no blob workers and no WebAssembly, which the page's policy forbids.
    useWebWorkers: false,
    useCompressionStream: true,
    // Names are shown and paired, never written to: `../` does no harm.
    filenameValidation: 'tolerant',
    // Undefined leaves the name to the library: as its flag says, or in the code page of MS-DOS.
    decodeText: bytes => decodeName(bytes),
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
    throw new Error(reasonOf(thrown), { cause: thrown });
  }
  if (length !== stated)
    throw new Error(`unpacks to ${bytesInWords(length)}; the archive states ${bytesInWords(stated)}`);
  return length === bytes.length ? bytes.buffer : bytes.buffer.slice(0, length);
}

/** The library's English words (stable identifiers, `ERR_…`) in ours. */
function reasonOf(thrown: unknown): string {
  const message = messageOf(thrown);
  if (/^(unpacks|claims a table|has more)/.test(message)) return message;
  if (/uncompressed size/i.test(message)) return 'unpacks to another size than the archive states';
  if (/crc|signature/i.test(message)) return 'is damaged: its checksum does not match';
  if (/overlap/i.test(message)) return 'shares its bytes with another entry of the archive, as no honest archive does';
  if (/encrypt|password/i.test(message)) return 'is encrypted; unpack the archive with its password first';
  if (/compression (method )?not supported|unsupported compression|reserved/i.test(message))
    return 'is packed by a method that is not supported; pack it again with Deflate';
  if (/end of central directory|central directory not found|bounds|premature|unexpected end/i.test(message))
    return CUT_SHORT;
  return `is damaged (${message})`;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
