/** The first directory of a TIFF (TIFF 6.0, Adobe 1992): what its picture is and where its parts lie, as numbers by their tags. */

export const tags = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  stripOffsets: 273,
  samples: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
  planes: 284,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileBytes: 325,
  extraSamples: 338,
  sampleFormat: 339,
} as const;

export interface Directory {
  readonly little: boolean;
  /** The numbers of a tag; empty where the directory has none. */
  all(tag: number): readonly number[];
  /** Its first number, or `otherwise`. */
  one(tag: number, otherwise: number): number;
}

/** Bytes of a BYTE, a SHORT and a LONG; all that matters here is one of them. */
const widths: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };

/** Of a picture: more strips than a million say nothing but that the file is none. */
const MOST_NUMBERS = 1 << 20;

/** Throws RangeError where the file ends too soon. */
export function readDirectory(view: DataView): Directory {
  const little = view.getUint16(0) === 0x4949;
  const start = view.getUint32(4, little);
  const count = view.getUint16(start, little);
  /** By tag: where its numbers begin, how many bytes each has, how many there are. */
  const fields = new Map<number, readonly [at: number, width: 1 | 2 | 4, numbers: number]>();
  for (let entry = start + 2; entry < start + 2 + 12 * count; entry += 12) {
    const width = widths[view.getUint16(entry + 2, little)];
    const numbers = view.getUint32(entry + 4, little);
    if (width === undefined || numbers > MOST_NUMBERS) continue;
    // What fits in four bytes stands in the entry itself.
    const at = width * numbers <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    fields.set(view.getUint16(entry, little), [at, width, numbers]);
  }
  const all = (tag: number): number[] => {
    const [at, width, numbers] = fields.get(tag) ?? [0, 1, 0];
    return Array.from({ length: numbers }, (_, i) => {
      const offset = at + i * width;
      if (width === 1) return view.getUint8(offset);
      return width === 2 ? view.getUint16(offset, little) : view.getUint32(offset, little);
    });
  };
  return { little, all, one: (tag, otherwise) => all(tag)[0] ?? otherwise };
}
