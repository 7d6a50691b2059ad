/**
 * What becomes of a training image on its way into the network, and the host side of augment.wgsl. An image and its mask are
 * sampled at the same places of their sources; colours change in the image alone.
 */
import { type Dispatch, grid, makeDispatch, type Slot, type View } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import { floatBits } from '../wgsl.ts';
import source from './augment.wgsl?raw';

const WORKGROUP = 64;

/** A quadratic Bézier curve drawn over the image; all in pixels of the result, the centre of the first at 0. */
export interface Hair {
  readonly from: readonly [number, number];
  readonly by: readonly [number, number];
  readonly to: readonly [number, number];
  /** Half its width, in pixels. */
  readonly reach: number;
  /** Share of the hair's colour in a pixel that it covers, 0..1. */
  readonly cover: number;
}

/** In the order in which they act. */
export interface Augmentation {
  /** Pixel (x, y) of the result shows the source at (a·x + b·y + c, d·x + e·y + f), bilinearly; beyond its borders it is mirrored. */
  readonly affine: readonly [a: number, b: number, c: number, d: number, e: number, f: number];
  /** Standard deviation of a Gaussian, in pixels of the source; 0 for none. */
  readonly blur: number;
  /** Rows of a matrix [3,4] on (r, g, b, 1), each in 0..1 and cut to it. */
  readonly colour: readonly number[];
  /** Exponent of each channel. */
  readonly gamma: number;
  /** At most MOST_HAIRS. */
  readonly hairs: readonly Hair[];
  /** Standard deviation of what is added to each channel of each pixel, decided by `noiseKey`; 0 for none. */
  readonly noise: number;
  /** 32-bit unsigned. */
  readonly noiseKey: number;
}

export const MOST_HAIRS = 8;
/** Dark brown, red, green and blue in 0..1. */
export const HAIR_COLOUR = [0.12, 0.08, 0.06] as const;
/** Of the sum of four bytes: √(4 · (256² − 1) / 12). */
export const NOISE_DEVIATION = Math.sqrt(21845);

/** 32-bit words of one image in the table. */
export const AUGMENT_WORDS = 24 + MOST_HAIRS * 8;

export const UNCHANGED: Augmentation = {
  affine: [1, 0, 0, 0, 1, 0],
  blur: 0,
  colour: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
  gamma: 1,
  hairs: [],
  noise: 0,
  noiseKey: 0,
};

/** The table of a batch; an image whose first word is 0 is taken as it is. */
export function augmentTable(augmentations: readonly Augmentation[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(augmentations.length * AUGMENT_WORDS);
  augmentations.forEach((augmentation, image) => {
    if (augmentation === UNCHANGED) return;
    const { affine, blur, noise, noiseKey, gamma, hairs, colour } = augmentation;
    const drawn = hairs.slice(0, MOST_HAIRS);
    words.set(
      [
        1,
        ...[...affine, blur, noise].map(floatBits),
        noiseKey,
        floatBits(gamma),
        drawn.length,
        ...colour.map(floatBits),
        ...drawn.flatMap(({ from, by, to, reach, cover }) => [...from, ...by, ...to, reach, cover].map(floatBits)),
      ],
      image * AUGMENT_WORDS,
    );
  });
  return words;
}

/** `bytes` hold images [B,S,S,3] as bytes; `output` is not a slice. */
export function augmentImages(bytes: Slot, table: Slot, output: View): Dispatch {
  const threads = output.batch * output.side ** 2;
  const [hairRed, hairGreen, hairBlue] = HAIR_COLOUR;
  return makeDispatch<Shaders['augmentation/augment']>({
    label: 'augment images',
    code: expand(randomSource + source, {
      stored: output.stored,
      constants: { WORKGROUP, WORDS: AUGMENT_WORDS, noiseDeviation: NOISE_DEVIATION, hairRed, hairGreen, hairBlue },
      flags: { masks: false },
    }),
    shape: { threads, side: output.side },
    buffers: { bytes, table, output: output.slot },
    workgroups: grid(threads, WORKGROUP),
  });
}

/** Masks [B,S,S], a byte per pixel; S² is a multiple of 4. */
export function augmentMasks(bytes: Slot, table: Slot, output: Slot, batch: number, side: number): Dispatch {
  const threads = (batch * side ** 2) / 4;
  return makeDispatch<Shaders['augmentation/augment']>({
    label: 'augment masks',
    code: expand(source, { constants: { WORKGROUP, WORDS: AUGMENT_WORDS }, flags: { masks: true } }),
    shape: { threads, side },
    buffers: { bytes, table, output },
    workgroups: grid(threads, WORKGROUP),
  });
}
