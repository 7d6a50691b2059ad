/**
 * Luma and chroma of a JPEG to RGBA, to the bit as libjpeg-turbo does it (jdsample.c "fancy upsampling", jdcolor.c): so that a picture whose
 * planes a browser hands over is the same one that it would draw.
 */

export interface Planes {
  /** Chroma in half the width and height, in half the width, or whole. */
  readonly format: 'I420' | 'I422' | 'I444';
  readonly width: number;
  readonly height: number;
  /** Y, Cb and Cr, row by row without gaps; halves rounded up. */
  readonly planes: readonly [Uint8Array, Uint8Array, Uint8Array];
}

/** RGBA of whole rows, `rows` from `y` on. */
export function rgbaRows({ format, width, height, planes }: Planes, y: number, rows: number): Uint8ClampedArray {
  const [luma, ...chromas] = planes;
  const pixels = new Uint8ClampedArray(width * rows * 4);
  const columns = format === 'I444' ? width : Math.ceil(width / 2);
  const across = format === 'I420' ? acrossBoth : format === 'I422' ? acrossColumns : alone;
  const [blue, red] = [new Uint8Array(2 * columns), new Uint8Array(2 * columns)];
  for (let row = y, to = 0; row < y + rows; row++) {
    across(chromas[0], columns, height, row, blue);
    across(chromas[1], columns, height, row, red);
    for (let x = 0; x < width; x++, to += 4) {
      const light = luma[row * width + x]!;
      const cb = blue[x]! - 128;
      const cr = red[x]! - 128;
      pixels[to] = light + ((RED * cr + HALF) >> 16);
      pixels[to + 1] = light + ((GREEN_OF_BLUE * cb + GREEN_OF_RED * cr + HALF) >> 16);
      pixels[to + 2] = light + ((BLUE * cb + HALF) >> 16);
      pixels[to + 3] = 255;
    }
  }
  return pixels;
}

/** Of ITU-R BT.601 with as many digits as the library has, in 16 bits behind the point. */
const fixed = (factor: number) => Math.round(factor * 65536);
const HALF = 32768;
const RED = fixed(1.402);
const BLUE = fixed(1.772);
const GREEN_OF_BLUE = -fixed(0.34414);
const GREEN_OF_RED = -fixed(0.71414);

type Across = (plane: Uint8Array, columns: number, height: number, row: number, into: Uint8Array) => void;

const alone: Across = (plane, columns, _, row, into) => into.set(plane.subarray(row * columns, (row + 1) * columns));

/** Three quarters of the nearer value and one of the farther; at the edges the value itself. */
const acrossColumns: Across = (plane, columns, _, row, into) => {
  const at = (x: number) => plane[row * columns + x]!;
  for (let x = 0; x < columns; x++) {
    const own = 3 * at(x);
    into[2 * x] = x === 0 ? at(x) : (own + at(x - 1) + 1) >> 2;
    into[2 * x + 1] = x === columns - 1 ? at(x) : (own + at(x + 1) + 2) >> 2;
  }
};

/** The same in both directions, rounded once. */
const acrossBoth: Across = (plane, columns, height, row, into) => {
  const near = row >> 1;
  const far = Math.min(Math.max(near + (row & 1 ? 1 : -1), 0), Math.ceil(height / 2) - 1);
  const at = (x: number) => 3 * plane[near * columns + x]! + plane[far * columns + x]!;
  for (let x = 0; x < columns; x++) {
    const own = at(x);
    into[2 * x] = (x === 0 ? 4 * own + 8 : 3 * own + at(x - 1) + 8) >> 4;
    into[2 * x + 1] = (x === columns - 1 ? 4 * own + 7 : 3 * own + at(x + 1) + 7) >> 4;
  }
};
