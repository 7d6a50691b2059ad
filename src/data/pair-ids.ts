/**
 * What pairs are called: the image's name, with as many folders before it as tell it from others. Pure. Equal names in different places are
 * different ids (`a/0`, `b/0`); the same place in two archives is one id, of which the first by name is used.
 */
import { archiveStem, readFolder } from './naming.ts';
import { byPath, listAt, type NamedFile, type Pair } from './pairs.ts';

/** The files of one role and name in one folder. */
interface Placed<F> {
  readonly files: readonly { readonly file: F; readonly id: string }[];
  readonly folder: { readonly names: readonly string[]; readonly origin: string };
}

/** Pairs in the same place of several archives become one. */
export function nameAll<F extends NamedFile>(
  found: readonly { readonly image: Placed<F>; readonly mask: Placed<F> }[],
  rejected: { file: F; reason: string }[],
): Pair<F>[] {
  const byStem = new Map<string, { image: Placed<F>; mask: Placed<F> }[]>();
  for (const pair of found) listAt(byStem, pair.image.files[0]?.id.toLowerCase() ?? '').push(pair);
  const pairs: Pair<F>[] = [];
  for (const same of byStem.values()) {
    const [only] = same;
    if (only && same.length === 1) {
      pairs.push(pairOf(only.image.files[0]?.id ?? '', same));
      continue;
    }
    const places = new Map<string, { parts: readonly string[]; members: { image: Placed<F>; mask: Placed<F> }[] }>();
    for (const pair of same) {
      const parts = partsOf(pair.image);
      const key = parts.join('/').toLowerCase();
      const known = places.get(key);
      // Two folders of one archive that differ only in what says image: the folders as they are tell them apart.
      if (known?.members.some(({ image }) => image.folder.origin === pair.image.folder.origin)) {
        const all = [...pair.image.folder.names];
        const whole = all.join('/').toLowerCase();
        const again = places.get(`${whole}\0`);
        if (again) again.members.push(pair);
        else places.set(`${whole}\0`, { parts: all, members: [pair] });
      } else if (known) known.members.push(pair);
      else places.set(key, { parts, members: [pair] });
    }
    const groups = [...places.values()];
    const skip = groups.length === 1 ? (groups[0]?.parts.length ?? 0) : commonParts(groups.map(({ parts }) => parts));
    for (const { parts, members } of groups) {
      const ordered = [...members].sort((a, b) => byPath(firstOf(a.image), firstOf(b.image)));
      const stem = ordered[0]?.image.files[0]?.id ?? '';
      pairs.push(pairOf([...parts.slice(skip), stem].join('/'), ordered));
    }
  }
  return uniqueIds(pairs, rejected);
}

/** Of the first, with the others to stand by. */
function pairOf<F>(id: string, members: readonly { readonly image: Placed<F>; readonly mask: Placed<F> }[]): Pair<F> {
  const candidates = members.map(({ image, mask }) => ({
    images: image.files.map(({ file }) => file),
    masks: mask.files.map(({ file }) => file),
  }));
  const [first] = members;
  if (!first) throw new Error('a pair has at least one member');
  return { id, image: firstOf(first.image), mask: firstOf(first.mask), candidates };
}

/** By construction none is there twice; a name with odd letters (ß and ẞ fold alike) could still be. */
function uniqueIds<F extends NamedFile>(pairs: Pair<F>[], rejected: { file: F; reason: string }[]): Pair<F>[] {
  const seen = new Set<string>();
  return pairs.filter(({ id, candidates }) => {
    const key = id.toLowerCase();
    if (!seen.has(key)) {
      seen.add(key);
      return true;
    }
    for (const { images, masks } of candidates)
      for (const file of [...images, ...masks]) rejected.push({ file, reason: `another pair has the same id, ${id}` });
    return false;
  });
}

/** The image's folders as written, without those that only say image; before them the archive, where it says more than that. */
function partsOf<F>({ folder: { origin, names } }: Placed<F>): string[] {
  const archive = archiveStem(origin);
  const said = origin === '' ? null : readFolder(archive).part;
  const own = names.filter(name => name !== '' && name !== '.' && name !== '..' && readFolder(name).part !== null);
  return said?.saysRole ? [archive, ...own] : own;
}

function commonParts(lists: readonly (readonly string[])[]): number {
  const [first = []] = lists;
  let same = 0;
  while (same < first.length && lists.every(list => list[same]?.toLowerCase() === first[same]?.toLowerCase())) same++;
  return same;
}

function firstOf<F>(node: Placed<F>): F {
  const [first] = node.files;
  if (!first) throw new Error('a node has at least one file');
  return first.file;
}
