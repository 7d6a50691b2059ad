/**
 * From names to pairs of image and mask; pure, without a look into any file.
 *
 *   ISIC layout      any/where/X.jpg            any/where/X_segmentation.png
 *   folder layout    any/images/X.jpg           any/masks/X.png (or X_segmentation.png)
 *
 * Promises: every file is in exactly one of pairs, rejected and skipped; the order of the files and the case of their names
 * do not matter. Of several files with one id the first in the order of paths is used, and the others' reasons say so.
 */

/** What pairing knows of a file; `origin` is the archive it comes from, empty for loose files. */
export interface NamedFile {
  readonly path: string;
  readonly origin: string;
}

export interface Pair<F> {
  /** The image's name without folder and ending. Unique in the data set, whatever its case. */
  readonly id: string;
  readonly image: F;
  readonly mask: F;
}

export interface Pairing<F> {
  /** Sorted by id, by code units. */
  readonly pairs: readonly Pair<F>[];
  readonly rejected: readonly { readonly file: F; readonly reason: string }[];
  readonly skipped: readonly F[];
}

const imageEndings = new Set(['jpg', 'jpeg', 'png', 'webp', 'bmp']);
const textEndings = new Set([
  'txt',
  'csv',
  'tsv',
  'md',
  'json',
  'xml',
  'html',
  'htm',
  'pdf',
  'yml',
  'yaml',
  'log',
  'xlsx',
  'rtf',
]);
const systemFiles = new Set(['.ds_store', 'thumbs.db', 'desktop.ini']);
const textNames = new Set(['license', 'licence', 'readme', 'attribution', 'copying', 'notice']);

type Role =
  | { readonly role: 'image' | 'mask'; readonly id: string }
  | { readonly role: 'skip' }
  | { readonly role: 'reject'; readonly reason: string };

/** What a file is for, by its path alone. */
export function roleOf(path: string): Role {
  const parts = path.normalize('NFC').split('/');
  const name = parts.at(-1) ?? '';
  const lower = name.toLowerCase();
  const folders = parts.slice(0, -1).map(part => part.toLowerCase());
  if (name === '' || folders.includes('__macosx') || lower.startsWith('._') || systemFiles.has(lower))
    return { role: 'skip' };
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const ending = dot > 0 ? lower.slice(dot + 1) : '';
  if (textEndings.has(ending) || textNames.has(lower)) return { role: 'skip' };
  if (/_superpixels$|_attribute_[^/]*$/i.test(stem)) return { role: 'skip' };
  if (ending === 'zip')
    return { role: 'reject', reason: 'an archive inside an archive is not opened; unpack it first' };
  if (!imageEndings.has(ending))
    return { role: 'reject', reason: 'is neither an image (JPEG, PNG, WebP, BMP) nor a mask (PNG)' };
  const inMasks = folders.at(-1) === 'masks';
  const segmentation = /^(.+)_segmentation$/i.exec(stem)?.[1];
  if (segmentation !== undefined && !inMasks && ending !== 'png')
    return { role: 'reject', reason: `a mask must be a PNG; this one is named .${ending}` };
  if (segmentation !== undefined) return { role: 'mask', id: segmentation };
  return { role: inMasks ? 'mask' : 'image', id: stem };
}

interface Candidates<F> {
  readonly images: { readonly file: F; readonly id: string }[];
  readonly masks: { readonly file: F; readonly id: string }[];
}

export function pairFiles<F extends NamedFile>(files: readonly F[]): Pairing<F> {
  const skipped: F[] = [];
  const rejected: { file: F; reason: string }[] = [];
  const byKey = new Map<string, Candidates<F>>();
  for (const file of [...files].sort(byPath)) {
    const role = roleOf(file.path);
    switch (role.role) {
      case 'skip':
        skipped.push(file);
        break;
      case 'reject':
        rejected.push({ file, reason: role.reason });
        break;
      case 'image':
      case 'mask': {
        const key = role.id.toLowerCase();
        const candidates = byKey.get(key) ?? { images: [], masks: [] };
        byKey.set(key, candidates);
        candidates[role.role === 'image' ? 'images' : 'masks'].push({ file, id: role.id });
        break;
      }
      default:
        throw role satisfies never;
    }
  }
  const pairs: Pair<F>[] = [];
  for (const { images, masks } of byKey.values()) {
    const [image, ...otherImages] = images;
    const [mask, ...otherMasks] = masks;
    if (image && mask) {
      pairs.push({ id: image.id, image: image.file, mask: mask.file });
      for (const { file } of otherImages)
        rejected.push({ file, reason: `another image has the same id; ${nameOf(image.file)} is used` });
      for (const { file } of otherMasks)
        rejected.push({ file, reason: `another mask has the same id; ${nameOf(mask.file)} is used` });
      continue;
    }
    for (const { file, id } of images)
      rejected.push({ file, reason: `has no mask; ${id}_segmentation.png or masks/${id}.png is needed` });
    for (const { file, id } of masks) rejected.push({ file, reason: `has no image; ${id}.jpg or the like is needed` });
  }
  pairs.sort((a, b) => byCodeUnits(a.id, b.id));
  return { pairs, rejected: rejected.sort((a, b) => byPath(a.file, b.file)), skipped };
}

/** For people: the path, with its archive before it. */
export function nameOf(file: NamedFile): string {
  return file.origin === '' ? file.path : `${file.origin} › ${file.path}`;
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byPath(a: NamedFile, b: NamedFile): number {
  return byCodeUnits(a.path, b.path) || byCodeUnits(a.origin, b.origin);
}
