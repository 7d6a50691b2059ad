/**
 * What was dropped, as one flat list of sources: the entries of every archive (zip, tar, tar.gz) and the loose files.
 *
 * Promises: a zip or a plain tar is read by random access, never as a whole; no size that an archive states is believed.
 * A file that cannot be opened is one line of reasons, not the end. Must not know: images, masks, pairs; which
 * files are worth keeping it is told by their names.
 */
import type { SourceFile } from '../protocol/data.ts';
import type { RejectedFile } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { isRead } from './naming.ts';
import {
  ArchiveError,
  type ArchiveLimits,
  archiveLimits,
  type ListedEntry,
  MOVED,
  type Source,
  tooLarge,
} from './source.ts';
import { isTar, isTarGz, tarGzSources, tarSources } from './tar-sources.ts';
import { onePart, zipEntries } from './zip.ts';

export interface Listing {
  readonly sources: readonly Source[];
  readonly rejected: readonly RejectedFile[];
  /** For people: the archives' names, or how many files. */
  readonly title: string;
}

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
  const failures: { readonly file: string; readonly error: ArchiveError }[] = [];
  const archives: string[] = [];
  const rejected: RejectedFile[] = [];
  const room = { bytes: limits.keptBytes };
  for (const { path, file } of files) {
    signal?.throwIfAborted();
    const name = path.replaceAll('\\', '/');
    const found: Source[] = [];
    const refused: RejectedFile[] = [];
    try {
      const entries = await archiveEntries(file, name, limits, room, signal);
      if (entries === null) {
        sources.push(looseSource(name, file, limits));
        continue;
      }
      for await (const entry of entries) {
        if ('reason' in entry) refused.push({ file: `${name} › ${entry.path}`, reason: entry.reason });
        else found.push({ ...entry, origin: name });
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ArchiveError)) throw error;
      // Entries listed before the damage are left out too: an archive that breaks off is not to be believed in part.
      failures.push({ file: name, error });
      continue;
    }
    for (const source of found) sources.push(source);
    for (const line of refused) rejected.push(line);
    archives.push(name);
  }
  const [only] = failures;
  if (only && sources.length === 0 && archives.length === 0) throw appError(only.file, only.error);
  if (sources.length === 0 && rejected.length === 0)
    throw new AppError('empty-archive', `${archives[0] ?? 'What was dropped'} holds no files`, CHOOSE);
  rejected.push(
    ...failures.map(({ file, error: { message, remedy } }) => ({
      file,
      reason: remedy === undefined ? message : `${message}; ${remedy}`,
    })),
  );
  return { sources, rejected, title: titleOf(archives, files) };
}

const CHOOSE = 'choose a zip or tar archive with images and their masks';

function appError(file: string, { message, remedy, unfit }: ArchiveError): AppError {
  const happened = `${file} ${message}`;
  if (unfit) return new AppError('not-a-zip', happened, remedy ?? CHOOSE);
  return new AppError('unreadable-file', happened, remedy ?? 'download or copy the file again');
}

function titleOf(archives: readonly string[], files: readonly SourceFile[]): string {
  if (archives.length > 0 && archives.length <= 3) return archives.join(', ');
  if (archives.length > 3) return `${archives.length} archives`;
  return files.length === 1 ? (files[0]?.path ?? '') : `${files.length} files`;
}

/** Null for a file that is no archive. Throws ArchiveError for what cannot be opened here. */
async function archiveEntries(
  file: File,
  name: string,
  limits: ArchiveLimits,
  room: { bytes: number },
  signal?: AbortSignal,
): Promise<AsyncIterable<ListedEntry> | Iterable<ListedEntry> | null> {
  const head = await firstBytes(file);
  const magic = String.fromCharCode(...head.subarray(0, 4));
  const other = otherArchive(name, magic);
  if (other) throw other;
  if (isZipMagic(magic)) return zipEntries(file, limits, signal);
  if (isTar(head, name)) return tarSources(file, limits, signal);
  if (magic.startsWith('\x1f\x8b')) {
    if (!(await isTarGz(file, name, limits))) throw notRead('gzip');
    return tarGzSources(file, path => isRead(path, name), limits, room, signal);
  }
  const said = /\.(zip|tar|tgz|gz)$/i.exec(name)?.[1]?.toLowerCase();
  if (said === undefined) return null;
  const kind = said === 'tgz' || said === 'gz' ? 'gzip' : said;
  throw new ArchiveError(`is not a ${kind} archive, whatever its name says`, { unfit: true });
}

/** Enough to tell a tar, which has its mark at byte 257. */
async function firstBytes(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(0, 512).arrayBuffer());
  } catch (cause) {
    throw new ArchiveError(MOVED, { cause });
  }
}

/** Archives that are not opened here, by name or first bytes; undefined for all other files. */
function otherArchive(name: string, magic: string): ArchiveError | undefined {
  // With other splitters each part is a piece of the file, and the first begins as the whole does.
  if (/\.z\d\d+$/i.test(name)) return onePart();
  if (/\.(zip|7z|tar|tgz|gz)\.\d{3}$/i.test(name))
    return new ArchiveError('is one piece of an archive', {
      remedy: 'put its pieces together first, unpack it and drop the folder',
      unfit: true,
    });
  const kind = magic.startsWith('7z\xbc\xaf')
    ? '7z'
    : magic === 'Rar!'
      ? 'RAR'
      : /\.(7z|rar|bz2|xz|zst)$/i.exec(name)?.[1]?.toLowerCase();
  return kind === undefined ? undefined : notRead(kind);
}

function notRead(kind: string): ArchiveError {
  return new ArchiveError(`is a ${kind} archive, which is not read here`, {
    remedy: 'unpack it and drop the folder',
    unfit: true,
  });
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
        throw new Error(MOVED);
      }
    },
  };
}
