/**
 * What a path says about its file: image, mask, or none of the pairing's business, under which ids, and where it stands.
 *
 * Folders that only say image or mask (`imgs`, `GroundTruth`, `SegmentationClass`) leave nothing of a place; of a folder that says more
 * (`train_masks`, `ISIC2018_Task1_Training_GroundTruth`) the rest stays. Pure: knows one path, never the others. Words in any case.
 */

const pictureEndings = new Set('jpg jpeg jpe jfif png webp bmp tif tiff'.split(' '));
const textEndings = new Set(
  'txt csv tsv md json xml html htm pdf yml yaml log xlsx xls docx rtf mat py ipynb'.split(' '),
);
const systemFiles = new Set(['.ds_store', 'thumbs.db', 'desktop.ini']);
const textNames = new Set(['license', 'licence', 'readme', 'attribution', 'copying', 'notice']);

/** Thumbnails, trash, earlier versions: what systems put beside people's files. */
const hiddenFolders = new Set([
  '@eadir',
  '$recycle.bin',
  '__macosx',
  'system volume information',
  '#recycle',
  '#snapshot',
]);

const imageWords = new Set(
  'image images img imgs input inputs photo photos picture pictures imagestr imagests jpegimages'.split(' '),
);
const maskWords = new Set(
  'mask masks label labels gt gts groundtruth groundtruths truth segmentations segmentationclass labelstr labelsts'.split(
    ' ',
  ),
);
/** Say mask as a folder's whole name only: `skin-lesion-segmentation` is more likely a name for everything. */
const wholeMaskWords = new Set('segmentation seg segs annotation annotations annots'.split(' '));
/** Are no part of a place beside one of the words above. */
const fillers = new Set('ground data dermoscopic dermoscopy lesion lesions jpg jpeg png bmp tif binary'.split(' '));
const partWord = '(train|training|tr|val|valid|validation|va|test|testing|ts)';
const kindWord = '(images?|imgs?|inputs?|masks?|labels?|gts?|groundtruths?)';
const joinedWords = new RegExp(`^(?:${partWord}${kindWord}|${kindWord}${partWord})$`);

const maskSuffix = /^(.+?)[_\-. ](?:segmentation|mask|seg|lesion|gt|label)$/i;

export type Role = 'image' | 'mask';

export interface FolderPart {
  /** As it counts, in lower case. */
  readonly key: string;
  /** Its words without those that say image or mask; empty where it is a name and nothing else. */
  readonly words: readonly string[];
  readonly saysRole: boolean;
}

export interface PathFacts {
  readonly role: Role;
  /** Possible ids, the likeliest first, as written. */
  readonly ids: readonly string[];
  /** The role is by a folder's or archive's name, not by the file's. */
  readonly byFolder: boolean;
  readonly stem: string;
}

export type PathRole =
  | ({ readonly kind: 'picture' } & PathFacts)
  | { readonly kind: 'skip' }
  | { readonly kind: 'reject'; readonly reason: string };

const folderMemo = new Map<string, { readonly role: Role | null; readonly part: FolderPart | null }>();

/** What one folder's name says; `part` is null where it says its role only. */
export function readFolder(name: string): { readonly role: Role | null; readonly part: FolderPart | null } {
  const known = folderMemo.get(name);
  if (known) return known;
  const lower = name.normalize('NFC').toLowerCase();
  const words = lower
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
    .flatMap(word => joinedWords.exec(word)?.slice(1).filter(Boolean) ?? [word]);
  const whole = words.length === 1 && wholeMaskWords.has(words[0] ?? '');
  const isMask = whole || words.some(word => maskWords.has(word));
  const isImage = words.some(word => imageWords.has(word));
  const rest = words.filter(word => !maskWords.has(word) && !imageWords.has(word) && !fillers.has(word));
  // A folder of images and masks says neither.
  const role = isMask && isImage ? null : isMask ? 'mask' : isImage ? 'image' : null;
  const says = isMask || isImage;
  const left = whole ? [] : rest;
  const part = says && left.length === 0 ? null : { key: says ? left.join(' ') : lower, words: rest, saysRole: says };
  const facts = { role, part } as const;
  if (folderMemo.size > 200_000) folderMemo.clear();
  folderMemo.set(name, facts);
  return facts;
}

/** A name of this kind is hidden, thrown away or a thumbnail, and so is all that is below a folder of the name. */
export function isHidden(part: string): boolean {
  if (part === '.' || part === '..') return false;
  return part.startsWith('.') || hiddenFolders.has(part.toLowerCase());
}

/** An archive's name without folders and ending. */
export function archiveStem(origin: string): string {
  return origin.slice(origin.lastIndexOf('/') + 1).replace(/\.(zip|tar|tgz|tar\.gz)$/i, '');
}

interface FolderFacts {
  readonly hidden: boolean;
  /** Of the nearest folder that says one. */
  readonly role: Role | null;
  readonly instances: boolean;
}

const pathMemo = new Map<string, FolderFacts>();

/** What the folders before a name say, once for all names in them: `a/b/`, or nothing. */
function readFolders(path: string): FolderFacts {
  const known = pathMemo.get(path);
  if (known) return known;
  const folders = path.split('/').slice(0, -1);
  let role: Role | null = null;
  for (let i = folders.length - 1; i >= 0 && role === null; i--) role = readFolder(folders[i] ?? '').role;
  const instances = folders.at(-1)?.toLowerCase() === 'segmentationobject';
  const facts = { hidden: folders.some(isHidden), role, instances };
  if (pathMemo.size > 200_000) pathMemo.clear();
  pathMemo.set(path, facts);
  return facts;
}

/** What a file is for, by its path and its archive's name alone. */
export function readPath(path: string, origin = ''): PathRole {
  const whole = path.normalize('NFC');
  const begin = whole.lastIndexOf('/') + 1;
  const name = whole.slice(begin);
  const lower = name.toLowerCase();
  const folders = readFolders(whole.slice(0, begin));
  if (name === '' || folders.hidden || isHidden(name) || systemFiles.has(lower)) return { kind: 'skip' };
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const ending = dot > 0 ? lower.slice(dot + 1) : '';
  if (textEndings.has(ending) || textNames.has(lower)) return { kind: 'skip' };
  // Of ISIC superpixels and attributes, of PH2 the regions of one colour, of VOC the instances.
  if (/_superpixels$|_attribute_[^/]*$|_R\d+_Label\d+$/i.test(stem)) return { kind: 'skip' };
  if (folders.instances) return { kind: 'skip' };
  if (ending === 'zip')
    return { kind: 'reject', reason: 'an archive inside an archive is not opened; unpack it first' };
  if (!pictureEndings.has(ending))
    return { kind: 'reject', reason: 'is neither an image (JPEG, PNG, WebP, BMP, TIFF) nor a mask' };
  const said = folders.role ?? (origin === '' ? null : readFolder(archiveStem(origin)).role);
  const short = maskSuffix.exec(stem)?.[1];
  const picture = { kind: 'picture', stem, byFolder: said !== null } as const;
  if (said === 'image') {
    const channel = /^(.+)_0000$/.exec(stem)?.[1];
    return { ...picture, role: 'image', ids: channel === undefined ? [stem] : [stem, channel] };
  }
  if (said === 'mask') return { ...picture, role: 'mask', ids: short === undefined ? [stem] : [short, stem] };
  return short === undefined ? { ...picture, role: 'image', ids: [stem] } : { ...picture, role: 'mask', ids: [short] };
}

/** Whether the file is read at all, if only its name counts: pictures, and tables that may say which images belong together. */
export function isRead(path: string, origin = ''): boolean {
  return isTable(path) || readPath(path, origin).kind === 'picture';
}

export function isTable(path: string): boolean {
  return /\.[ct]sv$/i.test(path) && !path.split('/').some(isHidden);
}

/** Where a file stands: what is left of its archive's and its folders' names. */
export function placeOf(path: string, origin: string): readonly FolderPart[] {
  const parts: FolderPart[] = [];
  if (origin !== '') {
    const { part } = readFolder(archiveStem(origin));
    if (part?.saysRole) parts.push(part);
  }
  for (const folder of path.split('/').slice(0, -1)) {
    if (folder === '' || folder === '.' || folder === '..') continue;
    const { part } = readFolder(folder);
    if (part) parts.push(part);
  }
  return parts;
}

/** How far two places are apart, 0 for the same; infinite where each has a folder of its own that the other has not. */
export function distance(a: readonly FolderPart[], b: readonly FolderPart[]): number {
  let same = 0;
  let unlike = 0;
  for (; same < a.length && same < b.length; same++) {
    const one = a[same] as FolderPart;
    const other = b[same] as FolderPart;
    if (one.key === other.key) continue;
    if (!agree(one, other)) break;
    unlike++;
  }
  const left = a.length - same;
  const right = b.length - same;
  return left > 0 && right > 0 ? Number.POSITIVE_INFINITY : (left + right) * 1000 + unlike;
}

/** `…_Task1-2_Training_Input` and `…_Task1_Training_GroundTruth`: one says all that the other says. */
function agree(a: FolderPart, b: FolderPart): boolean {
  if (!a.saysRole && !b.saysRole) return false;
  const [one, other] = [withoutPart(a.words, b.words), withoutPart(b.words, a.words)];
  if (one.length === 0 || other.length === 0) return one.length === other.length;
  return one.every(word => other.includes(word)) || other.every(word => one.includes(word));
}

/** HAM10000's images come in two parts, its masks in one. */
function withoutPart(words: readonly string[], others: readonly string[]): readonly string[] {
  const at = words.findIndex(word => /^part\d*$/.test(word));
  if (at < 0 || others.some(word => /^part\d*$/.test(word))) return words;
  return words.filter((_, i) => i !== at && !(i === at + 1 && words[at] === 'part' && /^\d+$/.test(words[i] ?? '')));
}
