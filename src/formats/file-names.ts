/**
 * Names for downloaded files, made from image names. An image's name comes from a stranger's archive: a file
 * made of it must stay in the folder into which a zip is unpacked, and be one that every system takes.
 */

/** Bytes in UTF-8: most disks take 255 for a name, and numbers and endings are still to come. */
const MOST_BYTES = 200;

/** Separators, what Windows forbids, control characters, and those that turn the direction of the text around them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them.
const FORBIDDEN = /[\\/:*?"<>|\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Devices on Windows, with any ending. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** The part of a name before its ending. A harmless name stays as it is; forbidden characters become `_`. */
export function safeStem(name: string): string {
  const plain = name
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(FORBIDDEN, '_')
    .replace(/^[.\s]+/, '_')
    .replace(RESERVED, '_$&');
  const encoder = new TextEncoder();
  let bytes = 0;
  let stem = '';
  for (const sign of plain) {
    bytes += encoder.encode(sign).length;
    if (bytes > MOST_BYTES) break;
    stem += sign;
  }
  return stem.replace(/[.\s]+$/, '') || '_';
}

/** Under which this page finds an image's mask: `X` → `X_segmentation.png`. */
export function maskFileName(id: string): string {
  return `${safeStem(id)}_segmentation.png`;
}

/** X.png, X (2).png, X (3).png: distinct without regard to case or composition, as most disks need. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const key = (name: string) => name.normalize('NFC').toLowerCase();
  return names.map(name => {
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let unique = name;
    for (let number = 2; taken.has(key(unique)); number++) unique = `${stem} (${number})${ending}`;
    taken.add(key(unique));
    return unique;
  });
}
