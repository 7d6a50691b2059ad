/** What a plan will ask of a GPU, counted from its dispatches without running them. Pure. */
import type { Dispatch } from '../../kernels/dispatch.ts';
import { structValues } from '../../kernels/wgsl.ts';
import { parameterSlots, touchedBytes } from '../lowering/describe.ts';
import type { GpuPlan } from './gpu-plan.ts';

export interface PlanFigures {
  /** Of a training step. */
  readonly dispatches: number;
  /** Bytes that a step's dispatches read and write, each once a dispatch; see touchedBytes. */
  readonly bytes: number;
  /** Billions of multiply-adds, counted as two, in a step. */
  readonly gflop: number;
  /** Loads from storage or workgroup memory per multiply-add in 3×3 convolutions of 16 maps or more, weighted by their multiply-adds; NaN where there are none. */
  readonly loadsPerFma: number;
  readonly largestDispatchGflop: number;
}

/** Fewer maps leave a kernel little to share. */
const FEWEST_MAPS = 16;

export function planFigures(plan: GpuPlan): PlanFigures {
  const step = [...plan.forward, ...plan.training];
  const parameters = parameterSlots(plan);
  const counted = step.flatMap(dispatch => {
    const loads = isWide3x3(dispatch) ? loadsPerFma(dispatch.code) : null;
    return loads === null ? [] : [{ loads, flops: dispatch.flops }];
  });
  const flops = counted.reduce((sum, one) => sum + one.flops, 0);
  return {
    dispatches: step.length,
    bytes: step.reduce((sum, dispatch) => sum + touchedBytes(dispatch, parameters), 0),
    gflop: step.reduce((sum, dispatch) => sum + dispatch.flops, 0) / 1e9,
    loadsPerFma: counted.reduce((sum, one) => sum + one.loads * one.flops, 0) / flops,
    largestDispatchGflop: Math.max(...step.map(dispatch => dispatch.flops)) / 1e9,
  };
}

function constant(code: string, name: string): number | undefined {
  const found = new RegExp(`const ${name} = (\\d+)`).exec(code);
  return found ? Number(found[1]) : undefined;
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
    const [columns = 1, channels = 1, kernel = 1] = ['COLUMNS', 'N', 'K'].map(name => constant(code, name));
    // For each block of input channels, by all threads together: values, or fours of them, which are loads one by one where they must be.
    const fours = /fn inputs\(/.test(code);
    const loads = fours && inFours(code) ? 4 : 1;
    // And what a thread needs to read through a norm: once, or for each value.
    const perValue = 1 + 3 * count(/ normOf\(u32\(image\), begin \+ i\)/g);
    const once = 12 * count(/ normOf\(u32\(image\), begin \+ index/g);
    const values = (block * rows * columns * perValue + kernel * block * lanes * channels) / (rows * lanes) + once;
    const carried = values / loads;
    // The loop's body takes one input channel, or four.
    return (count(/= source\[/g) + count(/= filters\[/g) + (carried / block) * (fours ? 4 : 1)) / fmas;
  }
  const words = count(/= inputs\(base \+ place/g) + count(/= gradients\(/g);
  if (words > 0) return (words * (inFours(code) ? 1 : 4)) / fmas;
  // Those before the loop are a bias, or a window's first columns: once a row, not once a pixel.
  const inLoop = [/select\(0\.0, (leaky\(affine\()?f32\(input\[/g, /= weights\[w \+/g, /= f32\(gradient\[/g];
  // What a norm takes, for a channel or for each value.
  const norms = 3 * (count(/ normOf\(u32\(image\), i/g) + count(/through\(l/g));
  return inLoop.reduce((sum, pattern) => sum + count(pattern), norms) / fmas;
}

function inFours(code: string): boolean {
  return /alias Values = vec4</.test(code);
}
