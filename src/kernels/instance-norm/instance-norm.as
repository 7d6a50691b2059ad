// Instance norm with the dropout before it and the leaky ReLU after it, as in apply.wgsl and statistics.wgsl:
//
//   forward:   output = leaky(γ x̂ + β),  x̂ = (dropout(x) − mean) / deviation
//   backward:  target = dropout'( γ / deviation · (d − Σd / n − x̂ · Σ(d·x̂) / n) ),  d = gradient · leaky'(γ x̂ + β)
//
// A chunk is some pixels of one image, taken four channels at a time. Sums over an image are made of its chunks', in their order.
import { fma, firstOf, loadSome, storeSome } from '../simd';
import { dropoutFactors, pcg, Step } from '../random';
import { at } from '../tensor';

@unmanaged
export class NormShape {
  step: usize;
  input: usize;
  inputStride: i32;
  /** Forward the result, backward the gradient of the input; unused by sums. */
  output: usize;
  outputStride: i32;
  gradient: usize;
  gradientStride: i32;
  accumulate: i32;
  channels: i32;
  /** Of an image. */
  pixels: i32;
  pixelsPerChunk: i32;
  /** Of an image. */
  chunks: i32;
  images: i32;
  /** Pairs (mean, 1 / deviation) and (Σd, Σ d·x̂) of this norm's first channel in image 0, and pairs from image to image. */
  moments: usize;
  sums: usize;
  pairs: i32;
  /** Pairs of each chunk: [image, chunk, channel]. */
  partial: usize;
  /** Addresses of γ and β of the first channel. */
  gamma: usize;
  beta: usize;
  epsilon: f32;
  slope: f32;
  /** Of dropout; 0 for none. */
  rate: f32;
  stream: u32;
}

@inline
function dropoutKey(shape: NormShape): u32 {
  return pcg(shape.stream + changetype<Step>(shape.step).dropoutKey);
}

@inline
function drops(shape: NormShape): bool {
  return shape.rate > 0 && changetype<Step>(shape.step).dropoutOn != 0;
}

@inline
function pairAt(base: usize, index: i32): usize {
  return base + (<usize>index << 3);
}

/** Four channels' first or second numbers out of pairs that lie one after the other. */
@inline
function firsts(from: usize): v128 {
  return i8x16.shuffle(v128.load(from), v128.load(from, 16), 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

@inline
function seconds(from: usize): v128 {
  return i8x16.shuffle(v128.load(from), v128.load(from, 16), 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

function storePairs(to: usize, a: v128, b: v128, count: i32): void {
  const low = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const high = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  storeSome(to, low, min(4, 2 * count));
  storeSome(to + 16, high, 2 * count - 4);
}

@inline
function valueOf(shape: NormShape, pixel: i32, channel: i32, count: i32, drop: bool, key: u32): v128 {
  const x = loadSome(at(shape.input, shape.inputStride, pixel, channel), count);
  return drop ? f32x4.mul(x, dropoutFactors(key, shape.rate, pixel * shape.channels + channel)) : x;
}

/** Pixels summed on their own: the error of one long serial sum grows with its length. */
const BLOCK = 32;

/** Of each chunk the mean and the squared distances from it; of an image's only chunk the mean and 1 / deviation. */
export function normMoments(shape: NormShape, chunk: i32, scratch: usize): void {
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  const n = <f32>(end - begin);
  const first = image * shape.pixels;
  const drop = drops(shape);
  const key = dropoutKey(shape);
  for (let c = 0; c < shape.channels; c += 4) {
    const count = min(4, shape.channels - c);
    // The mean of the chunk first, so that a large one does not eat the variance's digits.
    let total = f32x4.splat(0);
    for (let p = begin; p < end; p += BLOCK) {
      let part = f32x4.splat(0);
      const stop = min(end, p + BLOCK);
      for (let q = p; q < stop; q++) part = f32x4.add(part, valueOf(shape, first + q, c, count, drop, key));
      total = f32x4.add(total, part);
    }
    const mean = f32x4.div(total, f32x4.splat(n));
    let distances = f32x4.splat(0);
    for (let p = begin; p < end; p += BLOCK) {
      let part = f32x4.splat(0);
      const stop = min(end, p + BLOCK);
      for (let q = p; q < stop; q++) {
        const away = f32x4.sub(valueOf(shape, first + q, c, count, drop, key), mean);
        part = fma(away, away, part);
      }
      distances = f32x4.add(distances, part);
    }
    if (shape.chunks == 1) {
      const variance = f32x4.add(f32x4.div(distances, f32x4.splat(n)), f32x4.splat(shape.epsilon));
      const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(variance));
      storePairs(pairAt(shape.moments, image * shape.pairs + c), mean, inverse, count);
    } else storePairs(pairAt(shape.partial, chunk * shape.channels + c), mean, distances, count);
  }
}

/** Of each image: its chunks' means and distances joined (Chan, Golub and LeVeque 1983). A chunk is an image. */
export function normMomentsOfChunks(shape: NormShape, image: i32, scratch: usize): void {
  for (let c = 0; c < shape.channels; c++) {
    let n: f64 = 0;
    let mean: f64 = 0;
    let distances: f64 = 0;
    for (let chunk = 0; chunk < shape.chunks; chunk++) {
      const begin = chunk * shape.pixelsPerChunk;
      const more = <f64>(min(begin + shape.pixelsPerChunk, shape.pixels) - begin);
      const pair = pairAt(shape.partial, (image * shape.chunks + chunk) * shape.channels + c);
      const away = <f64>load<f32>(pair) - mean;
      mean += (away * more) / (n + more);
      distances += <f64>load<f32>(pair, 4) + (away * away * n * more) / (n + more);
      n += more;
    }
    const to = pairAt(shape.moments, image * shape.pairs + c);
    store<f32>(to, <f32>mean);
    store<f32>(to, <f32>(1 / Math.sqrt(distances / n + <f64>shape.epsilon)), 4);
  }
}

export function normApply(shape: NormShape, chunk: i32, scratch: usize): void {
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  const first = image * shape.pixels;
  const drop = drops(shape);
  const key = dropoutKey(shape);
  const zero = f32x4.splat(0);
  const slope = f32x4.splat(shape.slope);
  for (let c = 0; c < shape.channels; c += 4) {
    const count = min(4, shape.channels - c);
    const moments = pairAt(shape.moments, image * shape.pairs + c);
    const mean = firsts(moments);
    const scale = f32x4.mul(loadSome(shape.gamma + (<usize>c << 2), count), seconds(moments));
    const beta = loadSome(shape.beta + (<usize>c << 2), count);
    for (let p = first + begin; p < first + end; p++) {
      const x = valueOf(shape, p, c, count, drop, key);
      const affine = fma(f32x4.sub(x, mean), scale, beta);
      const y = v128.bitselect(affine, f32x4.mul(affine, slope), f32x4.gt(affine, zero));
      storeSome(at(shape.output, shape.outputStride, p, c), y, count);
    }
  }
}

/** Of each chunk Σd and Σ d·x̂, or of an image's only chunk the image's. */
export function normSums(shape: NormShape, chunk: i32, scratch: usize): void {
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  const first = image * shape.pixels;
  const drop = drops(shape);
  const key = dropoutKey(shape);
  const zero = f32x4.splat(0);
  const slope = f32x4.splat(shape.slope);
  for (let c = 0; c < shape.channels; c += 4) {
    const count = min(4, shape.channels - c);
    const moments = pairAt(shape.moments, image * shape.pairs + c);
    const mean = firsts(moments);
    const inverse = seconds(moments);
    const scale = f32x4.mul(loadSome(shape.gamma + (<usize>c << 2), count), inverse);
    const beta = loadSome(shape.beta + (<usize>c << 2), count);
    let total = zero;
    let totalNormal = zero;
    for (let p = begin; p < end; p += BLOCK) {
      let part = zero;
      let partNormal = zero;
      const stop = min(end, p + BLOCK);
      for (let q = first + p; q < first + stop; q++) {
        const away = f32x4.sub(valueOf(shape, q, c, count, drop, key), mean);
        const g = loadSome(at(shape.gradient, shape.gradientStride, q, c), count);
        const affine = fma(away, scale, beta);
        const d = v128.bitselect(g, f32x4.mul(g, slope), f32x4.gt(affine, zero));
        part = f32x4.add(part, d);
        partNormal = fma(d, f32x4.mul(away, inverse), partNormal);
      }
      total = f32x4.add(total, part);
      totalNormal = f32x4.add(totalNormal, partNormal);
    }
    const to =
      shape.chunks == 1
        ? pairAt(shape.sums, image * shape.pairs + c)
        : pairAt(shape.partial, chunk * shape.channels + c);
    storePairs(to, total, totalNormal, count);
  }
}

/** A chunk is an image. */
export function normSumsOfChunks(shape: NormShape, image: i32, scratch: usize): void {
  for (let c = 0; c < shape.channels; c++) {
    let first: f64 = 0;
    let second: f64 = 0;
    for (let chunk = 0; chunk < shape.chunks; chunk++) {
      const pair = pairAt(shape.partial, (image * shape.chunks + chunk) * shape.channels + c);
      first += load<f32>(pair);
      second += load<f32>(pair, 4);
    }
    const to = pairAt(shape.sums, image * shape.pairs + c);
    store<f32>(to, <f32>first);
    store<f32>(to, <f32>second, 4);
  }
}

export function normGradient(shape: NormShape, chunk: i32, scratch: usize): void {
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  const first = image * shape.pixels;
  const drop = drops(shape);
  const key = dropoutKey(shape);
  const zero = f32x4.splat(0);
  const slope = f32x4.splat(shape.slope);
  const n = f32x4.splat(<f32>shape.pixels);
  for (let c = 0; c < shape.channels; c += 4) {
    const count = min(4, shape.channels - c);
    const moments = pairAt(shape.moments, image * shape.pairs + c);
    const sums = pairAt(shape.sums, image * shape.pairs + c);
    const mean = firsts(moments);
    const inverse = seconds(moments);
    const scale = f32x4.mul(loadSome(shape.gamma + (<usize>c << 2), count), inverse);
    const beta = loadSome(shape.beta + (<usize>c << 2), count);
    const meanD = f32x4.div(firsts(sums), n);
    const meanDNormal = f32x4.div(seconds(sums), n);
    for (let p = first + begin; p < first + end; p++) {
      let x = loadSome(at(shape.input, shape.inputStride, p, c), count);
      let factor = scale;
      if (drop) {
        const kept = dropoutFactors(key, shape.rate, p * shape.channels + c);
        x = f32x4.mul(x, kept);
        factor = f32x4.mul(factor, kept);
      }
      const away = f32x4.sub(x, mean);
      const affine = fma(away, scale, beta);
      const g = loadSome(at(shape.gradient, shape.gradientStride, p, c), count);
      const d = v128.bitselect(g, f32x4.mul(g, slope), f32x4.gt(affine, zero));
      let r = f32x4.mul(
        factor,
        f32x4.sub(f32x4.sub(d, meanD), f32x4.mul(f32x4.mul(away, inverse), meanDNormal)),
      );
      const to = at(shape.output, shape.outputStride, p, c);
      if (shape.accumulate) r = f32x4.add(r, loadSome(to, count));
      storeSome(to, r, count);
    }
  }
}

@unmanaged
export class NormParametersShape {
  /** Pairs [image, channel] of all norms. */
  sums: usize;
  /** Places of γ's and β's gradient of each channel. */
  targets: usize;
  gradients: usize;
  channels: i32;
  images: i32;
  channelsPerChunk: i32;
}

export function normParameterGradients(shape: NormParametersShape, chunk: i32, scratch: usize): void {
  const begin = firstOf(chunk, shape.channelsPerChunk, shape.channels);
  const end = min(begin + shape.channelsPerChunk, shape.channels);
  for (let c = begin; c < end; c++) {
    let d: f32 = 0;
    let dNormal: f32 = 0;
    for (let image = 0; image < shape.images; image++) {
      const pair = pairAt(shape.sums, image * shape.channels + c);
      d += load<f32>(pair);
      dNormal += load<f32>(pair, 4);
    }
    const target = shape.targets + (<usize>c << 3);
    store<f32>(shape.gradients + (<usize>load<u32>(target) << 2), dNormal);
    store<f32>(shape.gradients + (<usize>load<u32>(target, 4) << 2), d);
  }
}
