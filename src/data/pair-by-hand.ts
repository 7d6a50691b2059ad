/**
 * Pairs as the person says, where names and folders say nothing that the rule of pairing.ts knows: these folders have images, these have masks,
 * and names match after something is removed from them. Pure.
 *
 * Promises: files of other folders are passed over; a name that more than one image or mask has is matched within its own parent folder, or
 * else neither is used and both are told.
 */
import type { HandPairing, PictureFolder } from '../protocol/data.ts';
import { readPath } from './naming.ts';
import { byCodeUnits, listAt, type NamedFile, nameOf, type Pair, type Pairing } from './pairs.ts';

/** Folders that hold pictures, by name, with how many and the first names. */
export function pictureFolders(files: readonly NamedFile[]): PictureFolder[] {
  const folders = new Map<string, { count: number; names: string[] }>();
  for (const file of files) {
    if (readPath(file.path, file.origin).kind !== 'picture') continue;
    const name = folderOf(file);
    const known = folders.get(name) ?? { count: 0, names: [] };
    folders.set(name, known);
    known.count++;
    known.names.push(baseOf(file));
  }
  return [...folders]
    .sort(([a], [b]) => byCodeUnits(a, b))
    .map(([name, { count, names }]) => ({ name, count, examples: names.sort(byCodeUnits).slice(0, EXAMPLES) }));
}

const EXAMPLES = 3;

/** Whether all folders of a choice are there: then it is meant for these files. */
export function isForFiles({ images, masks }: HandPairing, files: readonly NamedFile[]): boolean {
  const there = new Set(files.map(folderOf));
  return [...images, ...masks].every(folder => there.has(folder));
}

interface Named<F> {
  readonly file: F;
  readonly stem: string;
  readonly key: string;
}

export function pairByHand<F extends NamedFile>(files: readonly F[], choice: HandPairing): Pairing<F> {
  const [imageFolders, maskFolders] = [new Set(choice.images), new Set(choice.masks)];
  const skipped: F[] = [];
  const rejected: { file: F; reason: string }[] = [];
  const images = new Map<string, Named<F>[]>();
  const masks = new Map<string, Named<F>[]>();
  for (const file of files) {
    const facts = readPath(file.path, file.origin);
    const folder = folderOf(file);
    const [hasImages, hasMasks] = [imageFolders.has(folder), maskFolders.has(folder)];
    if (facts.kind === 'reject') rejected.push({ file, reason: facts.reason });
    else if (facts.kind === 'skip' || (!hasImages && !hasMasks)) skipped.push(file);
    else {
      const { stem } = facts;
      const short = without(stem, choice.remove);
      // In a folder of both, what is removed from a mask's name is what tells it.
      const isMask = hasMasks && (!hasImages || short !== stem);
      const key = short.toLowerCase();
      listAt(isMask ? masks : images, key).push({ file, stem, key });
    }
  }
  const found: { image: Named<F>; mask: Named<F> }[] = [];
  for (const key of new Set([...images.keys(), ...masks.keys()]))
    found.push(...match(images.get(key) ?? [], masks.get(key) ?? [], rejected));
  return { pairs: withIds(found), rejected, skipped };
}

function match<F extends NamedFile>(
  images: readonly Named<F>[],
  masks: readonly Named<F>[],
  rejected: { file: F; reason: string }[],
): { image: Named<F>; mask: Named<F> }[] {
  const [image, mask] = [images[0], masks[0]];
  if (images.length === 1 && masks.length === 1 && image && mask) return [{ image, mask }];
  const groups = new Map<string, { images: Named<F>[]; masks: Named<F>[] }>();
  const groupOf = ({ file }: Named<F>) => {
    const parent = parentOf(file);
    const group = groups.get(parent) ?? { images: [], masks: [] };
    groups.set(parent, group);
    return group;
  };
  for (const each of images) groupOf(each).images.push(each);
  for (const each of masks) groupOf(each).masks.push(each);
  const found: { image: Named<F>; mask: Named<F> }[] = [];
  for (const { images: some, masks: others } of groups.values()) {
    const [one, other] = [some[0], others[0]];
    if (some.length === 1 && others.length === 1 && one && other) found.push({ image: one, mask: other });
    else for (const { file, key } of [...some, ...others]) rejected.push({ file, reason: whyNot(key, images, masks) });
  }
  return found;
}

function whyNot(key: string, images: readonly unknown[], masks: readonly unknown[]): string {
  if (masks.length === 0) return `has no mask of the name ${key} in the chosen folders`;
  if (images.length === 0) return `has no image of the name ${key} in the chosen folders`;
  return `cannot be told apart: ${images.length} images and ${masks.length} masks have the name ${key}`;
}

/** The image's own name; with its folders before it where another image has the name too. */
function withIds<F extends NamedFile>(found: readonly { image: Named<F>; mask: Named<F> }[]): Pair<F>[] {
  const count = new Map<string, number>();
  for (const { image } of found) {
    const stem = image.stem.toLowerCase();
    count.set(stem, (count.get(stem) ?? 0) + 1);
  }
  return found
    .map(({ image: { file, stem }, mask }) => {
      const path = file.path.slice(0, file.path.length - baseOf(file).length) + stem;
      const id = (count.get(stem.toLowerCase()) ?? 0) < 2 ? stem : file.origin === '' ? path : `${file.origin}/${path}`;
      return { id, image: file, mask: mask.file, candidates: [{ images: [file], masks: [mask.file] }] };
    })
    .sort((a, b) => byCodeUnits(a.id, b.id));
}

/** Each text once, the first time that it is there, in any case. */
function without(stem: string, texts: readonly string[]): string {
  let left = stem;
  for (const text of texts) {
    const at = text === '' ? -1 : left.toLowerCase().indexOf(text.toLowerCase());
    if (at >= 0) left = left.slice(0, at) + left.slice(at + text.length);
  }
  // What parted the text from the rest.
  return left === stem ? stem : left.replace(/^[\s_.-]+|[\s_.-]+$/g, '');
}

/** As it is shown and chosen: the archive, and the folder in it. */
export function folderOf({ path, origin }: NamedFile): string {
  return nameOf({ origin, path: path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.' });
}

/** The folder that its folder lies in, the archive left out: images and masks may come in one each. */
function parentOf({ path }: NamedFile): string {
  return path.split('/').slice(0, -2).join('/');
}

function baseOf({ path }: NamedFile): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
