/**
 * From names to pairs of image and mask; pure, without a look into any file. The rule:
 *
 *   A mask belongs to the image of its name whose place is nearest, and the image must see it the same way. A place is the folders (and an
 *   archive that says image or mask), without what only says image or mask. The same archive is nearer than another, then fewer folders
 *   apart, then the nearer by the folders as they are. Equally near: neither is used, and both are told.
 *
 * Promises: every file is in exactly one of pairs (used or spare), rejected and skipped; a pair never crosses from one folder into its
 * sibling; files without a partner change no pair; the order of files and the case of names do not matter. Equal names in different
 * places are different ids (`a/0`, `b/0`); the same place in two archives is one id, of which the first by name is used.
 */
import { distance, type FolderPart, placeOf, readPath } from './naming.ts';
import { nameAll } from './pair-ids.ts';
import { byCodeUnits, byPath, type NamedFile, nameOf, type Pairing } from './pairs.ts';

/** A folder of one archive, as found. */
interface Folder<F> {
  readonly place: readonly FolderPart[];
  /** Of the place and the archive; equal where nothing can be nearer. */
  readonly placeKey: string;
  readonly names: readonly string[];
  readonly origin: string;
  /** Images that a mask in it names by its own name, in lower case; the same for folders that differ only in case. */
  readonly masked: Set<string>;
  /** Those of its files that go by one name, in lower case. */
  readonly images: Map<string, Node<F>>;
  readonly masks: Map<string, Node<F>>;
}

/** The files of one role and name in one folder. */
interface Node<F> {
  readonly files: { readonly file: F; readonly id: string }[];
  readonly folder: Folder<F>;
}

interface Named<F> {
  readonly images: Node<F>[];
  readonly masks: Node<F>[];
}

interface Found<F> {
  readonly file: F;
  readonly ids: readonly string[];
  readonly folder: Folder<F>;
}

export function pairFiles<F extends NamedFile>(files: readonly F[]): Pairing<F> {
  const skipped: F[] = [];
  const rejected: { file: F; reason: string }[] = [];
  const { images, masks } = findPictures(files, skipped, rejected);
  const byKey = byName(images, masks);
  const found: { image: Node<F>; mask: Node<F> }[] = [];
  for (const named of byKey.values()) match(named, found, rejected);
  const pairs = nameAll(found, rejected);
  pairs.sort((a, b) => byCodeUnits(a.id, b.id));
  return { pairs, rejected: rejected.sort((a, b) => byPath(a.file, b.file)), skipped };
}

/** Gives each folder's own record, made once for all files in it. */
function folders<F extends NamedFile>(): (file: F) => Folder<F> {
  const byOrigin = new Map<string, Map<string, Folder<F>>>();
  const masked = new Map<string, Set<string>>();
  return ({ path, origin }) => {
    const own = mapAt(byOrigin, origin);
    const key = path.slice(0, path.lastIndexOf('/') + 1);
    const known = own.get(key);
    if (known) return known;
    const normal = path.normalize('NFC');
    const place = placeOf(normal, origin);
    const whole = `${origin}\0${key}`.toLowerCase();
    const made: Folder<F> = {
      place,
      placeKey: [origin, ...place.map(part => part.key)].join('\0'),
      names: normal.split('/').slice(0, -1),
      origin,
      masked: masked.get(whole) ?? new Set(),
      images: new Map(),
      masks: new Map(),
    };
    masked.set(whole, made.masked);
    own.set(key, made);
    return made;
  };
}

function findPictures<F extends NamedFile>(
  files: readonly F[],
  skipped: F[],
  rejected: { file: F; reason: string }[],
): { images: Found<F>[]; masks: Found<F>[] } {
  const pictures = [];
  const folderOf = folders<F>();
  for (const file of [...files].sort(byPath)) {
    const facts = readPath(file.path, file.origin);
    if (facts.kind === 'skip') skipped.push(file);
    else if (facts.kind === 'reject') rejected.push({ file, reason: facts.reason });
    else {
      const folder = folderOf(file);
      pictures.push({ file, facts, folder });
      const [id = ''] = facts.ids;
      if (facts.role === 'mask' && id !== facts.stem) folder.masked.add(id.toLowerCase());
    }
  }
  const images: Found<F>[] = [];
  const masks: Found<F>[] = [];
  for (const { file, facts, folder } of pictures) {
    // `segmentation/X.jpg` beside `segmentation/X_mask.png`, or `X_lesion.jpg` beside `X_lesion_mask.png`.
    if (facts.role === 'image') images.push({ file, folder, ids: facts.ids });
    else if (folder.masked.has(facts.stem.toLowerCase())) images.push({ file, folder, ids: [facts.stem] });
    else masks.push({ file, folder, ids: facts.ids });
  }
  return { images, masks };
}

/** Of several possible ids each file takes the first that a file of the other role, not across a sibling folder, has. */
function byName<F extends NamedFile>(images: readonly Found<F>[], masks: readonly Found<F>[]): Map<string, Named<F>> {
  const chooseFrom = (others: readonly Found<F>[]) => {
    /** Folders of files with that id, by their places, of which one speaks for all. */
    const byId = new Map<string, Map<string, Folder<F>>>();
    for (const { ids, folder } of others)
      for (const id of ids) mapAt(byId, id.toLowerCase()).set(folder.placeKey, folder);
    return ({ folder }: Found<F>, [first = '', second]: readonly string[]): string => {
      if (second === undefined) return first;
      const fits = (id: string) => {
        const places = byId.get(id.toLowerCase());
        if (!places) return false;
        if (places.has(folder.placeKey)) return true;
        for (const other of places.values())
          if (distance(folder.place, other.place) < Number.POSITIVE_INFINITY) return true;
        return false;
      };
      return fits(first) ? first : fits(second) ? second : first;
    };
  };
  const byKey = new Map<string, Named<F>>();
  const add = (role: 'images' | 'masks', own: readonly Found<F>[], others: readonly Found<F>[]) => {
    const choose = own.some(({ ids }) => ids.length > 1) ? chooseFrom(others) : null;
    for (const found of own) {
      const { file, folder, ids } = found;
      const id = (choose ? choose(found, ids) : ids[0]) ?? '';
      const key = id.toLowerCase();
      const known = folder[role].get(key);
      if (known) {
        known.files.push({ file, id });
        continue;
      }
      const node: Node<F> = { files: [{ file, id }], folder };
      folder[role].set(key, node);
      const named = byKey.get(key);
      if (named) named[role].push(node);
      else byKey.set(key, role === 'images' ? { images: [node], masks: [] } : { images: [], masks: [node] });
    }
  };
  add('images', images, masks);
  add('masks', masks, images);
  return byKey;
}

/** Image and mask that are each other's nearest go to `matched`, what is left to `rejected` with its reason. */
function match<F extends NamedFile>(
  { images, masks }: Named<F>,
  matched: { image: Node<F>; mask: Node<F> }[],
  rejected: { file: F; reason: string }[],
): void {
  const settle = (some: readonly Node<F>[], others: readonly Node<F>[]) => {
    const nearestMasks = some.map(image => nearest(image, others));
    const nearestImages = others.map(mask => nearest(mask, some));
    for (const [i, image] of some.entries()) {
      const its = nearestMasks[i] ?? [];
      const [mask] = its;
      const back = mask === undefined ? [] : (nearestImages[mask] ?? []);
      if (its.length === 1 && back.length === 1 && back[0] === i)
        matched.push({ image, mask: others[mask ?? 0] as Node<F> });
      else
        tell(
          image,
          its.map(place => others[place] as Node<F>),
          'mask',
          back.map(place => some[place] as Node<F>),
        );
    }
    for (const [m, mask] of others.entries()) {
      const its = nearestImages[m] ?? [];
      const [image] = its;
      const back = image === undefined ? [] : (nearestMasks[image] ?? []);
      if (!(its.length === 1 && back.length === 1 && back[0] === m))
        tell(
          mask,
          its.map(place => some[place] as Node<F>),
          'image',
          back.map(place => others[place] as Node<F>),
        );
    }
  };
  const tell = (node: Node<F>, its: readonly Node<F>[], wanted: 'image' | 'mask', back: readonly Node<F>[]) => {
    for (const { file, id } of node.files) rejected.push({ file, reason: whyAlone(id, its, wanted, back, node) });
  };
  // Nearly always: a name that is there once, or has no partner at all.
  if (images.length * masks.length <= 1) {
    settle(images, masks);
    return;
  }
  // A name in thousands of folders is first looked for in its own place, where nothing can be nearer.
  const rest: Named<F> = { images: [], masks: [] };
  for (const local of groupsOf(images, masks, ({ folder }) => folder.placeKey)) {
    if (local.images.length > 0 && local.masks.length > 0) settle(local.images, local.masks);
    else {
      rest.images.push(...local.images);
      rest.masks.push(...local.masks);
    }
  }
  for (const part of apart(rest, 0)) {
    if (part.images.length * part.masks.length <= MOST_COMPARED) settle(part.images, part.masks);
    // Only names in more than a thousand folders: compared within each first folder.
    else
      for (const within of groupsOf(part.images, part.masks, ({ folder }) => folder.place[0]?.key ?? ''))
        settle(within.images, within.masks);
  }
}

function groupsOf<F>(
  images: readonly Node<F>[],
  masks: readonly Node<F>[],
  keyOf: (node: Node<F>) => string,
): Named<F>[] {
  const groups = new Map<string, Named<F>>();
  const at = (node: Node<F>) => {
    const key = keyOf(node);
    const known = groups.get(key) ?? { images: [], masks: [] };
    groups.set(key, known);
    return known;
  };
  for (const node of images) at(node).images.push(node);
  for (const node of masks) at(node).masks.push(node);
  return [...groups.values()];
}

/**
 * Parts of which no file can belong to one of another: where all places have a folder at that depth that is only a name, other names are
 * siblings. So a name in a thousand folders is not compared a million times.
 */
function apart<F>(named: Named<F>, depth: number): Named<F>[] {
  const { images, masks } = named;
  const isName = ({ folder }: Node<F>) => folder.place[depth]?.saysRole === false;
  if (images.length * masks.length <= FEW_COMPARED || !images.every(isName) || !masks.every(isName)) return [named];
  return groupsOf(images, masks, ({ folder }) => folder.place[depth]?.key ?? '').flatMap(part =>
    apart(part, depth + 1),
  );
}

/** Comparisons that are sooner made than avoided. */
const FEW_COMPARED = 100;
const MOST_COMPARED = 2e6;

/** Places in `others` of those nearest to `node`; several where they are equally near, none where all are across a sibling. */
function nearest<F>({ folder }: Node<F>, others: readonly Node<F>[]): number[] {
  let best: readonly number[] | null = null;
  let places: number[] = [];
  for (const [i, { folder: other }] of others.entries()) {
    const apart = distance(folder.place, other.place);
    if (apart === Number.POSITIVE_INFINITY) continue;
    const cost = [folder.origin === other.origin ? 0 : 1, apart, foldersApart(folder.names, other.names)];
    const order: number = best === null ? -1 : cost[0]! - best[0]! || cost[1]! - best[1]! || cost[2]! - best[2]!;
    if (order < 0) {
      best = cost;
      places = [i];
    } else if (order === 0) places.push(i);
  }
  return places;
}

function foldersApart(a: readonly string[], b: readonly string[]): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same]?.toLowerCase() === b[same]?.toLowerCase()) same++;
  return a.length + b.length - 2 * same;
}

function whyAlone<F extends NamedFile>(
  id: string,
  its: readonly Node<F>[],
  wanted: 'image' | 'mask',
  back: readonly Node<F>[],
  own: Node<F>,
): string {
  const nameAt = (node: Node<F> | undefined) => (node?.files[0] ? nameOf(node.files[0].file) : '');
  const other = wanted === 'mask' ? 'image' : 'mask';
  if (its.length > 1)
    return `has ${its.length} ${wanted}s that are equally near, ${nameAt(its[0])} and ${nameAt(its[1])}; keep one, or put each beside its ${other}`;
  if (its.length === 1 && back.length > 1 && back.includes(own))
    return `is as near to ${nameAt(its[0])} as ${nameAt(back.find(node => node !== own))} is, so neither is used; put each beside its ${wanted}`;
  if (its.length === 1) return `has no ${wanted} of its own; ${nameAt(its[0])} belongs to ${nameAt(back[0])}`;
  return wanted === 'mask'
    ? `has no mask; ${id}_segmentation.png or masks/${id}.png is needed`
    : `has no image; ${id}.jpg or the like is needed`;
}

function mapAt<T>(map: Map<string, Map<string, T>>, key: string): Map<string, T> {
  const known = map.get(key);
  if (known) return known;
  const made = new Map<string, T>();
  map.set(key, made);
  return made;
}
