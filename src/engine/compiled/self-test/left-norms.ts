/** In small: norms that are left to their readers, from the sums of blocks to the gradient; and the means of a tensor's channels. */
import { grid } from '../../../kernels/dispatch.ts';
import { dropoutFactor, type Family, noise, type Reading, type Sample } from './specimen.ts';

const IMAGES = 2;
/** Not a multiple of a block's sides. */
const SIDE = 10;
const PIXELS = SIDE * SIDE;
const SLOPE = 0.25;

/** The blocks of an image as blocks.wgsl lays them out, each with its pixels' places. */
function blocksOf(step: number): number[][] {
  const across = Math.ceil(SIDE / 4);
  return Array.from({ length: across * Math.ceil(SIDE / (8 * step)) * step }, (_, block) => {
    const band = Math.floor(block / across);
    const [left, top] = [(block % across) * 4, Math.floor(band / step) * 8 * step + (band % step)];
    const columns = [0, 1, 2, 3].map(x => left + x).filter(x => x < SIDE);
    const rows = Array.from({ length: 8 }, (_, row) => top + row * step).filter(y => y < SIDE);
    return rows.flatMap(y => columns.map(x => y * SIDE + x));
  });
}

/** Mean, γ / deviation, β and 1 / deviation of each image and channel, as through.wgsl reads them. */
function through(channels: number) {
  const coefficients = noise(IMAGES * 4 * channels, 41);
  const row = (image: number, which: number, channel: number) =>
    coefficients[(image * 4 + which) * channels + channel] ?? 0;
  return {
    coefficients,
    scale: (image: number, channel: number) => row(image, 1, channel),
    /** Of a value before the norm: as it would be with β 0 and γ 1. */
    normal: (x: number, image: number, channel: number) => (x - row(image, 0, channel)) * row(image, 3, channel),
    /** What its reader's gradient becomes by the leaky ReLU. */
    d: (gradient: number, x: number, image: number, channel: number) => {
      const affine = (x - row(image, 0, channel)) * row(image, 1, channel) + row(image, 2, channel);
      return affine > 0 ? gradient : gradient * SLOPE;
    },
  };
}

const valueAt = (values: Float64Array, channels: number, image: number, pixel: number, channel: number) =>
  values[(image * PIXELS + pixel) * channels + channel] ?? 0;

const BLOCK_SUMS: Family = {
  fields: 'threads side channels stride offset normedStride normedOffset coefficients coefficientStride normSlope',
  bindings: 'values partial',
  optional: 'normed coefficients',
  sample: ({ constant, binds }) => {
    const channels = 5;
    const blocks = blocksOf(constant('STEP'));
    const [values, normed] = [noise(IMAGES * PIXELS * channels, 42), noise(IMAGES * PIXELS * channels, 43)];
    const norm = through(channels);
    const threads = IMAGES * blocks.length * channels;
    const partial = new Float64Array(2 * threads);
    for (let image = 0; image < IMAGES; image++)
      for (const [block, pixels] of blocks.entries())
        for (let c = 0; c < channels; c++) {
          const own = pixels.map(pixel => valueAt(values, channels, image, pixel, c));
          const mean = own.reduce((a, b) => a + b, 0) / own.length;
          const terms = pixels.map((pixel, i) => {
            const x = valueAt(normed, channels, image, pixel, c);
            return { d: norm.d(own[i] ?? 0, x, image, c), normal: norm.normal(x, image, c) };
          });
          const [first, second] = binds('normed')
            ? [terms.reduce((a, { d }) => a + d, 0), terms.reduce((a, { d, normal }) => a + d * normal, 0)]
            : [mean, own.reduce((a, value) => a + (value - mean) ** 2, 0)];
          const to = (image * blocks.length + block) * 2 * channels + c;
          partial.set([first], to);
          partial.set([second], to + channels);
        }
    return {
      shape: {
        ...{ threads, side: SIDE, channels, stride: channels, offset: 0, normedStride: channels, normedOffset: 0 },
        ...{ coefficients: 0, coefficientStride: channels, normSlope: SLOPE },
      },
      workgroups: grid(threads, constant('WORKGROUP')),
      given: { values, normed, coefficients: norm.coefficients, partial: new Float64Array(partial.length) },
      expected: { partial },
    };
  },
};

/** What blocks may give, and joined: [image, channel] pairs of mean and squared distances from it, or of two sums. */
function joined(step: number, channels: number, moments: boolean) {
  const blocks = blocksOf(step);
  const partial = noise(IMAGES * blocks.length * 2 * channels, 44).map((value, i) =>
    moments && Math.floor(i / channels) % 2 === 1 ? 5 + Math.abs(value) : value,
  );
  const pairs = new Float64Array(2 * IMAGES * channels);
  for (let image = 0; image < IMAGES; image++)
    for (let c = 0; c < channels; c++) {
      const parts = blocks.map(({ length }, block) => {
        const at = (image * blocks.length + block) * 2 * channels + c;
        return { n: length, first: partial[at] ?? 0, second: partial[at + channels] ?? 0 };
      });
      const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((a, part) => a + of(part), 0);
      const mean = sum(({ n, first }) => n * first) / PIXELS;
      const pair = moments
        ? [mean, sum(({ n, first, second }) => second + n * (first - mean) ** 2)]
        : [sum(({ first }) => first), sum(({ second }) => second)];
      pairs.set(pair, 2 * (image * channels + c));
    }
  return { partial, pairs };
}

const JOINED: Family = {
  fields: 'side channels partialChannels partialOffset to imageStride gamma beta',
  bindings: 'partial',
  optional: 'coefficients parameters pairs',
  sample: ({ constant, binds }) => {
    const lanes = constant('LANES');
    const channels = lanes + 1;
    const moments = binds('coefficients');
    const { partial, pairs } = joined(constant('STEP'), channels, moments);
    const parameters = noise(2 * channels, 45);
    const coefficients = new Float64Array(IMAGES * 4 * channels);
    for (let i = 0; i < IMAGES * channels; i++) {
      const [image, c] = [Math.floor(i / channels), i % channels];
      const inverse = moments ? 1 / Math.sqrt((pairs[2 * i + 1] ?? 0) / PIXELS + constant('epsilon')) : 0;
      const [gamma, beta] = [parameters[c] ?? 0, parameters[channels + c] ?? 0];
      for (const [row, value] of [pairs[2 * i] ?? 0, gamma * inverse, beta, inverse].entries())
        coefficients[(image * 4 + row) * channels + c] = value;
    }
    return {
      shape: {
        ...{ side: SIDE, channels, partialChannels: channels, partialOffset: 0, to: 0, imageStride: channels },
        ...{ gamma: 0, beta: channels },
      },
      workgroups: [Math.ceil(channels / lanes), IMAGES],
      given: {
        ...{ partial, parameters },
        coefficients: new Float64Array(coefficients.length),
        pairs: new Float64Array(pairs.length),
      },
      expected: { ...(moments ? { coefficients } : { pairs }) },
    };
  },
};

const GRADIENT: Family = {
  fields:
    'side channels inputStride inputOffset outputStride outputOffset gradientStride gradientOffset coefficients coefficientStride partialChannels partialOffset sums sumsStride stream rate accumulate normSlope',
  bindings: 'input output gradient coefficients pairs',
  optional: 'partial',
  sample: gradientSample,
};

function gradientSample({ constant, binds }: Reading): Sample {
  const lanes = constant('LANES');
  // In whole fours, as some shaders need them.
  const channels = lanes + 4;
  const joining = binds('partial');
  const { partial, pairs: fromBlocks } = joined(joining ? constant('STEP') : 1, channels, false);
  const pairs = joining ? fromBlocks : noise(2 * IMAGES * channels, 46);
  const [input, gradient, output] = [47, 48, 49].map(key => noise(IMAGES * PIXELS * channels, key)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const norm = through(channels);
  const [stream, rate] = [5, 0.25];
  const expected = output.map((before, place) => {
    const c = place % channels;
    const image = Math.floor(place / (PIXELS * channels));
    const x = input[place] ?? 0;
    const mean = (which: 0 | 1) => (pairs[2 * (image * channels + c) + which] ?? 0) / PIXELS;
    const d = norm.d(gradient[place] ?? 0, x, image, c);
    const own = norm.scale(image, c) * (d - mean(0) - norm.normal(x, image, c) * mean(1));
    return before + own * dropoutFactor(stream, rate, place);
  });
  return {
    shape: {
      ...{ side: SIDE, channels, inputStride: channels, inputOffset: 0, outputStride: channels, outputOffset: 0 },
      ...{ gradientStride: channels, gradientOffset: 0, coefficients: 0, coefficientStride: channels },
      ...{ partialChannels: channels, partialOffset: 0, sums: 0, sumsStride: channels },
      ...{ stream, rate, accumulate: 1, normSlope: SLOPE },
    },
    workgroups: [Math.ceil(channels / lanes), IMAGES * Math.ceil(PIXELS / constant('RUN'))],
    given: {
      ...{ input, gradient, output, partial, coefficients: norm.coefficients },
      pairs: joining ? new Float64Array(pairs.length) : pairs,
    },
    expected: { output: expected, ...(joining ? { pairs } : {}) },
  };
}

const CHANNEL_MEANS: Family = {
  fields: 'threads pixels channels stride offset to',
  bindings: 'input means',
  sample: ({ constant }) => {
    const channels = 7;
    const input = noise(IMAGES * PIXELS * channels, 50);
    const means = new Float64Array(IMAGES * channels);
    input.forEach((value, place) => {
      const at = Math.floor(place / (PIXELS * channels)) * channels + (place % channels);
      means[at] = (means[at] ?? 0) + value / PIXELS;
    });
    const threads = IMAGES * channels;
    return {
      shape: { threads, pixels: PIXELS, channels, stride: channels, offset: 0, to: 0 },
      workgroups: grid(threads, constant('WORKGROUP')),
      given: { input, means: new Float64Array(means.length) },
      expected: { means },
    };
  },
};

export const LEFT_NORMS: readonly Family[] = [BLOCK_SUMS, JOINED, GRADIENT, CHANNEL_MEANS];
