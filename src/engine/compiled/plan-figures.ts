/** What a plan will ask of a GPU, counted from its dispatches without running them. Pure. */
import type { Dispatch } from '../../kernels/dispatch.ts';
import { structValues } from '../../kernels/wgsl.ts';
import { parameterSlots, touchedBytes } from '../lowering/describe.ts';
import type { GpuPlan } from './gpu-plan.ts';

export interface PlanFigures {
  /** Of a training step. */
  readonly dispatches: number;
  /**
   * Bytes that a step's dispatches read and write, each once a dispatch: of convolutions and their gradients the very values, of all others
   * the tensors, of which a slice counts as the whole.
   */
  readonly bytes: number;
  /** Billions of multiply-adds, counted as two, in a step. */
  readonly gflop: number;
  /** Loads from storage or workgroup memory per multiply-add in 3×3 convolutions of 16 maps or more, weighted by their multiply-adds; NaN where there are none. */
  readonly loadsPerFma: number;
  readonly largestDispatchGflop: number;
}

/** Fewer maps leave a kernel little to share. */
const FEWEST_MAPS = 16;

export function planFigures(plan: GpuPlan, batch: number): PlanFigures {
  const step = [...plan.forward, ...plan.training];
  const parameters = parameterSlots(plan);
  const whole = new Map<string, number>();
  for (const { label, flops } of step) whole.set(label, (whole.get(label) ?? 0) + flops);
  const counted = step.flatMap(dispatch => {
    const loads = isWide3x3(dispatch) ? loadsPerFma(dispatch.code) : null;
    return loads === null ? [] : [{ loads, flops: dispatch.flops }];
  });
  const flops = counted.reduce((sum, one) => sum + one.flops, 0);
  return {
    dispatches: step.length,
    bytes: step.reduce((sum, dispatch) => {
      // One that was cut has a part of the images, and each part its layer's label.
      const images = (batch * dispatch.flops) / (whole.get(dispatch.label) || dispatch.flops);
      return sum + (convBytes(dispatch, images) ?? touchedBytes(dispatch, parameters));
    }, 0),
    gflop: step.reduce((sum, dispatch) => sum + dispatch.flops, 0) / 1e9,
    loadsPerFma: counted.reduce((sum, one) => sum + one.loads * one.flops, 0) / flops,
    largestDispatchGflop: Math.max(...step.map(dispatch => dispatch.flops)) / 1e9,
  };
}

function constant(code: string, name: string): number | undefined {
  const found = new RegExp(`const ${name} = (\\d+)`).exec(code);
  return found ? Number(found[1]) : undefined;
}

/** Of a convolution, its input gradient or its filter gradient; null for all others. */
export function convBytes({ code, words, bindings }: Dispatch, images: number): number | null {
  if (!bindings.some(({ kind }) => kind === 'shape')) return null;
  const shape: Readonly<Record<string, number | undefined>> = structValues(code, 'Shape', words);
  const { side = 0, sourceSide = 0, inputs = 0, outputs = 0, rows, rowsPerSplit = 1 } = shape;
  const kernel = constant(code, 'K');
  if (kernel === undefined || sourceSide === 0) return null;
  const value = /alias Stored = f16/.test(code) ? 2 : 4;
  const weights = kernel ** 2 * inputs * outputs * 4;
  const [source, result] = [images * sourceSide ** 2 * inputs * value, images * side ** 2 * outputs * value];
  if (rows !== undefined) return source + result + (Math.ceil(rows / rowsPerSplit) * weights * images) / (rows / side);
  // Raised, the residual has a quarter of the values; added to, the output is read as well.
  const residual = shape.residual === 0 ? 0 : shape.residual === 2 ? result / 4 : result;
  return source + weights + result * (shape.accumulate === 1 ? 2 : 1) + residual;
}

function isWide3x3({ code, words }: Dispatch): boolean {
  if (constant(code, 'K') !== 3) return false;
  const { inputs = 0, outputs = 0 } = structValues(code, 'Shape', words);
  return inputs >= FEWEST_MAPS && outputs >= FEWEST_MAPS;
}

/**
 * Loads per multiply-add of a convolution's inner loop, by its shader's text; with workgroup memory also what each thread carries into it.
 * null for a shader without multiply-adds.
 */
export function loadsPerFma(code: string): number | null {
  const count = (pattern: RegExp) => code.match(pattern)?.length ?? 0;
  // A multiply-add of four values with a scalar is four.
  const fmas = count(/= fma\((?!vec4f)/g) + 4 * count(/= fma\(vec4f\(/g);
  if (fmas === 0) return null;
  const [rows, lanes, block] = ['ROWS', 'LANES', 'BLOCK'].map(name => constant(code, name));
  if (rows !== undefined && lanes !== undefined && block !== undefined) {
    const [pixels = 1, channels = 1, kernel = 1, stride = 1] = ['P', 'N', 'K', 'STRIDE'].map(name =>
      constant(code, name),
    );
    const columns = (pixels - 1) * stride + kernel;
    // For each block of input channels, by all threads together: values, or fours of them, which are loads one by one where they must be.
    const fours = /fn inputs\(/.test(code);
    const loads = fours && inFours(code) ? 4 : 1;
    const carried = (block * rows * columns + kernel * block * lanes * channels) / (rows * lanes) / loads;
    // The loop's body takes one input channel, or four.
    return (count(/= source\[/g) + count(/= filters\[/g) + (carried / block) * (fours ? 4 : 1)) / fmas;
  }
  const words = count(/select\(vec4f\(\), inputs\(/g) + count(/= gradients\(/g);
  if (words > 0) return (words * (inFours(code) ? 1 : 4)) / fmas;
  // Those before the loop are a bias, or a window's first columns: once a row, not once a pixel.
  const inLoop = count(/select\(0\.0, f32\(input\[/g) + count(/= weights\[w \+/g) + count(/= f32\(gradient\[/g);
  return inLoop / fmas;
}

function inFours(code: string): boolean {
  return /alias Values = vec4</.test(code);
}
