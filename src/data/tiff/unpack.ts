/**
 * One strip or tile of a TIFF, unpacked. Promises: never more bytes than the picture has room for, whatever the file says; too few are an
 * error. Libraries unpack into lists without an end, of which a file of a few kB fills the memory.
 */

/** Names of those that are not read, by the number in the file. */
export const otherPackings: Readonly<Record<number, string>> = {
  2: 'CCITT (fax)',
  3: 'CCITT Group 3 (fax)',
  4: 'CCITT Group 4 (fax)',
  6: 'JPEG',
  7: 'JPEG',
  34712: 'JPEG 2000',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
};

type Unpack = (packed: Uint8Array<ArrayBuffer>, out: Uint8Array) => void | Promise<void>;

export const unpackers: Readonly<Record<number, Unpack>> = {
  1: copy,
  5: lzw,
  8: inflate,
  32773: packBits,
  32946: inflate,
};

function tooShort(): Error {
  return new Error('its data end too soon');
}

function copy(packed: Uint8Array, out: Uint8Array): void {
  if (packed.length < out.length) throw tooShort();
  out.set(packed.subarray(0, out.length));
}

/** TIFF 6.0, section 9: a count, then as many bytes as they are; or a negative count of one byte's repeats. */
function packBits(packed: Uint8Array, out: Uint8Array): void {
  let from = 0;
  for (let to = 0; to < out.length; ) {
    if (from >= packed.length) throw tooShort();
    const count = (packed[from++]! << 24) >> 24;
    if (count === -128) continue;
    const length = Math.min(1 + Math.abs(count), out.length - to);
    const given = count < 0 ? 1 : length;
    if (from + given > packed.length) throw tooShort();
    if (count < 0) out.fill(packed[from]!, to, to + length);
    else out.set(packed.subarray(from, from + length), to);
    from += count < 0 ? 1 : 1 + count;
    to += length;
  }
}

const CLEAR = 256;
const END = 257;

/** TIFF 6.0, section 13: codes of 9 to 12 bits, the highest bit first; their width grows one code early. */
function lzw(packed: Uint8Array, out: Uint8Array): void {
  // A string is the one before it and a last byte.
  const before = new Uint16Array(4096);
  const last = Uint8Array.from({ length: 4096 }, (_, i) => i);
  const lengths = new Uint16Array(4096).fill(1);
  let next = END + 1;
  let width = 9;
  let previous = -1;
  let bits = 0;
  let held = 0;
  let from = 0;
  for (let to = 0; to < out.length; ) {
    while (held < width) {
      if (from >= packed.length) throw tooShort();
      bits = ((bits << 8) | packed[from++]!) & 0xffffff;
      held += 8;
    }
    held -= width;
    const code = (bits >> held) & ((1 << width) - 1);
    if (code === END) throw tooShort();
    if (code === CLEAR) {
      next = END + 1;
      width = 9;
      previous = -1;
      continue;
    }
    if (previous < 0 ? code > 255 : code > next) throw new Error('its LZW data are no such data');
    // A code that is about to be made stands for the string before it with its own first byte behind.
    const known = code < next ? code : previous;
    const length = lengths[known]!;
    let byte = known;
    for (let at = to + length - 1; ; at--) {
      if (at < out.length) out[at] = last[byte]!;
      if (at === to) break;
      byte = before[byte]!;
    }
    const first = out[to]!;
    if (code === next && previous >= 0) {
      if (to + length < out.length) out[to + length] = first;
      to++;
    }
    to += length;
    if (previous >= 0 && next < 4096) {
      before[next] = previous;
      last[next] = first;
      lengths[next] = lengths[previous]! + 1;
      next++;
      if (next === (1 << width) - 1 && width < 12) width++;
    }
    previous = code;
  }
}

async function inflate(packed: Uint8Array<ArrayBuffer>, out: Uint8Array): Promise<void> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  try {
    for (let to = 0; to < out.length; ) {
      const { done, value } = await reader.read();
      if (done) throw tooShort();
      const part = value.subarray(0, out.length - to);
      out.set(part, to);
      to += part.length;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
