/** Named files and pairs of them as values, whoever says which belong together. */

/** What pairing knows of a file; `origin` is the archive it comes from, empty for loose files. */
export interface NamedFile {
  readonly path: string;
  readonly origin: string;
}

/** Files of one id, the first to be used; the next ones where it cannot be read. */
export interface Candidates<F> {
  readonly images: readonly F[];
  readonly masks: readonly F[];
}

export interface Pair<F> {
  /** The image's name without ending, with as many folders before it as tell it from others. Unique, whatever its case. */
  readonly id: string;
  readonly image: F;
  readonly mask: F;
  /** All files of the id, archive by archive; image and mask above are the first of the first. */
  readonly candidates: readonly Candidates<F>[];
}

export interface Pairing<F> {
  /** Sorted by id, by code units. */
  readonly pairs: readonly Pair<F>[];
  readonly rejected: readonly { readonly file: F; readonly reason: string }[];
  readonly skipped: readonly F[];
}

/** For people: the path, with its archive before it. */
export function nameOf(file: NamedFile): string {
  return file.origin === '' ? file.path : `${file.origin} › ${file.path}`;
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function byPath(a: NamedFile, b: NamedFile): number {
  return byCodeUnits(a.path, b.path) || byCodeUnits(a.origin, b.origin);
}

/** The list at a key, made where there is none. */
export function listAt<T>(map: Map<string, T[]>, key: string): T[] {
  const known = map.get(key);
  if (known) return known;
  const made: T[] = [];
  map.set(key, made);
  return made;
}
