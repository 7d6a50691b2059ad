/** The loss, the probabilities and the update of the weights in small; the formulas are those of the shaders' own texts. */
import { adam } from '../../../kernels/adam/reference.ts';
import { grid } from '../../../kernels/dispatch.ts';
import { pcg } from '../../../random/pcg.ts';
import { type Family, noise, type Reading, STEP } from './specimen.ts';

const IMAGES = 3;
const PIXELS = 100;
const VALUES = IMAGES * PIXELS;

const logits = noise(VALUES, 41);
/** 0 or 1 of each pixel, and as bytes. */
const truth = Uint8Array.from({ length: VALUES }, (_, i) => pcg(i + 7) & 1);
const masks = new Uint32Array(truth.slice().buffer);

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
/** Of a logit as seen from the true class. */
const right = (i: number) => sigmoid(truth[i] ? (logits[i] ?? 0) : -(logits[i] ?? 0));
const focalOf = ({ has, constant }: Reading) => (has('const focal = ') ? constant('focal') : 0);

const SUMS: Family = {
  fields: 'threads pixels chunk chunks stride offset',
  bindings: 'logits masks sums',
  sample: reading => {
    const focal = focalOf(reading);
    const chunk = 64;
    const chunks = Math.ceil(PIXELS / chunk);
    const sums = new Float64Array(IMAGES * chunks * 8);
    logits.forEach((z, i) => {
      const to = 8 * (Math.floor(i / PIXELS) * chunks + Math.floor((i % PIXELS) / chunk));
      const [p, g, lesion] = [sigmoid(z), truth[i] ?? 0, z >= 0 ? 1 : 0];
      const entropy = -((1 - right(i)) ** focal) * Math.log(right(i));
      [p, g, p * g, entropy, lesion, lesion * g, lesion === g ? 1 : 0].forEach((value, k) => {
        sums[to + k] = (sums[to + k] ?? 0) + value;
      });
    });
    // In a tree a chunk is a workgroup's, else a thread's.
    const tree = reading.has('var<workgroup>');
    const workgroup = reading.constant('WORKGROUP');
    const threads = IMAGES * chunks * (tree ? workgroup : 1);
    return {
      shape: { threads, pixels: PIXELS, chunk, chunks, stride: 1, offset: 0 },
      workgroups: [tree ? chunks : Math.ceil(chunks / workgroup), IMAGES],
      given: { logits, masks, sums: new Float64Array(sums.length) },
      expected: { sums },
    };
  },
};

const LOSS: Family = {
  fields: 'images chunks pixels',
  bindings: 'sums result factors',
  sample: ({ constant }) => {
    // More images than are joined at a time, and more chunks than threads join.
    const [images, chunks] = [constant('GROUPS') + 1, constant('LANES') + 1];
    const sums = noise(images * chunks * 8, 42).map((value, i) => (i % 8 === 7 ? 0 : Math.abs(value)));
    const [tversky, crossEntropy, smoothing] = [constant('tversky'), constant('crossEntropy'), constant('smoothing')];
    const result = new Float64Array(2 * (1 + images));
    const factors = new Float64Array(2 * images);
    for (let image = 0; image < images; image++) {
      const total = (k: number) => {
        let sum = 0;
        for (let chunk = 0; chunk < chunks; chunk++) sum += sums[8 * (image * chunks + chunk) + k] ?? 0;
        return sum;
      };
      const size = 2 * (1 - tversky) * total(0) + 2 * tversky * total(1) + smoothing;
      const dice = (2 * total(2) + smoothing) / size;
      result[0] = (result[0] ?? 0) + (1 - dice + (crossEntropy * total(3)) / PIXELS) / images;
      result.set([(2 * total(5)) / (total(4) + total(1)), total(6) / PIXELS], 2 + 2 * image);
      factors.set([2 * (1 - tversky) * dice, 1 / size / images], 2 * image);
    }
    return {
      shape: { images, chunks, pixels: PIXELS },
      workgroups: [1, 1],
      given: { sums, result: new Float64Array(result.length), factors: new Float64Array(factors.length) },
      expected: { result, factors },
    };
  },
};

const GRADIENT: Family = {
  fields: 'threads pixels stride offset gradientStride gradientOffset',
  bindings: 'logits masks factors gradient',
  sample: reading => {
    const focal = focalOf(reading);
    const crossEntropy = reading.constant('crossEntropy');
    const factors = noise(2 * IMAGES, 43);
    const gradient = logits.map((z, i) => {
      const image = Math.floor(i / PIXELS);
      const [p, g, q, sign] = [sigmoid(z), truth[i] ?? 0, right(i), truth[i] ? 1 : -1];
      const entropy = sign * (1 - q) ** focal * (focal * q * Math.log(q) + q - 1);
      const soft = ((factors[2 * image] ?? 0) - 2 * g) * (factors[2 * image + 1] ?? 0) * p * (1 - p);
      return (soft + (crossEntropy * entropy) / VALUES) * STEP.lossScale;
    });
    return {
      shape: { threads: VALUES, pixels: PIXELS, stride: 1, offset: 0, gradientStride: 1, gradientOffset: 0 },
      workgroups: grid(VALUES, reading.constant('WORKGROUP')),
      given: { logits, masks, factors, gradient: new Float64Array(VALUES) },
      expected: { gradient },
    };
  },
};

const PROBABILITIES: Family = {
  fields: 'threads stride offset',
  bindings: 'logits probabilities',
  sample: ({ constant }) => ({
    shape: { threads: VALUES, stride: 1, offset: 0 },
    workgroups: grid(VALUES, constant('WORKGROUP')),
    given: { logits, probabilities: new Float64Array(VALUES) },
    expected: { probabilities: logits.map(sigmoid) },
  }),
};

const INFINITE = 0x7f800000;

/** Length and overflow have the same fields and bindings. */
const JOINED: Family = {
  fields: 'threads count',
  bindings: 'values result',
  sample: ({ constant, has }) => {
    const workgroup = constant('WORKGROUP');
    const parts = has('0x7f800000u') || has('step.lossScale;');
    // Each workgroup, or without trees each thread, gives a part.
    const each = has('var<workgroup>') ? workgroup : 1;
    const groups = parts ? 3 : 1;
    const threads = groups * each;
    const count = 4 * workgroup + 5;
    const run = { shape: { threads, count }, workgroups: grid(threads, workgroup) };
    const of = (i: number) => Math.floor((i % threads) / each);
    if (has('array<u32>')) {
      // One is not finite.
      const at = count - 2;
      const values = Uint32Array.from({ length: count }, (_, i) => (i === at ? (parts ? INFINITE : 1) : 0));
      const result = parts
        ? Uint32Array.from({ length: groups }, (_, i) => (i === of(at) ? 1 : 0))
        : Uint32Array.of(0, 1);
      return { ...run, given: { values, result: new Uint32Array(result.length) }, expected: { result } };
    }
    const values = noise(count, 44).map(Math.abs);
    const sums = new Float64Array(groups);
    values.forEach((value, i) => {
      sums[of(i)] = (sums[of(i)] ?? 0) + (parts ? (value / STEP.lossScale) ** 2 : value);
    });
    const result = parts ? sums : Float64Array.of(Math.min(1, constant('clip') / Math.sqrt(sums[0] ?? 0)));
    return { ...run, given: { values, result: new Float64Array(result.length) }, expected: { result } };
  },
};

const ADAM: Family = {
  fields: 'threads kernels',
  bindings: 'gradients weights first second',
  optional: 'overflow factor average',
  sample: ({ constant, binds, has }) => {
    const [count, kernels] = [150, 90];
    const [gradients, first, average] = [noise(count, 45), noise(count, 46), noise(count, 47)];
    const weights = noise(count, 48);
    // Small, so that the share of a gradient that comes to it shows.
    const second = noise(count, 49).map(value => Math.abs(value) / 64);
    const [l2, factor] = [constant('l2'), 0.5];
    const decay = has('step.learningRate * weightDecay') ? STEP.learningRate * constant('weightDecay') : 0;
    const [w, m, v] = [weights.slice(), first.slice(), second.slice()];
    const own = gradients.map((g, i) => {
      const taken = (g / STEP.lossScale) * (binds('factor') ? factor : 1);
      return taken + (i < kernels ? 2 * l2 * (weights[i] ?? 0) : 0);
    });
    adam(w, m, v, own, {
      ...{ learningRate: STEP.learningRate, step: STEP.step },
      ...{ beta1: constant('beta1'), beta2: constant('beta2'), epsilon: constant('epsilon') },
    });
    const updated = w.map((value, i) => value - (i < kernels ? decay * (weights[i] ?? 0) : 0));
    const mean = average.map((value, i) => STEP.averageKeep * value + (1 - STEP.averageKeep) * (updated[i] ?? 0));
    return {
      shape: { threads: count, kernels },
      workgroups: grid(count, constant('WORKGROUP')),
      given: {
        ...{ gradients, weights, first, second, average },
        overflow: new Uint32Array(2),
        factor: Float64Array.of(factor),
      },
      expected: { weights: updated, first: m, second: v, ...(binds('average') ? { average: mean } : {}) },
    };
  },
};

export const LOSS_AND_UPDATE: readonly Family[] = [SUMS, LOSS, GRADIENT, PROBABILITIES, JOINED, ADAM];
