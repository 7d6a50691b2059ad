/**
 * A mask, run-length coded: how many pixels of skin, lesion, skin … follow each other from the first pixel on, row after row, each a
 * number of 7 bits a byte, the lowest first, the highest bit set where more follow (LEB128). A lesion takes some bytes a row, whatever
 * the size of its image.
 */

export interface MaskEncoder {
  /** The next pixels, 0 or 1. */
  push(bits: Uint8Array): void;
  /** So many more pixels of one value. */
  run(value: 0 | 1, count: number): void;
  finish(): Uint8Array<ArrayBuffer>;
}

export function maskEncoder(): MaskEncoder {
  const bytes: number[] = [];
  let value: 0 | 1 = 0;
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
          value = value === 0 ? 1 : 0;
          length = 1;
        }
      }
    },
    run(of, count) {
      if (count === 0) return;
      if (of === value) length += count;
      else {
        write();
        value = of;
        length = count;
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
  /** The next pixels of one value, `most` at most. Throws RangeError where there are no more. */
  run(most: number): { readonly value: 0 | 1; readonly length: number };
  /** Whether all pixels were handed out. */
  atEnd(): boolean;
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
  let value: 0 | 1 = 1;
  let left = 0;
  const run = (most: number) => {
    while (left === 0) {
      left = next();
      value = value === 0 ? 1 : 0;
    }
    const length = Math.min(left, most);
    left -= length;
    return { value, length };
  };
  return {
    fill(bits) {
      for (let filled = 0; filled < bits.length; ) {
        const { value: of, length } = run(bits.length - filled);
        bits.fill(of, filled, filled + length);
        filled += length;
      }
    },
    run,
    atEnd: () => left === 0 && at === bytes.length,
  };
}
