/**
 * The origin private file system, as the other files of store/ use it: folders, whole small files, and the two failures
 * that people must be told of (none there, none left).
 */
import { AppError } from '../protocol/errors.ts';

/** The folder of that path below the root; made if missing. Throws `storage-missing`. */
export async function openFolder(...path: string[]): Promise<FileSystemDirectoryHandle> {
  let folder: FileSystemDirectoryHandle;
  try {
    folder = await navigator.storage.getDirectory();
  } catch (cause) {
    throw new AppError(
      'storage-missing',
      'This browser gives the page no storage for the images, as in some private windows',
      'open the page in a normal window',
      { cause },
    );
  }
  for (const name of path) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder;
}

/** Bytes that may still be written, as the browser estimates it; Infinity if it does not say. */
export async function bytesLeft(): Promise<number> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined ? Number.POSITIVE_INFINITY : Math.max(0, quota - (usage ?? 0));
}

/** The whole file, or undefined if it is not there. */
export async function readFile(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

/** Writes a small file as a whole. Only in a worker. Throws an Error if not all of it could be written. */
export async function writeFile(
  folder: FileSystemDirectoryHandle,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  try {
    handle.truncate(0);
    // A full disk does not throw: it returns a number that is not the length.
    if (handle.write(bytes, { at: 0 }) !== bytes.length)
      throw new DOMException('not all bytes were written', 'QuotaExceededError');
    handle.flush();
  } finally {
    handle.close();
  }
}

/** Removes a file or a whole folder; one that is missing or still held by a reader is left (the next clean-up takes it). */
export async function removeQuietly(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name, { recursive: true });
  } catch (thrown) {
    if (!isNotFound(thrown) && !(thrown instanceof DOMException && thrown.name === 'NoModificationAllowedError'))
      throw thrown;
  }
}

export function isQuota(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
}

export function isNotFound(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'NotFoundError';
}
