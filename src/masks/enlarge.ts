/** Probabilities of the network's square, enlarged to the image's own sides. */
import { type Framing, frame } from '../protocol/preparation.ts';
import { type Row, rowOf } from './rows.ts';

/** An image's own sides in pixels, and how the square of `size` pixels was made from it. */
export interface OwnSides {
  readonly size: number;
  readonly framing: Framing;
  readonly width: number;
  readonly height: number;
}

/**
 * Probabilities [size,size] at width × height pixels: bilinear between the centres of the square's pixels, clamped at the border of what
 * the square shows of the image; 0 where it shows nothing. Row by row, for a picture may have 400 million pixels; `line` is used anew.
 */
export function forEnlargedRows(
  probabilities: Float32Array,
  sides: OwnSides,
  use: (line: Float32Array, y: number) => void,
): void {
  const enlarge = enlarger(probabilities, sides);
  for (let y = 0; y < sides.height; y++) use(enlarge(y), y);
}

/** Gives one row at a time, in any order; the array is used anew. */
export function enlarger(
  probabilities: Float32Array,
  { size, framing, width, height }: OwnSides,
): (y: number) => Float32Array {
  if (probabilities.length !== size * size) throw new RangeError(`${probabilities.length} values are not ${size}²`);
  const { source, target } = frame(framing, size, width, height);
  const columns = neighbours(source.width, target.left, target.width);
  const rows = neighbours(source.height, target.top, target.height);
  const between = new Float32Array(size);
  const line = new Float32Array(width);
  return y => {
    const row = y - source.top;
    if (row < 0 || row >= source.height) return line.fill(0);
    const above = rows.before[row]! * size;
    const below = rows.after[row]! * size;
    const share = rows.part[row]!;
    for (let x = target.left; x < target.left + target.width; x++) {
      const upper = probabilities[above + x]!;
      between[x] = upper + (probabilities[below + x]! - upper) * share;
    }
    for (let x = 0; x < source.width; x++) {
      const first = between[columns.before[x]!]!;
      line[source.left + x] = first + (between[columns.after[x]!]! - first) * columns.part[x]!;
    }
    return line;
  };
}

/** The pixels of one row whose enlarged probability is above `level`; each row is found once. */
export function rowsAbove(probabilities: Float32Array, sides: OwnSides, level: number): (y: number) => Row {
  const enlarge = enlarger(probabilities, sides);
  const found: (Row | undefined)[] = new Array(sides.height);
  return y => {
    found[y] ??= above(enlarge(y), level);
    return found[y];
  };
}

function above(line: Float32Array, level: number): Row {
  const ends: number[] = [];
  let inside = false;
  for (let x = 0; x < line.length; x++)
    if (line[x]! > level !== inside) {
      ends.push(x);
      inside = !inside;
    }
  if (inside) ends.push(line.length);
  return rowOf(ends, line.length);
}

/** For each of `side` pixels: the two pixels of the small side that it lies between, and the second one's share. */
function neighbours(side: number, first: number, count: number) {
  const before = new Int32Array(side);
  const after = new Int32Array(side);
  const part = new Float64Array(side);
  for (let i = 0; i < side; i++) {
    const at = Math.min(Math.max(((i + 0.5) * count) / side - 0.5, 0), count - 1);
    const left = Math.min(Math.floor(at), Math.max(count - 2, 0));
    before[i] = first + left;
    after[i] = first + Math.min(left + 1, count - 1);
    part[i] = at - left;
  }
  return { before, after, part };
}
