/**
 * What may be done to a prediction beyond one pass of the network: the mean over the eight views of a square, only the largest
 * lesion, no holes in it. On probabilities, so that any threshold can still be chosen afterwards; lesions are told apart at threshold 0.5.
 */
import type { Engine } from '../../engine/engine.ts';
import { confusion, dice } from '../../metrics/confusion.ts';
import type { Refinements } from '../../protocol/scores.ts';
import { toMask } from './threshold.ts';
import { withPredict } from './with-predict.ts';

/** Flips of both axes and a transpose, the transpose last. */
interface View {
  readonly flipX: boolean;
  readonly flipY: boolean;
  readonly transpose: boolean;
}

/** The symmetries of the square, the identity first. */
export const VIEWS: readonly View[] = [false, true].flatMap(transpose =>
  [false, true].flatMap(flipY => [false, true].map(flipX => ({ flipX, flipY, transpose }))),
);

/** Pixels [S,S,channels] seen in a view. Undone by `back`. */
export function seen<T extends Uint8Array | Float32Array>(pixels: T, size: number, channels: number, view: View): T {
  return moved(pixels, size, channels, (x, y) =>
    view.transpose ? source(view, size, y, x) : source(view, size, x, y),
  );
}

export function back<T extends Uint8Array | Float32Array>(pixels: T, size: number, channels: number, view: View): T {
  return moved(pixels, size, channels, (x, y) => {
    const [u, v] = source(view, size, x, y);
    return view.transpose ? [v, u] : [u, v];
  });
}

function source({ flipX, flipY }: View, size: number, x: number, y: number): readonly [number, number] {
  return [flipX ? size - 1 - x : x, flipY ? size - 1 - y : y];
}

function moved<T extends Uint8Array | Float32Array>(
  pixels: T,
  size: number,
  channels: number,
  from: (x: number, y: number) => readonly [number, number],
): T {
  const result = pixels.slice() as T;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const [u, v] = from(x, y);
      for (let c = 0; c < channels; c++)
        result[(y * size + x) * channels + c] = pixels[(v * size + u) * channels + c] ?? 0;
    }
  return result;
}

/**
 * Probabilities [count,S,S] of images [count,S,S,3]; `views`: the mean over all eight. Of each image `onDisagreement` is then told how far
 * the views' masks are from the mask of their mean: the mean of 1 − Dice over the eight, at threshold 0.5, 0 to 1. Predictions that change
 * with a view are unsure (test-time augmentation: Wang et al., Neurocomputing 338, 2019).
 */
export async function predictViews(
  engine: Engine,
  images: Uint8Array,
  {
    count,
    size,
    views,
    features,
  }: {
    readonly count: number;
    readonly size: number;
    readonly views: boolean;
    /** As Engine.predict fills it, from the images as they are. */
    readonly features?: Float32Array | undefined;
  },
  onDisagreement?: (image: number, disagreement: number) => void,
): Promise<Float32Array> {
  if (!views) return engine.predict(images, count, features);
  const area = size * size;
  const sums = new Float64Array(count * area);
  const masks: Uint8Array[] = [];
  for (const [at, view] of VIEWS.entries()) {
    const turned = new Uint8Array(images.length);
    for (let i = 0; i < count; i++)
      turned.set(seen(images.subarray(i * area * 3, (i + 1) * area * 3), size, 3, view), i * area * 3);
    const probabilities = await engine.predict(turned, count, at === 0 ? features : undefined);
    const upright = new Float32Array(count * area);
    for (let i = 0; i < count; i++)
      upright.set(back(probabilities.subarray(i * area, (i + 1) * area), size, 1, view), i * area);
    for (let at = 0; at < upright.length; at++) sums[at] = (sums[at] ?? 0) + (upright[at] ?? 0);
    if (onDisagreement) masks.push(toMask(upright));
  }
  const mean = Float32Array.from(sums, sum => sum / VIEWS.length);
  if (onDisagreement)
    for (let i = 0; i < count; i++) {
      const part = mean.subarray(i * area, (i + 1) * area);
      const off = masks.map(mask => 1 - dice(confusion(part, mask.subarray(i * area, (i + 1) * area), 0.5)));
      onDisagreement(i, off.reduce((sum, value) => sum + value, 0) / VIEWS.length);
    }
  return mean;
}

/** One image's probabilities [S,S] with all but the largest lesion set to 0, or the holes in lesions to 1. */
export function refine(probabilities: Float32Array, size: number, { largest, holes }: Refinements): Float32Array {
  const result = probabilities.slice();
  if (largest) {
    const parts = components(size, at => (result[at] ?? 0) > 0.5, true);
    const most = Math.max(0, ...parts.map(part => part.length));
    // Of equal ones the first stays.
    const kept = parts.find(part => part.length === most);
    for (const part of parts) if (part !== kept) for (const at of part) result[at] = 0;
  }
  if (holes) {
    const onBorder = (at: number) => at < size || at >= size * (size - 1) || at % size === 0 || at % size === size - 1;
    for (const part of components(size, at => !((result[at] ?? 0) > 0.5), false))
      if (!part.some(onBorder)) for (const at of part) result[at] = 1;
  }
  return result;
}

/** The pixels of each connected part. Lesions are joined over corners too (8 neighbours), the rest is not (4), as is usual for a pair. */
export function components(size: number, belongs: (at: number) => boolean, corners: boolean): number[][] {
  const done = new Uint8Array(size * size);
  const parts: number[][] = [];
  const steps = [-1, 0, 1].flatMap(y =>
    [-1, 0, 1].flatMap(x => ((x || y) && (corners || x === 0 || y === 0) ? [[x, y] as const] : [])),
  );
  for (let start = 0; start < size * size; start++) {
    if (done[start] || !belongs(start)) continue;
    const part = [start];
    done[start] = 1;
    for (let next = 0; next < part.length; next++) {
      const at = part[next] ?? 0;
      for (const [x, y] of steps) {
        const [u, v] = [(at % size) + x, Math.floor(at / size) + y];
        const neighbour = v * size + u;
        if (u < 0 || v < 0 || u >= size || v >= size || done[neighbour] || !belongs(neighbour)) continue;
        done[neighbour] = 1;
        part.push(neighbour);
      }
    }
    parts.push(part);
  }
  return parts;
}

/** An engine whose predictions are refined. Everything else is the engine's own. `onDisagreement`: as `predictViews` tells it. */
export function refined(
  engine: Engine,
  inference: Refinements,
  onDisagreement?: (image: number, disagreement: number) => void,
): Engine {
  if (!inference.views && !inference.largest && !inference.holes) return engine;
  const { size } = engine.settings;
  const area = size * size;
  const predict: Engine['predict'] = async (images, count, features) => {
    const result = await predictViews(
      engine,
      images,
      { count, size, views: inference.views, features },
      onDisagreement,
    );
    for (let i = 0; i < count; i++)
      result.set(refine(result.subarray(i * area, (i + 1) * area), size, inference), i * area);
    return result;
  };
  return withPredict(engine, predict);
}
