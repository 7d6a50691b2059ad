/**
 * A mask as runs of lesion pixels, row after row: what boundary measures work on. A lesion of a picture of several megapixels takes a
 * few numbers a row, and nothing here ever walks over the skin.
 */
export interface MaskRuns {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** [height + 1]: row y has the runs rows[y] … rows[y + 1] − 1. */
  readonly rows: Int32Array;
  /** First column of each run; runs of a row are in order and never touch. */
  readonly from: Int32Array;
  /** The column behind each run's last. */
  readonly to: Int32Array;
}

export interface RunsBuilder {
  /** The next row: a pixel belongs to the mask where its value is above `above`. */
  push(row: ArrayLike<number>, above?: number): void;
  /** Throws RangeError where not every row was given. */
  finish(): MaskRuns;
}

export function runsBuilder(width: number, height: number): RunsBuilder {
  const rows = new Int32Array(height + 1);
  const from: number[] = [];
  const to: number[] = [];
  let y = 0;
  return {
    push(row, above = 0) {
      let inside = false;
      for (let x = 0; x < width; x++) {
        if (row[x]! > above === inside) continue;
        inside = !inside;
        (inside ? from : to).push(x);
      }
      if (inside) to.push(width);
      rows[++y] = from.length;
    },
    finish() {
      if (y !== height) throw new RangeError(`${y} rows of ${height}`);
      return { width, height, rows, from: Int32Array.from(from), to: Int32Array.from(to) };
    },
  };
}

/** Of a whole mask [height, width]: pixels above `above`. Throws RangeError where its length is another. */
export function runsOf(mask: Uint8Array | Float32Array, width: number, above = 0): MaskRuns {
  const height = mask.length / width;
  if (!Number.isInteger(height)) throw new RangeError(`${mask.length} pixels are no rows of ${width}`);
  const runs = runsBuilder(width, height);
  for (let y = 0; y < height; y++) runs.push(mask.subarray(y * width, (y + 1) * width), above);
  return runs.finish();
}

/** How many pixels the mask has. */
export function areaOf({ from, to }: MaskRuns): number {
  let area = 0;
  for (let run = 0; run < from.length; run++) area += to[run]! - from[run]!;
  return area;
}
