/**
 * Byte files in folders, as the pixel cache and the checkpoints use them, wherever the bytes lie: in the origin private file system
 * (opfs.ts), or in tables (table-folder.ts). Both workers of the page see the same ones. Only in a worker.
 *
 * Promises: what `write` and `finish` have acknowledged is there for whoever looks next; where there is no room they reject with a
 * DOMException named QuotaExceededError. Must not know: what the bytes mean.
 */
import type { Files } from './generations.ts';

export interface Folder extends Files {
  /** The one of that name in this one; it is there once something is written into it. */
  folder(name: string): Folder;
  /** undefined where there is no such file. */
  open(name: string): Promise<ByteFile | undefined>;
  /** A new file, in the place of one that had the name. `pieceBytes`: what will mostly be read at once, from a multiple of it on. */
  append(name: string, pieceBytes: number): Promise<ByteWriter>;
  /** The file, or the folder with all that is in it. One that is missing, or held by a writer, is left as it is. */
  remove(name: string): Promise<void>;
}

export interface ByteFile {
  /** Bytes. */
  readonly size: number;
  /** A copy of the bytes from `begin` to before `end`; fewer where the file ends earlier. */
  slice(begin: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

export interface ByteWriter {
  /** Bytes appended so far. */
  readonly length: number;
  /** Takes the bytes, or a copy of them; throws what an earlier write failed with. */
  append(bytes: Uint8Array): void;
  /** Resolves once more may be appended without piling up; rejects where a write failed. */
  ready(): Promise<void>;
  /** All that was appended lasts, and the file is closed. */
  finish(): Promise<void>;
  /** Without the promise that what was appended lasts. May be called at any time. */
  close(): void;
}
