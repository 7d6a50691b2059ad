/** Tiny TIFFs made number by number, sound and odd alike. Only for tests. */

export interface TiffSettings {
  readonly bits?: 1 | 2 | 4 | 8 | 16;
  /** Values of a pixel. */
  readonly samples?: number;
  /** 0 white is zero, 1 black is zero, 2 RGB, 3 palette. */
  readonly photometric?: number;
  readonly little?: boolean;
  readonly planes?: boolean;
  readonly rowsPerStrip?: number;
  /** Width and height of tiles instead of strips. */
  readonly tile?: readonly [number, number];
  /** Tags with their numbers: more of them, others, or none. */
  readonly tags?: Readonly<Record<number, readonly number[] | null>>;
  /** What the parts are packed by; their method is a tag. */
  readonly pack?: (bytes: Uint8Array) => Uint8Array;
}

/** A TIFF whose values `sample(x, y, channel)` gives, 0 to 2^bits − 1; the directory stands behind the values. */
export function tiffBytes(
  width: number,
  height: number,
  sample: (x: number, y: number, channel: number) => number,
  settings: TiffSettings = {},
): Uint8Array<ArrayBuffer> {
  const { bits = 8, samples = 1, little = true, planes = false, rowsPerStrip = height, tile, pack } = settings;
  const [across, down] = tile ?? [width, rowsPerStrip];
  const parts: Uint8Array[] = [];
  for (let plane = 0; plane < (planes ? samples : 1); plane++)
    for (let top = 0; top < height; top += down)
      for (let left = 0; left < width; left += across) {
        const rows = tile ? down : Math.min(down, height - top);
        const perRow = across * (planes ? 1 : samples);
        const line = Math.ceil((perRow * bits) / 8);
        const part = new Uint8Array(line * rows);
        for (let y = 0; y < rows; y++)
          for (let i = 0; i < perRow; i++) {
            const [x, channel] = planes ? [left + i, plane] : [left + Math.floor(i / samples), i % samples];
            const value = x < width && top + y < height ? sample(x, top + y, channel) : 0;
            const at = y * line + ((i * bits) >> 3);
            if (bits === 16) part.set(little ? [value & 255, value >> 8] : [value >> 8, value & 255], at);
            else part[at]! |= value << (8 - bits - ((i * bits) & 7));
          }
        parts.push(pack ? pack(part) : part);
      }
  const offsets: number[] = [];
  let length = 8;
  for (const part of parts) {
    offsets.push(length);
    length += part.length + (part.length & 1);
  }
  const places = tile
    ? { 322: [across], 323: [down], 324: offsets, 325: parts.map(part => part.length) }
    : { 273: offsets, 278: [rowsPerStrip], 279: parts.map(part => part.length) };
  const entries = Object.entries({
    256: [width],
    257: [height],
    258: Array<number>(samples).fill(bits),
    259: [1],
    262: [settings.photometric ?? (samples < 3 ? 1 : 2)],
    277: [samples],
    284: [planes ? 2 : 1],
    ...places,
    ...settings.tags,
  }).filter((entry): entry is [string, number[]] => entry[1] !== null);
  const directory = length;
  length += 2 + 12 * entries.length + 4;
  const view = new DataView(
    new ArrayBuffer(length + entries.reduce((sum, [, numbers]) => sum + 4 * numbers.length, 0)),
  );
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, directory, little);
  for (const [i, part] of parts.entries()) new Uint8Array(view.buffer).set(part, offsets[i]);
  view.setUint16(directory, entries.length, little);
  for (const [i, [tag, numbers]] of entries.entries()) {
    const entry = directory + 2 + 12 * i;
    // Offsets and their like as LONG, the rest as SHORT, as is usual.
    const long = [273, 279, 324, 325].includes(Number(tag));
    view.setUint16(entry, Number(tag), little);
    view.setUint16(entry + 2, long ? 4 : 3, little);
    view.setUint32(entry + 4, numbers.length, little);
    const within = numbers.length * (long ? 4 : 2) <= 4;
    if (!within) view.setUint32(entry + 8, length, little);
    for (const [j, number] of numbers.entries()) {
      const at = (within ? entry + 8 : length) + j * (long ? 4 : 2);
      if (long) view.setUint32(at, number, little);
      else view.setUint16(at, number, little);
    }
    if (!within) length += numbers.length * 4;
  }
  return new Uint8Array(view.buffer, 0, length);
}
