/** Nearest upsampling by 2 in double precision. `side` is that of the small tensor [batch, side, side, channels]. */

function forEachPair(batch: number, side: number, channels: number, visit: (small: number, large: number) => void) {
  const wide = side * 2;
  for (let line = 0; line < batch * wide; line++)
    for (let x = 0; x < wide; x++)
      for (let c = 0; c < channels; c++)
        visit(((line >> 1) * side + (x >> 1)) * channels + c, (line * wide + x) * channels + c);
}

export function upsample(batch: number, side: number, channels: number, input: Float64Array): Float64Array {
  const output = new Float64Array(input.length * 4);
  forEachPair(batch, side, channels, (small, large) => {
    output[large] = input[small]!;
  });
  return output;
}

export function upsampleGradient(batch: number, side: number, channels: number, gradient: Float64Array): Float64Array {
  const result = new Float64Array(gradient.length / 4);
  forEachPair(batch, side, channels, (small, large) => {
    result[small]! += gradient[large]!;
  });
  return result;
}
