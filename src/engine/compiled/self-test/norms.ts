/** Instance norms in small: statistics, their join, their application and the parameters' gradients; and sums of a bias's gradient. */
import { grid } from '../../../kernels/dispatch.ts';
import { dropoutFactor, type Family, noise, type Reading, type Sample } from './specimen.ts';

const IMAGES = 2;
const PIXELS = 50;
/** Of an image of several chunks; the last is shorter. */
const CHUNK = 20;
const CHUNKS = Math.ceil(PIXELS / CHUNK);
const DROPOUT = { stream: 5, rate: 0.25 };

/** What every shader of a norm is given, with one channel more than `lanes`, and what follows from it. */
function layer({ constant }: Reading, lanes: number, dropout: boolean) {
  const [channels, epsilon, slope] = [lanes + 1, constant('epsilon'), constant('slope')];
  const values = IMAGES * PIXELS * channels;
  const [input, gradient] = [noise(values, 11), noise(values, 12)];
  const parameters = noise(2 * channels, 13);
  const { stream, rate } = dropout ? DROPOUT : { stream: 0, rate: 0 };
  const factor = (at: number) => dropoutFactor(stream, rate, at);
  const at = (image: number, pixel: number, channel: number) => (image * PIXELS + pixel) * channels + channel;
  const x = (place: number) => (input[place] ?? 0) * factor(place);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  /** Mean, and squared distances from it, of some pixels. */
  const moments = (image: number, channel: number, from: number, to: number) => {
    const all = range(from, to).map(pixel => x(at(image, pixel, channel)));
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    return [mean, all.reduce((a, b) => a + (b - mean) ** 2, 0)] as const;
  };
  /** 1 / deviation of so many pixels with these squared distances. */
  const inverse = (distances: number) => 1 / Math.sqrt(distances / PIXELS + epsilon);
  const normal = (place: number, [mean, scale]: readonly [number, number]) => (x(place) - mean) * scale;
  const affine = (place: number, moment: readonly [number, number]) => {
    const channel = place % channels;
    return (parameters[channel] ?? 0) * normal(place, moment) + (parameters[channels + channel] ?? 0);
  };
  const d = (place: number, moment: readonly [number, number]) =>
    (gradient[place] ?? 0) * (affine(place, moment) > 0 ? 1 : slope);
  /** Σ d and Σ d·x̂ of some pixels. */
  const sums = (image: number, channel: number, from: number, to: number, moment: readonly [number, number]) =>
    range(from, to).reduce<readonly [number, number]>(
      ([one, two], pixel) => {
        const place = at(image, pixel, channel);
        const g = d(place, moment);
        return [one + g, two + g * normal(place, moment)];
      },
      [0, 0],
    );
  const shape = {
    ...{ pixels: PIXELS, channels, inputStride: channels, inputOffset: 0, gradientStride: channels, gradientOffset: 0 },
    ...{ moments: 0, momentsStride: channels, gamma: 0, beta: channels, stream, rate },
  };
  return {
    channels,
    epsilon,
    slope,
    input,
    gradient,
    parameters,
    factor,
    at,
    moments,
    inverse,
    normal,
    affine,
    d,
    sums,
    shape,
  };
}

/** Moments of every image and channel as the backward pass finds them: [image, channel] pairs, no channel's alike. */
function given(channels: number): Float64Array {
  return noise(2 * IMAGES * channels, 14).map((value, i) => (i % 2 === 0 ? value : 0.5 + Math.abs(value)));
}

const pairAt = (pairs: Float64Array, i: number) => [pairs[2 * i] ?? 0, pairs[2 * i + 1] ?? 0] as const;

const STATISTICS: Family = {
  fields:
    'pixels channels inputStride inputOffset gradientStride gradientOffset to imageStride moments momentsStride gamma beta stream rate chunk chunks',
  bindings: 'input result',
  optional: 'gradient moments parameters',
  sample: statistics,
};

function statistics(reading: Reading): Sample {
  const lanes = reading.constant('LANES');
  const own = layer(reading, lanes, true);
  const { channels } = own;
  const moments = given(channels);
  const result = new Float64Array(2 * IMAGES * CHUNKS * channels);
  for (let image = 0; image < IMAGES; image++)
    for (let chunk = 0; chunk < CHUNKS; chunk++)
      for (let c = 0; c < channels; c++) {
        const [from, to] = [chunk * CHUNK, Math.min(PIXELS, (chunk + 1) * CHUNK)];
        const found = reading.binds('gradient')
          ? own.sums(image, c, from, to, pairAt(moments, image * channels + c))
          : own.moments(image, c, from, to);
        result.set(found, 2 * ((image * CHUNKS + chunk) * channels + c));
      }
  return {
    shape: { ...own.shape, to: 0, imageStride: channels, chunk: CHUNK, chunks: CHUNKS },
    workgroups: [Math.ceil(channels / lanes), IMAGES * CHUNKS],
    given: {
      input: own.input,
      gradient: own.gradient,
      moments,
      parameters: own.parameters,
      result: new Float64Array(result.length),
    },
    expected: { result },
  };
}

/** What chunks may give, and joined. */
function chunked(channels: number, backward: boolean, epsilon: number) {
  const partial = noise(2 * IMAGES * CHUNKS * channels, 15).map((value, i) =>
    backward || i % 2 === 0 ? value : 5 + Math.abs(value),
  );
  const joined = new Float64Array(2 * IMAGES * channels);
  const sizes = Array.from({ length: CHUNKS }, (_, chunk) => Math.min(CHUNK, PIXELS - chunk * CHUNK));
  for (let image = 0; image < IMAGES; image++)
    for (let c = 0; c < channels; c++) {
      const parts = sizes.map((n, chunk) => [n, ...pairAt(partial, (image * CHUNKS + chunk) * channels + c)] as const);
      const sum = (of: (part: readonly [number, number, number]) => number) => parts.reduce((a, p) => a + of(p), 0);
      const mean = sum(([n, m]) => n * m) / PIXELS;
      const pair = backward
        ? [sum(([, one]) => one), sum(([, , two]) => two)]
        : [mean, 1 / Math.sqrt(sum(([n, m, distances]) => distances + n * (m - mean) ** 2) / PIXELS + epsilon)];
      joined.set(pair, 2 * (image * channels + c));
    }
  return { partial, joined };
}

const OF_CHUNKS: Family = {
  fields: 'threads pixels channels to imageStride chunk chunks',
  bindings: 'partial result',
  sample: ({ constant, has }) => {
    const channels = 5;
    const threads = IMAGES * channels;
    const { partial, joined } = chunked(channels, !has('let origin = '), constant('epsilon'));
    return {
      shape: { threads, pixels: PIXELS, channels, to: 0, imageStride: channels, chunk: CHUNK, chunks: CHUNKS },
      workgroups: grid(threads, constant('WORKGROUP')),
      given: { partial, result: new Float64Array(joined.length) },
      expected: { result: joined },
    };
  },
};

const APPLY: Family = {
  fields:
    'threads pixels channels inputStride inputOffset outputStride outputOffset gradientStride gradientOffset moments momentsStride sums sumsStride gamma beta stream rate accumulate',
  bindings: 'input output moments parameters',
  optional: 'gradient sums',
  sample: apply,
};

function apply(reading: Reading): Sample {
  const { constant, binds } = reading;
  const backward = binds('gradient');
  const own = layer(reading, 3, true);
  const { channels, at, input, gradient, parameters } = own;
  const [moments, sums] = [given(channels), given(channels)];
  const output = noise(input.length, 16);
  const expected = Float64Array.from(input, (_, place) => {
    const c = place % channels;
    const image = Math.floor(place / (PIXELS * channels));
    const moment = pairAt(moments, image * channels + c);
    const affine = own.affine(place, moment);
    if (!backward) return affine > 0 ? affine : affine * own.slope;
    const [one, two] = pairAt(sums, image * channels + c);
    const rest = own.d(place, moment) - one / PIXELS - (own.normal(place, moment) * two) / PIXELS;
    return (
      (parameters[c] ?? 0) * moment[1] * rest * own.factor(at(image, Math.floor(place / channels) % PIXELS, c)) +
      (output[place] ?? 0)
    );
  });
  const threads = IMAGES * Math.ceil(PIXELS / constant('E')) * channels;
  return {
    shape: {
      ...{ ...own.shape, threads, outputStride: channels, outputOffset: 0, sums: 0, sumsStride: channels },
      accumulate: backward ? 1 : 0,
    },
    workgroups: grid(threads, constant('WORKGROUP')),
    given: { input, gradient, parameters, output, moments, sums },
    expected: { output: expected },
  };
}

const PARAMETERS: Family = {
  fields: 'threads images',
  bindings: 'sums targets gradients',
  sample: ({ constant }) => {
    const threads = 70;
    const sums = noise(2 * IMAGES * threads, 17);
    const gradients = new Float64Array(2 * threads);
    const targets = Uint32Array.from({ length: 2 * threads }, (_, i) => (i % 2 === 0 ? i >> 1 : threads + (i >> 1)));
    for (let c = 0; c < threads; c++)
      for (let image = 0; image < IMAGES; image++) {
        const [one, two] = pairAt(sums, image * threads + c);
        gradients[c] = (gradients[c] ?? 0) + two;
        gradients[threads + c] = (gradients[threads + c] ?? 0) + one;
      }
    return {
      shape: { threads, images: IMAGES },
      workgroups: grid(threads, constant('WORKGROUP')),
      given: { sums, targets, gradients: new Float64Array(gradients.length) },
      expected: { gradients },
    };
  },
};

const BIAS: Family = {
  fields: 'pixels channels gradientStride gradientOffset to chunk',
  bindings: 'gradient result',
  sample: ({ constant }) => {
    const lanes = constant('LANES');
    const channels = lanes + 1;
    const gradient = noise(PIXELS * channels, 18);
    const result = new Float64Array(CHUNKS * channels);
    gradient.forEach((value, i) => {
      const at = Math.floor(i / (CHUNK * channels)) * channels + (i % channels);
      result[at] = (result[at] ?? 0) + value;
    });
    return {
      shape: { pixels: PIXELS, channels, gradientStride: channels, gradientOffset: 0, to: 0, chunk: CHUNK },
      workgroups: [Math.ceil(channels / lanes), CHUNKS],
      given: { gradient, result: new Float64Array(result.length) },
      expected: { result },
    };
  },
};

export const NORMS: readonly Family[] = [STATISTICS, OF_CHUNKS, APPLY, PARAMETERS, BIAS];
