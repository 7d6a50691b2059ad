/** A file that was found and not read yet, loose or an entry of an archive; how much of one is read at most, and why an archive is not. */
import { bytesInWords } from './rejection.ts';

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

/** What is in an archive: a source but for the archive's name, or why it is none. */
export type ListedEntry = Omit<Source, 'origin'> | { readonly path: string; readonly reason: string };

export interface ArchiveLimits {
  /** Bytes of one file, inflated. */
  readonly fileBytes: number;
  /** Bytes read at once, which bounds the archive's directory: 128 MB is over a million entries. */
  readonly directoryBytes: number;
  readonly entries: number;
  /** Bytes of all entries of a tar.gz together, whatever is made of them. */
  readonly inflatedBytes: number;
  /** Bytes of the pictures and tables of all tar.gz dropped together: the browser keeps them, for a tar.gz is read from its begin only. */
  readonly keptBytes: number;
}

export const archiveLimits: ArchiveLimits = {
  fileBytes: 128e6,
  directoryBytes: 128e6,
  entries: 1_000_000,
  inflatedBytes: 16e9,
  keptBytes: 2e9,
};

export function tooLarge(bytes: number, limits: ArchiveLimits): Error {
  return new Error(`has ${bytesInWords(bytes)} unpacked; at most ${bytesInWords(limits.fileBytes)} are read`);
}

/** Why a whole file is not read: its message goes on after the file's name. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  /** What to do, where it is not to fetch the file again. */
  readonly remedy: string | undefined;
  /** Nothing is wrong with the file, but it is none of those that are read here. */
  readonly unfit: boolean;

  constructor(message: string, more: { remedy?: string; unfit?: boolean; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? {} : { cause: more.cause });
    this.remedy = more.remedy;
    this.unfit = more.unfit ?? false;
  }
}

export const CUT_SHORT = 'is cut short or damaged';

export const MOVED = 'cannot be read; it may have been moved or changed';
