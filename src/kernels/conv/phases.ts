/**
 * A convolution, or its input gradient, as *phases*, each a plain convolution at stride 1 or 2 with a window of its own. What needs phases is
 * what does not treat all output pixels alike:
 *
 *   forward                one phase; the window is the kernel
 *   forward, upsampled     output pixels of each parity read a 2×2 window of the small tensor: 4 phases, 4 taps instead of 9
 *   input gradient         one phase, the kernel turned round
 *     … of stride 2        target pixels of each parity are reached by 1 or 2 taps a side: 4 phases
 *     … of an upsampled    each target pixel was read as a 2×2 block, and gathers a 4×4 window with stride 2
 *
 * A window's weight is the sum of the kernel's weights that fall on it, and the gradient of a kernel's weight that of all window weights
 * that it went into: pack-weights.as and join-filter-gradient.as. Rows and columns are alike, so an axis is derived once.
 */

export interface ConvForm {
  readonly kernel: number;
  readonly stride: number;
  /** Zeros before the first row and column of the (upsampled) input. */
  readonly pad: number;
  /** The input is read as if upsampled by 2; then stride 1. */
  readonly raised: boolean;
}

/** One parity of one axis. */
interface AxisPhase {
  /** Place of the window's first row beside inputStep times the grid's. */
  readonly first: number;
  /** For each row of the window, bit k for the kernel's row k. */
  readonly taps: readonly number[];
}

export interface Phase {
  readonly top: number;
  readonly left: number;
  readonly rowTaps: readonly number[];
  readonly columnTaps: readonly number[];
  /** It makes output pixels outputStep · grid + this. */
  readonly outputRow: number;
  readonly outputColumn: number;
}

export interface Window {
  /** Input pixels from one grid pixel to the next. */
  readonly inputStep: number;
  /** Output pixels from one grid pixel to the next: 2 where there are 4 phases. */
  readonly outputStep: number;
  readonly phases: readonly Phase[];
  /** First row (and column) that any phase reads beside inputStep times the grid's, and how many all phases read for one grid pixel. */
  readonly first: number;
  readonly span: number;
}

export function forwardWindow({ kernel, stride, pad, raised }: ConvForm): Window {
  if (raised)
    return window(
      1,
      axis(2, kernel, (parity, k) => Math.floor((parity + k - pad) / 2)),
    );
  return window(
    stride,
    axis(1, kernel, (_, k) => k - pad),
  );
}

export function inputGradientWindow({ kernel, stride, pad, raised }: ConvForm): Window {
  if (raised) {
    // Output y reaches target i by tap k where ⌊(y + k − pad) / 2⌋ = i: y = 2i + pad − k, or one more.
    const taps = new Map<number, number>();
    for (let k = 0; k < kernel; k++)
      for (const more of [0, 1]) taps.set(pad - k + more, (taps.get(pad - k + more) ?? 0) | (1 << k));
    return window(2, [phaseOf(taps)]);
  }
  // Output y reaches target t by tap k where stride·y + k − pad = t.
  return window(
    1,
    axis(stride, kernel, (parity, k) => (parity + pad - k) / stride),
  );
}

/** `offset`: the row that tap k of that parity falls on, beside the grid's; where it is no whole number the tap reaches none. */
function axis(parities: number, kernel: number, offset: (parity: number, k: number) => number): AxisPhase[] {
  return Array.from({ length: parities }, (_, parity) => {
    const taps = new Map<number, number>();
    for (let k = 0; k < kernel; k++) {
      const at = offset(parity, k);
      if (Number.isInteger(at)) taps.set(at, (taps.get(at) ?? 0) | (1 << k));
    }
    return phaseOf(taps);
  });
}

function phaseOf(taps: ReadonlyMap<number, number>): AxisPhase {
  if (taps.size === 0) return { first: 0, taps: [] };
  const first = Math.min(...taps.keys());
  const last = Math.max(...taps.keys());
  return { first, taps: Array.from({ length: last - first + 1 }, (_, i) => taps.get(first + i) ?? 0) };
}

function window(inputStep: number, parities: readonly AxisPhase[]): Window {
  const reading = parities.filter(({ taps }) => taps.length > 0);
  const first = Math.min(...reading.map(phase => phase.first));
  return {
    inputStep,
    outputStep: parities.length,
    phases: parities.flatMap((row, outputRow) =>
      parities.map((column, outputColumn) => ({
        top: row.first,
        left: column.first,
        rowTaps: row.taps,
        columnTaps: column.taps,
        outputRow,
        outputColumn,
      })),
    ),
    first,
    span: Math.max(...reading.map(phase => phase.first + phase.taps.length)) - first,
  };
}

/** Four bits for each row or column of a window. */
export function tapBits(taps: readonly number[]): number {
  return taps.reduce((bits, mask, i) => bits | (mask << (4 * i)), 0);
}

export const BLOCK = 8;

/** A phase with the place of its first packed weight; the layout is [phase][block of 8 outputs][row][column][input][8]. */
export interface PackedPhase extends Phase {
  readonly weights: number;
}

export function packed(
  { phases }: Window,
  inputs: number,
  outputs: number,
): { phases: readonly PackedPhase[]; size: number } {
  let size = 0;
  const placed = phases.map(phase => {
    const weights = size;
    size += phase.rowTaps.length * phase.columnTaps.length * inputs * BLOCK * Math.ceil(outputs / BLOCK);
    return { ...phase, weights };
  });
  return { phases: placed, size };
}
