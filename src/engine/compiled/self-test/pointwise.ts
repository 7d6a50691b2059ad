/** In small: what makes a batch of bytes, and the gradients of layers that have no parameters. */
import { type Augmentation, augmentTable, UNCHANGED } from '../../../kernels/augmentation/augment.ts';
import { augment } from '../../../kernels/augmentation/reference.ts';
import { grid } from '../../../kernels/dispatch.ts';
import { leakyReluGradient } from '../../../kernels/leaky-relu/reference.ts';
import { maxPool, maxPoolGradient } from '../../../kernels/pooling/reference.ts';
import { upsampleGradient } from '../../../kernels/upsample/reference.ts';
import { pcg } from '../../../random/pcg.ts';
import { type Family, noise } from './specimen.ts';

const IMAGES = 2;
const SIDE = 4;
const CHANNELS = 5;
const VALUES = IMAGES * SIDE * SIDE * CHANNELS;

/** Turned by a quarter and moved by less than a pixel, so that no mask's share is near one half. */
const TURNED: Augmentation = {
  ...UNCHANGED,
  affine: [0, 1, 0.25, -1, 0, 6.75],
  colour: [0.5, 0.25, 0, 0.125, 0, 0.75, 0, 0, 0.125, 0, 0.5, 0.0625],
  gamma: 1.5,
};

const AUGMENT: Family = {
  fields: 'threads side',
  bindings: 'bytes table output',
  sample: ({ constant, has }) => {
    const masks = has('fn lesion(');
    const side = 8;
    const pixels = IMAGES * side * side;
    const bytes = (count: number, most: number) => Uint8Array.from({ length: count }, (_, i) => pcg(i + 31) % most);
    const source = { images: bytes(pixels * 3, 256), masks: bytes(pixels, 2) };
    const augmentations = [UNCHANGED, TURNED];
    const made = augment(source, side, augmentations);
    const words = (from: Uint8Array) => new Uint32Array(from.slice().buffer);
    const output = masks ? words(made.masks) : Float64Array.from(made.images);
    const threads = masks ? pixels / 4 : pixels;
    return {
      shape: { threads, side },
      workgroups: grid(threads, constant('WORKGROUP')),
      given: {
        bytes: words(masks ? source.masks : source.images),
        table: augmentTable(augmentations),
        output: masks ? new Uint32Array(output.length) : new Float64Array(output.length),
      },
      expected: { output },
    };
  },
};

const LEAKY: Family = {
  fields: 'threads channels outputStride outputOffset gradientStride gradientOffset',
  bindings: 'output gradient',
  sample: ({ constant }) => {
    const [output, gradient] = [noise(VALUES, 21), noise(VALUES, 22)];
    const dense = { outputStride: CHANNELS, outputOffset: 0, gradientStride: CHANNELS, gradientOffset: 0 };
    return {
      shape: { threads: VALUES, channels: CHANNELS, ...dense },
      workgroups: grid(VALUES, constant('WORKGROUP')),
      given: { output, gradient },
      expected: { gradient: leakyReluGradient(output, constant('slope'), gradient) },
    };
  },
};

const POOL: Family = {
  fields: 'threads side channels inputStride inputOffset outputStride outputOffset gradientStride gradientOffset',
  bindings: 'input output',
  optional: 'gradient',
  sample: ({ constant, has, binds }) => {
    const threads = VALUES / 4;
    const [input, gradient] = [noise(VALUES, 23), noise(threads, 24)];
    const output = noise(binds('gradient') ? VALUES : threads, 25);
    const passed = maxPoolGradient(IMAGES, SIDE, CHANNELS, input, gradient);
    const expected = binds('gradient')
      ? passed.map((value, i) => value + (has('output[to] += d;') ? (output[i] ?? 0) : 0))
      : maxPool(IMAGES, SIDE, CHANNELS, input);
    return {
      shape: {
        ...{ threads, side: SIDE / 2, channels: CHANNELS, inputStride: CHANNELS, inputOffset: 0 },
        ...{ outputStride: CHANNELS, outputOffset: 0, gradientStride: CHANNELS, gradientOffset: 0 },
      },
      workgroups: grid(threads, constant('WORKGROUP')),
      given: { input, gradient, output },
      expected: { output: expected },
    };
  },
};

const UPSAMPLE: Family = {
  fields: 'threads side channels outputStride outputOffset gradientStride gradientOffset',
  bindings: 'gradient output',
  sample: ({ constant, has }) => {
    const [gradient, output] = [noise(4 * VALUES, 26), noise(VALUES, 27)];
    const passed = upsampleGradient(IMAGES, SIDE, CHANNELS, gradient);
    const dense = { outputStride: CHANNELS, outputOffset: 0, gradientStride: CHANNELS, gradientOffset: 0 };
    return {
      shape: { threads: VALUES, side: SIDE, channels: CHANNELS, ...dense },
      workgroups: grid(VALUES, constant('WORKGROUP')),
      given: { gradient, output },
      expected: {
        output: passed.map((value, i) => value + (has('sum += f32(output[to]);') ? (output[i] ?? 0) : 0)),
      },
    };
  },
};

export const POINTWISE: readonly Family[] = [AUGMENT, LEAKY, POOL, UPSAMPLE];
