/**
 * A mask, run-length coded: how many pixels of skin, lesion, skin … follow each other from the first pixel on, row after row, each a
 * number of 7 bits a byte, the lowest first, the highest bit set where more follow (LEB128). A lesion takes some bytes a row, whatever
 * the size of its image.
 */

export interface MaskEncoder {
  /** The next pixels, 0 or 1. */
  push(bits: Uint8Array): void;
  finish(): Uint8Array<ArrayBuffer>;
}

export function maskEncoder(): MaskEncoder {
  const bytes: number[] = [];
  let value = 0;
  let length = 0;
  const write = () => {
    let rest = length;
    while (rest > 127) {
      bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  };
  return {
    push(bits) {
      for (let i = 0; i < bits.length; i++) {
        if (bits[i] === value) length++;
        else {
          write();
          value = 1 - value;
          length = 1;
        }
      }
    },
    finish() {
      write();
      return Uint8Array.from(bytes);
    },
  };
}

/** Hands out the pixels that `maskEncoder` was given, some at a time. */
export interface MaskDecoder {
  /** Fills `bits` with the next pixels. Throws RangeError where there are no more. */
  fill(bits: Uint8Array): void;
}

export function maskDecoder(bytes: Uint8Array): MaskDecoder {
  let at = 0;
  const next = (): number => {
    let length = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('a coded mask ends before its pixels');
      length += (byte & 127) * factor;
      if (byte < 128) return length;
    }
  };
  let value = 1;
  let left = 0;
  return {
    fill(bits) {
      for (let filled = 0; filled < bits.length; ) {
        if (left === 0) {
          left = next();
          value = 1 - value;
          continue;
        }
        const count = Math.min(left, bits.length - filled);
        bits.fill(value, filled, filled + count);
        filled += count;
        left -= count;
      }
    },
  };
}
