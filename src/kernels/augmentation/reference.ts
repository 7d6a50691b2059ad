/** Augmentation in double precision: what augment.wgsl is held to, and what the engine in tfjs trains on. */
import { pcg } from '../../random/pcg.ts';
import { type Augmentation, HAIR_COLOUR, type Hair, MOST_HAIRS, NOISE_DEVIATION, UNCHANGED } from './augment.ts';

type Point = readonly [number, number];

/** Images [B,S,S,3] of bytes and masks [B,S,S] of 0 or 1, with an augmentation each → images in 0..1 and masks of 0 or 1. */
export function augment(
  { images, masks }: { readonly images: Uint8Array; readonly masks: Uint8Array },
  side: number,
  augmentations: readonly Augmentation[],
): { images: Float32Array; masks: Uint8Array } {
  const area = side * side;
  const result = { images: new Float32Array(images.length), masks: new Uint8Array(masks.length) };
  augmentations.forEach((augmentation, image) => {
    const picture = images.subarray(image * area * 3, (image + 1) * area * 3);
    const mask = masks.subarray(image * area, (image + 1) * area);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const pixel = y * side + x;
        result.images.set(colourAt(picture, side, x, y, augmentation), (image * area + pixel) * 3);
        const [u, v] = sourceOf(augmentation, x, y);
        const share = between(side, u, v, at => Math.min(mask[at] ?? 0, 1));
        result.masks[image * area + pixel] = share >= 0.5 ? 1 : 0;
      }
  });
  return result;
}

function sourceOf({ affine: [a, b, c, d, e, f] }: Augmentation, x: number, y: number): Point {
  return [a * x + b * y + c, d * x + e * y + f];
}

function colourAt(picture: Uint8Array, side: number, x: number, y: number, augmentation: Augmentation): number[] {
  const pixel = y * side + x;
  if (augmentation === UNCHANGED) return [0, 1, 2].map(c => (picture[pixel * 3 + c] ?? 0) / 255);
  const [u, v] = sourceOf(augmentation, x, y);
  const { blur, colour, gamma, hairs, noise, noiseKey } = augmentation;
  const [r = 0, g = 0, b = 0] = [0, 1, 2].map(c => blurred(side, u, v, blur, at => (picture[at * 3 + c] ?? 0) / 255));
  const hairy = covered(hairs, [x, y]);
  return [0, 1, 2].map(c => {
    const [toR = 0, toG = 0, toB = 0, offset = 0] = colour.slice(4 * c, 4 * c + 4);
    const mixed = unit(toR * r + toG * g + toB * b + offset);
    const curved = gamma === 1 ? mixed : Math.max(mixed, 1e-6) ** gamma;
    const drawn = curved + ((HAIR_COLOUR[c] ?? 0) - curved) * hairy;
    return noise > 0 ? unit(drawn + noise * noiseAt(noiseKey, pixel * 3 + c)) : drawn;
  });
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function between(side: number, u: number, v: number, value: (at: number) => number): number {
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const at = (x: number, y: number) => value(mirrored(y, side) * side + mirrored(x, side));
  const row = (y: number) => at(left, y) + (at(left + 1, y) - at(left, y)) * (u - left);
  return row(top) + (row(top + 1) - row(top)) * (v - top);
}

function mirrored(at: number, side: number): number {
  const place = Math.abs(at) % (2 * (side - 1));
  return place > side - 1 ? 2 * (side - 1) - place : place;
}

function blurred(side: number, u: number, v: number, deviation: number, value: (at: number) => number): number {
  if (deviation === 0) return between(side, u, v, value);
  let sum = 0;
  let total = 0;
  for (const i of [-2, -1, 0, 1, 2])
    for (const j of [-2, -1, 0, 1, 2]) {
      const weight = Math.exp(-0.32 * (i * i + j * j));
      sum += weight * between(side, u + 0.8 * i * deviation, v + 0.8 * j * deviation, value);
      total += weight;
    }
  return sum / total;
}

function noiseAt(key: number, index: number): number {
  const bits = pcg((index + key) >>> 0);
  return ((bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24) - 510) / NOISE_DEVIATION;
}

function covered(hairs: readonly Hair[], p: Point): number {
  const covers = hairs.slice(0, MOST_HAIRS).map(({ from, by, to, reach, cover }) => {
    const point = (t: number): Point =>
      [0, 1].map(i => (1 - t) ** 2 * (from[i] ?? 0) + 2 * t * (1 - t) * (by[i] ?? 0) + t * t * (to[i] ?? 0)) as [
        number,
        number,
      ];
    const distances = Array.from({ length: 8 }, (_, i) => segmentDistance(p, point(i / 8), point((i + 1) / 8)));
    return cover * unit(reach - Math.min(...distances) + 0.5);
  });
  return Math.max(0, ...covers);
}

function segmentDistance(p: Point, a: Point, b: Point): number {
  const [x, y] = [b[0] - a[0], b[1] - a[1]];
  const t = unit(((p[0] - a[0]) * x + (p[1] - a[1]) * y) / Math.max(x * x + y * y, 1e-12));
  return Math.hypot(p[0] - a[0] - t * x, p[1] - a[1] - t * y);
}
