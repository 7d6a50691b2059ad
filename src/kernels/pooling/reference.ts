/** 2×2 maximum, stride 2, in double precision. Arrays are [batch, side, side, channels] with an even side. */

/** For every pooled value the place in `input` of the first maximum in row order. */
function winners(batch: number, side: number, channels: number, input: Float64Array): Int32Array {
  const half = side / 2;
  return Int32Array.from({ length: batch * half * half * channels }, (_, i) => {
    const c = i % channels;
    const x = Math.floor(i / channels) % half;
    const line = Math.floor(i / (channels * half));
    let best = -1;
    for (const [dy, dx] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const at = ((line * 2 + dy) * side + x * 2 + dx) * channels + c;
      if (best < 0 || input[at]! > input[best]!) best = at;
    }
    return best;
  });
}

export function maxPool(batch: number, side: number, channels: number, input: Float64Array): Float64Array {
  return Float64Array.from(winners(batch, side, channels, input), at => input[at]!);
}

export function maxPoolGradient(
  batch: number,
  side: number,
  channels: number,
  input: Float64Array,
  gradient: Float64Array,
): Float64Array {
  const result = new Float64Array(input.length);
  winners(batch, side, channels, input).forEach((at, i) => {
    result[at]! += gradient[i]!;
  });
  return result;
}
