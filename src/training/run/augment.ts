/**
 * Which augmentation an image gets: a pure function of (seed, epoch, image), so that a resumed run repeats it. kernels/augmentation/
 * applies it to pixels.
 */
import { type Augmentation, type Hair, UNCHANGED } from '../../kernels/augmentation/augment.ts';
import { augment } from '../../kernels/augmentation/reference.ts';
import {
  type AugmentationRange,
  type AugmentationSettings,
  augments,
  type RunSettings,
} from '../../protocol/settings.ts';
import { hash, nameKey, type Random, randomStream } from '../../random/pcg.ts';

const AUGMENT = 3;
const NOISE = 4;

/**
 * Flips alone: each axis with probability ½. Turns alone: 0, 90, 180 or 270°. Both: the eight symmetries of the square, evenly.
 * The other settings are the ends of ranges about no change, drawn evenly: angles and shares on both sides of 0, factors between
 * 1 / (1 + setting) and 1 + setting, evenly in their logarithm; blur and noise between 0 and the setting; and from no hair to as
 * many. `size`: image side in pixels.
 */
export function drawAugmentation(
  settings: AugmentationSettings,
  size: number,
  { seed, epoch, image }: { readonly seed: number; readonly epoch: number; readonly image: number },
): Augmentation {
  if (!augments(settings)) return UNCHANGED;
  // A stream of its own for each draw, as for each layer's first weights: neither a setting nor a draw that is added one day changes
  // what another draws.
  const stream = (draw: Draw, ...keys: number[]) => randomStream(seed, AUGMENT, epoch, image, nameKey(draw), ...keys);
  const either = (draw: Draw, range: number) => (2 * stream(draw).unit() - 1) * range;
  const factor = (draw: Draw, range: number) => (1 + range) ** either(draw, 1);
  const symmetry = drawSymmetry(settings, stream('symmetry'));
  const rotation = either('rotate', settings.rotate) * DEGREE;
  const scale = factor('zoom', settings.zoom);
  const right = either('shift right', settings.shift * size);
  const down = either('shift down', settings.shift * size);
  const shear = Math.tan(either('shear', settings.shear) * DEGREE);
  const brightness = either('brightness', settings.brightness);
  const contrast = factor('contrast', settings.contrast);
  const saturation = factor('saturation', settings.saturation);
  const hue = either('hue', settings.hue) * DEGREE;
  const gamma = factor('gamma', settings.gamma);
  const blur = stream('blur').unit() * settings.blur;
  const noise = stream('noise').unit() * settings.noise;
  const count = stream('hairs').below(settings.hairs + 1);
  const hairs = Array.from({ length: count }, (_, i) => drawHair(stream('hair', i), size));

  const [cos, sin] = [Math.cos(rotation) / scale, Math.sin(rotation) / scale];
  // Rotation · shear / scale, then the symmetry: from the result's pixels, counted from its centre, to the source's.
  const [a, b, d, e] = times(symmetry, [cos, cos * shear - sin, sin, sin * shear + cos]);
  const centre = (size - 1) / 2;
  const [x, y] = [centre + right, centre + down];
  return {
    affine: [a, b, centre - a * x - b * y, d, e, centre - d * x - e * y],
    blur,
    colour: colourMatrix(saturation, hue, contrast, brightness),
    gamma,
    hairs,
    noise,
    noiseKey: hash(seed, NOISE, epoch, image),
  };
}

/** The names of the streams: to change one changes every seeded run that draws from it. */
type Draw = Exclude<AugmentationRange, 'shift'> | 'symmetry' | 'shift right' | 'shift down' | 'hair';

const DEGREE = Math.PI / 180;

/** Rows of a matrix [2,2]. */
type Matrix = readonly [number, number, number, number];

function times([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix {
  return [a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h];
}

function drawSymmetry({ flips, turns }: AugmentationSettings, random: Random): Matrix {
  const [first, second, third] = [0, 0, 0].map(() => random.unit() < 0.5);
  if (flips) return symmetryOf(first, second, turns && third);
  if (!turns) return [1, 0, 0, 1];
  // A rotation is a transpose with one flip (90°, 270°), or no transpose with both or none (180°, 0°).
  return first ? symmetryOf(second, !second, true) : symmetryOf(second, second, false);
}

function symmetryOf(flipX = false, flipY = false, transpose = false): Matrix {
  const [x, y] = [flipX ? -1 : 1, flipY ? -1 : 1];
  return transpose ? [0, y, x, 0] : [x, 0, 0, y];
}

/**
 * Rows of [3,4]: saturation scales a colour's distance from grey, hue turns it about grey (the axis r = g = b), contrast scales
 * about ½, brightness adds.
 */
function colourMatrix(saturation: number, hue: number, contrast: number, brightness: number): number[] {
  const [cos, sin] = [Math.cos(hue), Math.sin(hue) / Math.sqrt(3)];
  const offset = (1 - contrast) / 2 + brightness;
  return [0, 1, 2].flatMap(row => [
    ...[0, 1, 2].map(column => {
      // Rodrigues' formula for the axis (1, 1, 1)/√3.
      const turned = (row === column ? cos : 0) + (1 - cos) / 3 + [0, -sin, sin][(3 + column - row) % 3]!;
      return contrast * (saturation * turned + (1 - saturation) / 3);
    }),
    offset,
  ]);
}

/** Across the image in any direction, bent a little, a pixel wide at 128², mostly dark. */
function drawHair(random: Random, size: number): Hair {
  const middle = [random.unit() * size, random.unit() * size] as const;
  const angle = random.unit() * 2 * Math.PI;
  const half = ((0.3 + 0.5 * random.unit()) * size) / 2;
  const bend = (random.unit() - 0.5) * half;
  const [x, y] = [Math.cos(angle), Math.sin(angle)];
  return {
    from: [middle[0] - half * x, middle[1] - half * y],
    by: [middle[0] - bend * y, middle[1] + bend * x],
    to: [middle[0] + half * x, middle[1] + half * y],
    reach: Math.max(0.3, ((0.3 + 0.5 * random.unit()) * size) / 128),
    cover: 0.6 + 0.35 * random.unit(),
  };
}

const VIEWS = 3;

/** Of each image: itself, and what this epoch and the next ones make of it, rounded to bytes. `places`: the images' in the data set. */
export function augmentedViews(
  { images, masks }: { readonly images: Uint8Array; readonly masks: Uint8Array },
  size: number,
  places: readonly number[],
  settings: RunSettings,
  epoch: number,
): { image: Uint8Array<ArrayBuffer>; mask: Uint8Array<ArrayBuffer> }[][] {
  const area = size * size;
  return places.map((image, i) => {
    const pair = {
      images: images.slice(i * area * 3, (i + 1) * area * 3),
      masks: masks.slice(i * area, (i + 1) * area),
    };
    const views = Array.from({ length: VIEWS }, (_, view) => {
      const drawn = drawAugmentation(settings, size, { seed: settings.seed, epoch: epoch + view, image });
      const made = augment(pair, size, [drawn]);
      return {
        image: Uint8Array.from(made.images, value => Math.round(value * 255)),
        mask: Uint8Array.from(made.masks),
      };
    });
    return [{ image: pair.images, mask: pair.masks }, ...views];
  });
}
