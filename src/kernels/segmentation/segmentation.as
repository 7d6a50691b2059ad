// Soft Dice with optional cross-entropy, the scores, the gradient by the logits, the probabilities: the formulas are those of loss.wgsl,
// loss-sums.wgsl and loss-gradient.wgsl, in double precision, for there is one logit a pixel. A chunk is some pixels of one image.
import { firstOf } from '../simd';
import { at } from '../tensor';

@unmanaged
export class LossShape {
  logits: usize;
  logitsStride: i32;
  gradient: usize;
  gradientStride: i32;
  /** A byte per pixel, 0 or not. */
  masks: usize;
  /** Of each chunk: Σp, Σg, Σpg, Σ cross-entropy, |p ≥ ½|, |p ≥ ½ and g|, right pixels, logits not finite; 64-bit floats. */
  sums: usize;
  /** Of each image: 2αD, 1 / (2αΣp + 2βΣg + s) / images; 64-bit floats. */
  factors: usize;
  /** Loss, 0, then hard Dice and accuracy of each image; 32-bit floats. */
  result: usize;
  /** Of an image. */
  pixels: i32;
  pixelsPerChunk: i32;
  /** Of an image. */
  chunks: i32;
  images: i32;
  crossEntropy: f32;
  focal: f32;
  tversky: f32;
  smoothing: f32;
}

@inline
function sigmoid(z: f64): f64 {
  return 1 / (1 + Math.exp(-z));
}

/** log(1 + exp(x)). */
function softplus(x: f64): f64 {
  return max(x, 0.0) + Math.log1p(Math.exp(-abs(x)));
}

@inline
function finite(z: f32): bool {
  return (reinterpret<u32>(z) & 0x7f800000) != 0x7f800000;
}

export function lossSums(shape: LossShape, chunk: i32, scratch: usize): void {
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  const focal = <f64>shape.focal;
  let p: f64 = 0;
  let g: f64 = 0;
  let pg: f64 = 0;
  let entropy: f64 = 0;
  let lesion: f64 = 0;
  let both: f64 = 0;
  let right: f64 = 0;
  let broken: f64 = 0;
  for (let i = image * shape.pixels + begin; i < image * shape.pixels + end; i++) {
    const logit = load<f32>(at(shape.logits, shape.logitsStride, i, 0));
    const truth = load<u8>(shape.masks + i) != 0;
    if (!finite(logit)) {
      broken++;
      continue;
    }
    const z = <f64>logit;
    const probability = sigmoid(z);
    p += probability;
    if (truth) {
      g++;
      pg += probability;
    }
    if (shape.crossEntropy != 0) {
      const wrong = softplus(truth ? -z : z);
      // (1 − p of the true class)^γ = exp(−γ · softplus(±z)).
      entropy += focal > 0 ? wrong * Math.exp(-focal * softplus(truth ? z : -z)) : wrong;
    }
    const found = z >= 0;
    if (found) lesion++;
    if (found && truth) both++;
    if (found == truth) right++;
  }
  const to = shape.sums + (<usize>chunk << 6);
  store<f64>(to, p);
  store<f64>(to, g, 8);
  store<f64>(to, pg, 16);
  store<f64>(to, entropy, 24);
  store<f64>(to, lesion, 32);
  store<f64>(to, both, 40);
  store<f64>(to, right, 48);
  store<f64>(to, broken, 56);
}

/** One chunk: all images. Logits that are not finite make a loss that is not a number. */
export function loss(shape: LossShape, chunk: i32, scratch: usize): void {
  const images = <f64>shape.images;
  const pixels = <f64>shape.pixels;
  const beta = <f64>shape.tversky;
  const smoothing = <f64>shape.smoothing;
  let loss: f64 = 0;
  let broken: f64 = 0;
  for (let image = 0; image < shape.images; image++) {
    let p: f64 = 0;
    let g: f64 = 0;
    let pg: f64 = 0;
    let entropy: f64 = 0;
    let lesion: f64 = 0;
    let both: f64 = 0;
    let right: f64 = 0;
    for (let i = 0; i < shape.chunks; i++) {
      const from = shape.sums + (<usize>(image * shape.chunks + i) << 6);
      p += load<f64>(from);
      g += load<f64>(from, 8);
      pg += load<f64>(from, 16);
      entropy += load<f64>(from, 24);
      lesion += load<f64>(from, 32);
      both += load<f64>(from, 40);
      right += load<f64>(from, 48);
      broken += load<f64>(from, 56);
    }
    const size = 2 * (1 - beta) * p + 2 * beta * g + smoothing;
    const dice = (2 * pg + smoothing) / size;
    loss += (1 - dice + (<f64>shape.crossEntropy * entropy) / pixels) / images;
    const factor = shape.factors + (<usize>image << 4);
    store<f64>(factor, 2 * (1 - beta) * dice);
    store<f64>(factor, 1 / size / images, 8);
    const score = shape.result + (<usize>(1 + image) << 3);
    store<f32>(score, lesion + g > 0 ? <f32>((2 * both) / (lesion + g)) : 1);
    store<f32>(score, <f32>(right / pixels), 4);
  }
  store<f32>(shape.result, broken > 0 ? f32.NaN : <f32>loss);
  store<f32>(shape.result, 0, 4);
}

export function lossGradient(shape: LossShape, chunk: i32, scratch: usize): void {
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  const factor = shape.factors + (<usize>image << 4);
  const dice = load<f64>(factor);
  const each = load<f64>(factor, 8);
  const focal = <f64>shape.focal;
  const share = <f64>shape.crossEntropy / (<f64>shape.images * <f64>shape.pixels);
  for (let i = image * shape.pixels + begin; i < image * shape.pixels + end; i++) {
    const z = <f64>load<f32>(at(shape.logits, shape.logitsStride, i, 0));
    const truth = load<u8>(shape.masks + i) != 0;
    const g: f64 = truth ? 1 : 0;
    const p = sigmoid(z);
    let entropy = p - g;
    if (focal > 0) {
      // ±(1 − q)^γ·(γ·q·log q + q − 1), q = sigmoid(a) of the true class, a = ±z.
      const sign: f64 = truth ? 1 : -1;
      const a = sign * z;
      const q = sigmoid(a);
      entropy = sign * Math.exp(-focal * softplus(a)) * (-focal * q * softplus(-a) + q - 1);
    }
    const slope = (dice - 2 * g) * each * p * (1 - p) + share * entropy;
    store<f32>(at(shape.gradient, shape.gradientStride, i, 0), <f32>slope);
  }
}

@unmanaged
export class ProbabilitiesShape {
  logits: usize;
  logitsStride: i32;
  probabilities: usize;
  /** Of all images. */
  pixels: i32;
  pixelsPerChunk: i32;
}

export function probabilities(shape: ProbabilitiesShape, chunk: i32, scratch: usize): void {
  const begin = firstOf(chunk, shape.pixelsPerChunk, shape.pixels);
  const end = min(begin + shape.pixelsPerChunk, shape.pixels);
  for (let i = begin; i < end; i++)
    store<f32>(
      shape.probabilities + (<usize>i << 2),
      <f32>sigmoid(load<f32>(at(shape.logits, shape.logitsStride, i, 0))),
    );
}
