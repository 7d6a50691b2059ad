/** Convolutions in small: forward in each form, filter gradients, and what is made of weights and partial sums in tables. */
import { SUM } from '../../../kernels/conv/conv.ts';
import { grid } from '../../../kernels/dispatch.ts';
import { structFields } from '../../../kernels/wgsl.ts';
import { dropoutFactor, type Family, noise, type Reading, type Sample } from './specimen.ts';

/** No whole number of a tile's pixels or rows, and a channel more than one tile takes; two images. */
const SIDE = 10;
const IMAGES = 2;
const INPUTS = 12;
/** Of channels so many are counted, from the first to the last: counting takes longer than all that the GPU does. */
const LOOKED_AT = 3;

const CONV: Family = {
  fields:
    'first threads side sourceSide inputs outputs groups inputStride inputOffset outputStride outputOffset weights bias residualStride residualOffset hasBias residual accumulate slope',
  // Where a norm is left to those who read it, and dropout to who wrote it.
  optionalFields: 'stream rate coefficients coefficientStride normSlope normedStride normedOffset normedFrom',
  bindings: 'input weights output residual',
  optional: 'coefficients partial normed',
  sample: conv,
};

const NORM_SLOPE = 0.125;
const DROPOUT = { stream: 6, rate: 0.25 };

/** An input of several images read through a norm: its coefficients, rows of mean, scale, shift and 1 / deviation, and what is read. */
function throughNorm(input: Float64Array, channels: number): { coefficients: Float64Array; read: Float64Array } {
  const coefficients = noise(IMAGES * 4 * channels, 10).map(value => value / 2);
  const perImage = input.length / IMAGES;
  const read = input.map((x, i) => {
    const at = (row: number) => coefficients[(Math.floor(i / perImage) * 4 + row) * channels + (i % channels)] ?? 0;
    const affine = (x - at(0)) * at(1) + at(2);
    return affine > 0 ? affine : affine * NORM_SLOPE;
  });
  return { coefficients, read };
}

function looked(channels: number): number[] {
  const step = Math.max(1, (channels - 1) / (LOOKED_AT - 1));
  return [...new Set(Array.from({ length: LOOKED_AT }, (_, i) => Math.min(channels - 1, Math.round(i * step))))];
}

function conv({ constant, has, binds, shape }: Reading): Sample {
  const [pixels, each, kernel, stride, pad] = ['P', 'N', 'K', 'STRIDE', 'PAD'].map(constant) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const shared = has('const ROWS = ');
  // Layers of threads divide whole parts of the sums among them.
  const inputs = has('const DEPTH = ') && constant('DEPTH') > 1 ? 2 * SUM : INPUTS;
  const dilated = has('let twice = ');
  const raised = shared ? constant('RAISE') === 2 : has('let raised = ');
  const lanes = shared ? constant('LANES') : 4;
  const side = stride === 2 ? SIDE / 2 : SIDE;
  const sourceSide = dilated || raised ? side / 2 : side * stride;
  const outputs = each * lanes;
  const groups = outputs / each;
  const across = Math.ceil(side / pixels);
  // Rows that are apart: even and odd ones have taps of their own where a stride is undone.
  const step = has('const STEP = ') ? constant('STEP') : 1;
  const threads = shared
    ? across * Math.ceil(side / (constant('ROWS') * step)) * step * IMAGES
    : groups * across * side * IMAGES;
  const slope = 0.25;
  const input = noise(IMAGES * sourceSide ** 2 * inputs, 1);
  // The coefficients are of the input's norm, or of that whose sums are found besides, which nobody looks at here.
  const through = binds('coefficients') && !binds('normed');
  const norm = throughNorm(input, binds('normed') ? outputs : inputs);
  const read = through ? norm.read : input;
  const { stream, rate } = 'rate' in shape && has('shape.rate, ') ? DROPOUT : { stream: 0, rate: 0 };
  const bias = kernel ** 2 * inputs * outputs;
  const weights = noise(bias + outputs, 2);
  const residual = noise(IMAGES * side ** 2 * outputs, 3);
  const output = noise(residual.length, 4);
  /** Of an output's place and a tap, the source's place; −1 for a zero. */
  const source = (at: number, tap: number): number => {
    if (dilated) {
      const twice = at + pad - (kernel - 1 - tap);
      return twice % 2 === 0 && twice >= 0 && twice < 2 * sourceSide ? twice / 2 : -1;
    }
    const place = at * stride - pad + tap;
    if (place < 0 || place >= sourceSide * (raised ? 2 : 1)) return -1;
    return raised ? Math.floor(place / 2) : place;
  };
  const expected = new Float64Array(output.length).fill(Number.NaN);
  // The border above and the one below, and what lies beside and between.
  for (const [image, rows] of [
    [0, 1],
    [side >> 1, side - 1],
  ].entries())
    for (const y of rows)
      for (let x = 0; x < side; x++)
        for (const o of looked(outputs)) {
          let sum = weights[bias + o] ?? 0;
          for (let ky = 0; ky < kernel; ky++)
            for (let kx = 0; kx < kernel; kx++) {
              const [row, column] = [source(y, ky), source(x, kx)];
              if (row < 0 || column < 0) continue;
              const from = ((image * sourceSide + row) * sourceSide + column) * inputs;
              const tap = (ky * kernel + kx) * inputs;
              for (let i = 0; i < inputs; i++) sum += (read[from + i] ?? 0) * (weights[(tap + i) * outputs + o] ?? 0);
            }
          const at = ((image * side + y) * side + x) * outputs + o;
          const r = sum + (residual[at] ?? 0);
          expected[at] = (r > 0 ? r : r * slope) * dropoutFactor(stream, rate, at) + (output[at] ?? 0);
        }
  return {
    shape: {
      ...{ first: 0, threads, side, sourceSide, inputs, outputs, groups },
      ...{ inputStride: inputs, inputOffset: 0, outputStride: outputs, outputOffset: 0, weights: 0, bias },
      ...{ residualStride: outputs, residualOffset: 0, hasBias: 1, residual: 1, accumulate: 1, slope },
      ...{
        stream,
        rate,
        coefficients: 0,
        coefficientStride: norm.coefficients.length / IMAGES / 4,
        normSlope: NORM_SLOPE,
      },
      ...{ normedStride: outputs, normedOffset: 0, normedFrom: 0 },
    },
    workgroups: grid(threads, shared ? 1 : constant('WORKGROUP')),
    given: {
      ...{ input, weights, output, residual, coefficients: norm.coefficients, normed: noise(output.length, 11) },
      // Two numbers of each block of pixels and channel, of which none has fewer than one pixel.
      partial: new Float64Array(2 * output.length),
    },
    expected: { output: expected },
  };
}

const FILTER: Family = {
  fields:
    'first threads side sourceSide inputs outputs groups inputStride inputOffset gradientStride gradientOffset rows rowsPerSplit to',
  optionalFields: 'coefficients coefficientStride normSlope',
  bindings: 'input gradient sums',
  optional: 'coefficients',
  sample: filter,
};

function filter({ constant, has, binds, shape }: Reading): Sample {
  const [kernel, stride, pad, raise] = ['K', 'STRIDE', 'PAD', 'RAISE'].map(constant) as [
    number,
    number,
    number,
    number,
  ];
  const gemm = has('fn gradients(');
  const each = (shape.outputs ?? 0) / (shape.groups ?? 1);
  const groups = 4;
  const outputs = groups * each;
  const side = stride === 2 ? SIDE / 2 : SIDE;
  const sourceSide = (side * stride) / raise;
  const rows = IMAGES * side;
  // The last split is shorter than the others.
  const rowsPerSplit = Math.ceil(rows * 0.4);
  const splits = Math.ceil(rows / rowsPerSplit);
  // Splits that a workgroup adds up itself.
  const bundle = has('const BUNDLE = ') ? constant('BUNDLE') : 1;
  const places = Math.ceil(splits / bundle);
  const threads = groups * (INPUTS / constant('T')) * (gemm ? kernel : 1) * places;
  const input = noise(IMAGES * sourceSide ** 2 * INPUTS, 5);
  const norm = throughNorm(input, INPUTS);
  const read = binds('coefficients') ? norm.read : input;
  const gradient = noise(rows * side * outputs, 6);
  const size = kernel ** 2 * INPUTS * outputs;
  const expected = new Float64Array(places * size).fill(Number.NaN);
  for (let split = 0; split < splits; split++)
    for (let ky = 0; ky < kernel; ky++)
      for (let kx = 0; kx < kernel; kx++)
        for (const i of looked(INPUTS))
          for (const o of looked(outputs)) {
            let sum = 0;
            for (let line = split * rowsPerSplit; line < Math.min(rows, (split + 1) * rowsPerSplit); line++) {
              const row = (line % side) * stride - pad + ky;
              if (row < 0 || row >= sourceSide * raise) continue;
              const from = (Math.floor(line / side) * sourceSide + Math.floor(row / raise)) * sourceSide;
              for (let x = 0; x < side; x++) {
                const column = x * stride - pad + kx;
                if (column < 0 || column >= sourceSide * raise) continue;
                const value = read[(from + Math.floor(column / raise)) * INPUTS + i] ?? 0;
                sum += value * (gradient[(line * side + x) * outputs + o] ?? 0);
              }
            }
            const at = Math.floor(split / bundle) * size + ((ky * kernel + kx) * INPUTS + i) * outputs + o;
            expected[at] = sum + (split % bundle === 0 ? 0 : (expected[at] ?? 0));
          }
  return {
    shape: {
      ...{ first: 0, threads, side, sourceSide, inputs: INPUTS, outputs, groups },
      ...{ inputStride: INPUTS, inputOffset: 0, gradientStride: outputs, gradientOffset: 0, rows, rowsPerSplit, to: 0 },
      ...{ coefficients: 0, coefficientStride: INPUTS, normSlope: NORM_SLOPE },
    },
    workgroups: grid(threads, constant('WORKGROUP')),
    given: { input, gradient, coefficients: norm.coefficients, sums: new Float64Array(places * size) },
    expected: { sums: expected },
  };
}

/** Four input and four output channels: then each has one block. */
const FEW = 4;

const DERIVED: Family = { fields: '', bindings: 'convs blocks weights derived', sample: derived };

function derived({ constant }: Reading): Sample {
  const pair = FEW * FEW;
  // A 3×3 kernel, and one after an upsampling; where the plan has one block, only the first.
  const convs = [
    { source: 0, to: 0, kernel: 3, raised: 0, taps: 9 },
    { source: 9 * pair, to: 9 * pair, kernel: 3, raised: 1, taps: 16 },
  ].slice(0, constant('BLOCKS'));
  const weights = noise(18 * pair, 7);
  const result = new Float64Array(25 * pair).fill(Number.NaN);
  for (const { source, to, kernel, raised, taps } of convs)
    for (let tap = 0; tap < taps; tap++)
      for (let o = 0; o < FEW; o++)
        for (let i = 0; i < FEW; i++) {
          const weight = (t: number) => weights[source + (t * FEW + i) * FEW + o] ?? 0;
          let sum = 0;
          if (!raised) sum = weight(kernel * kernel - 1 - tap);
          else
            for (const a of [0, 1])
              for (const b of [0, 1]) {
                const [ky, kx] = [a + 2 - Math.floor(tap / 4), b + 2 - (tap % 4)];
                if (ky >= 0 && ky < 3 && kx >= 0 && kx < 3) sum += weight(ky * 3 + kx);
              }
          result[to + (tap * FEW + o) * FEW + i] = sum;
        }
  return {
    shape: {},
    workgroups: [convs.length, 1],
    given: {
      convs: Uint32Array.from(convs.flatMap(c => [c.source, c.to, c.kernel, FEW, FEW, c.raised])),
      blocks: Uint32Array.from(convs.flatMap((_, i) => [i, 0])),
      weights,
      derived: new Float64Array(result.length),
    },
    expected: { derived: result },
  };
}

const JOINED: Family = { fields: '', bindings: 'tensors blocks sums result', sample: joined };

function joined({ code, constant }: Reading): Sample {
  const block = constant('WORKGROUP') * constant('EACH');
  // Two tensors, the second of a block and a half, as far as the plan's blocks reach.
  const tensors = [
    { begin: 8, count: 20, splits: 5, to: 3 },
    { begin: 108, count: block + block / 2, splits: 3, to: 30 },
  ];
  const blocks = [
    [0, 0],
    [1, 0],
    [1, block],
  ].slice(0, constant('BLOCKS'));
  const sums = noise(108 + 3 * (block + block / 2), 8);
  const result = new Float64Array(30 + block + block / 2);
  for (const [tensor = 0, first = 0] of blocks) {
    const { begin, count, splits, to } = tensors[tensor] ?? { begin: 0, count: 0, splits: 0, to: 0 };
    for (let i = first; i < Math.min(count, first + block); i++)
      for (let s = 0; s < splits; s++) result[to + i] = (result[to + i] ?? 0) + (sums[begin + s * count + i] ?? 0);
  }
  return {
    shape: {},
    workgroups: [blocks.length, 1],
    given: {
      // By the names in the text; sums may be joined in bundles.
      tensors: Uint32Array.from(
        tensors.flatMap(t => structFields(code, 'Tensor').map(({ name }) => ({ ...t, bundle: 2 })[name] ?? 0)),
      ),
      blocks: Uint32Array.from(blocks.flat()),
      sums,
      result: new Float64Array(result.length),
    },
    expected: { result },
  };
}

const JOINED_ALONE: Family = {
  fields: 'threads splits to',
  optionalFields: 'bundle',
  bindings: 'sums result',
  sample: ({ constant }) => {
    const [threads, splits] = [70, 3];
    const sums = noise(threads * splits, 9);
    const result = Float64Array.from({ length: threads }, (_, i) =>
      [0, 1, 2].reduce((sum, s) => sum + (sums[s * threads + i] ?? 0), 0),
    );
    return {
      shape: { threads, splits, bundle: 2, to: 0 },
      workgroups: grid(threads, constant('WORKGROUP')),
      given: { sums, result: new Float64Array(threads) },
      expected: { result },
    };
  },
};

export const CONVOLUTIONS: readonly Family[] = [CONV, FILTER, DERIVED, JOINED, JOINED_ALONE];
