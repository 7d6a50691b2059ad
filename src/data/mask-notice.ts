/** What is odd about one mask that could be read: told to the person, who may have meant it. */

export interface MaskLook {
  /** The next whole rows, 0 or 1. */
  push(bits: Uint8Array): void;
  finish(): MaskNotice;
}

export const maskNotices = ['', 'empty mask', 'full mask', 'looks inverted'] as const;
export type MaskNotice = (typeof maskNotices)[number];

/** So much of the border is lesion in a mask that is turned round; a large lesion reaches it here and there. */
const MOST_BORDER = 0.5;
/** The border of a turned mask has more lesion than the whole; that of a large lesion has less. */
const ABOVE_WHOLE = 0.1;

export function maskLook(width: number, height: number): MaskLook {
  let row = 0;
  let lesion = 0;
  let border = 0;
  return {
    push(bits) {
      for (let start = 0; start < bits.length; start += width, row++) {
        const whole = row === 0 || row === height - 1;
        for (let x = 0; x < width; x++) {
          const bit = bits[start + x]!;
          lesion += bit;
          if (whole || x === 0 || x === width - 1) border += bit;
        }
      }
    },
    finish() {
      const pixels = width * height;
      if (lesion === 0) return 'empty mask';
      if (lesion === pixels) return 'full mask';
      const around = border / Math.min(pixels, 2 * (width + height) - 4);
      return around >= MOST_BORDER && around > lesion / pixels + ABOVE_WHOLE ? 'looks inverted' : '';
    },
  };
}
