/** Padding and sides of a `same` convolution, as TensorFlow counts them, for square images. */

export interface ConvGeometry {
  readonly kernel: number;
  readonly stride: number;
  /** Side of the input as the convolution sees it: after upsampling where that is folded in. */
  readonly inputSide: number;
}

export function outputSide({ stride, inputSide }: ConvGeometry): number {
  return Math.ceil(inputSide / stride);
}

/** Rows and columns of zeros before the first: half of what is missing, rounded down; the rest comes after the last. */
export function padBefore(geometry: ConvGeometry): number {
  const { kernel, stride, inputSide } = geometry;
  return Math.floor(Math.max((outputSide(geometry) - 1) * stride + kernel - inputSide, 0) / 2);
}
