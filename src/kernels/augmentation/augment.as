// A batch's bytes through each image's augmentation, as augment.wgsl does it; augment.ts says what the words of a table mean. A chunk is
// some rows of one image.
import { firstOf } from '../simd';
import { pcg } from '../random';

@unmanaged
export class AugmentShape {
  bytes: usize;
  table: usize;
  output: usize;
  side: i32;
  rowsPerChunk: i32;
  /** Of an image. */
  chunks: i32;
  /** 32-bit words of an image in the table. */
  words: i32;
  noiseDeviation: f32;
  hairRed: f32;
  hairGreen: f32;
  hairBlue: f32;
}

@inline
function number(table: usize, at: i32): f32 {
  return load<f32>(table + (<usize>at << 2));
}

/** Beyond its borders an image is mirrored, the border pixels not repeated. */
@inline
function mirrored(at: i32, side: i32): i32 {
  const last = side - 1;
  const place = abs(at) % (2 * last);
  return place > last ? 2 * last - place : place;
}

@inline
function mix(a: f32, b: f32, part: f32): f32 {
  return a + (b - a) * part;
}

@inline
function clamp(x: f32): f32 {
  return min<f32>(max<f32>(x, 0), 1);
}

export function augmentImages(shape: AugmentShape, chunk: i32, scratch: usize): void {
  const side = shape.side;
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.rowsPerChunk, side);
  const end = min(begin + shape.rowsPerChunk, side);
  const table = shape.table + (<usize>(image * shape.words) << 2);
  const bytes = shape.bytes + <usize>(image * side * side * 3);
  const output = shape.output + (<usize>(image * side * side * 3) << 2);
  if (load<u32>(table) == 0) {
    for (let i = begin * side * 3; i < end * side * 3; i++)
      store<f32>(output + (<usize>i << 2), <f32>load<u8>(bytes + i) / 255);
    return;
  }
  for (let y = begin; y < end; y++)
    for (let x = 0; x < side; x++) pixel(shape, table, bytes, x, y, output + (<usize>((y * side + x) * 3) << 2));
}

// prettier-ignore
function pixel(shape: AugmentShape, table: usize, bytes: usize, x: i32, y: i32, to: usize): void {
  const side = shape.side;
  const u = number(table, 1) * <f32>x + number(table, 2) * <f32>y + number(table, 3);
  const v = number(table, 4) * <f32>x + number(table, 5) * <f32>y + number(table, 6);
  blurred(bytes, side, u, v, number(table, 7), to);
  const red = load<f32>(to);
  const green = load<f32>(to, 4);
  const blue = load<f32>(to, 8);
  const gamma = number(table, 10);
  const hairs = load<u32>(table, 44);
  const cover = hairs > 0 ? covered(table, hairs, <f32>x, <f32>y) : 0;
  const deviation = number(table, 8);
  const key = load<u32>(table, 36);
  for (let c = 0; c < 3; c++) {
    const row = 12 + 4 * c;
    let value = clamp(
      number(table, row) * red + number(table, row + 1) * green + number(table, row + 2) * blue + number(table, row + 3),
    );
    if (gamma != 1) value = Mathf.pow(max<f32>(value, 1e-6), gamma);
    value = mix(value, c == 0 ? shape.hairRed : c == 1 ? shape.hairGreen : shape.hairBlue, cover);
    if (deviation > 0) value = clamp(value + deviation * noise(shape, key + (y * side + x) * 3 + c));
    store<f32>(to + (<usize>c << 2), value);
  }
}

/** A Gaussian of that deviation in source pixels, by 5 × 5 samples 0.8 deviations apart; three channels in 0..1. */
function blurred(bytes: usize, side: i32, u: f32, v: f32, deviation: f32, to: usize): void {
  if (deviation == 0) {
    between(bytes, side, u, v, to);
    return;
  }
  let red: f32 = 0;
  let green: f32 = 0;
  let blue: f32 = 0;
  let total: f32 = 0;
  for (let i = -2; i <= 2; i++)
    for (let j = -2; j <= 2; j++) {
      const dx: f32 = 0.8 * <f32>i;
      const dy: f32 = 0.8 * <f32>j;
      const weight = <f32>Math.exp(-0.5 * <f64>(dx * dx + dy * dy));
      between(bytes, side, u + deviation * dx, v + deviation * dy, to);
      red += weight * load<f32>(to);
      green += weight * load<f32>(to, 4);
      blue += weight * load<f32>(to, 8);
      total += weight;
    }
  store<f32>(to, red / total);
  store<f32>(to, green / total, 4);
  store<f32>(to, blue / total, 8);
}

function between(bytes: usize, side: i32, u: f32, v: f32, to: usize): void {
  const x = <i32>floor(u);
  const y = <i32>floor(v);
  const across = u - floor(u);
  const down = v - floor(v);
  const left = mirrored(x, side);
  const right = mirrored(x + 1, side);
  const top = mirrored(y, side) * side;
  const bottom = mirrored(y + 1, side) * side;
  for (let c = 0; c < 3; c++) {
    const above = mix(sample(bytes, top + left, c), sample(bytes, top + right, c), across);
    const below = mix(sample(bytes, bottom + left, c), sample(bytes, bottom + right, c), across);
    store<f32>(to + (<usize>c << 2), mix(above, below, down) / 255);
  }
}

@inline
function sample(bytes: usize, pixel: i32, c: i32): f32 {
  return <f32>load<u8>(bytes + <usize>(pixel * 3 + c));
}

/** How much of a pixel hairs cover: each a quadratic curve by 8 straight pieces, with edges a pixel wide. */
function covered(table: usize, hairs: u32, x: f32, y: f32): f32 {
  let most: f32 = 0;
  for (let hair: u32 = 0; hair < hairs; hair++) {
    const h = 24 + <i32>hair * 8;
    let nearest: f32 = 1e9;
    let beforeX = number(table, h);
    let beforeY = number(table, h + 1);
    for (let i = 1; i <= 8; i++) {
      const t: f32 = <f32>i / 8;
      const rest: f32 = 1 - t;
      const a: f32 = rest * rest;
      const b: f32 = 2 * t * rest;
      const c: f32 = t * t;
      const nextX = a * number(table, h) + b * number(table, h + 2) + c * number(table, h + 4);
      const nextY = a * number(table, h + 1) + b * number(table, h + 3) + c * number(table, h + 5);
      nearest = min(nearest, segmentDistance(x, y, beforeX, beforeY, nextX, nextY));
      beforeX = nextX;
      beforeY = nextY;
    }
    most = max(most, number(table, h + 7) * clamp(number(table, h + 6) - nearest + 0.5));
  }
  return most;
}

function segmentDistance(x: f32, y: f32, ax: f32, ay: f32, bx: f32, by: f32): f32 {
  const dx = bx - ax;
  const dy = by - ay;
  const t = clamp(((x - ax) * dx + (y - ay) * dy) / max<f32>(dx * dx + dy * dy, 1e-12));
  const ex = x - ax - t * dx;
  const ey = y - ay - t * dy;
  return sqrt(ex * ex + ey * ey);
}

function noise(shape: AugmentShape, index: u32): f32 {
  const bits = pcg(index);
  const sum = (bits & 255) + ((bits >> 8) & 255) + ((bits >> 16) & 255) + (bits >> 24);
  return (<f32>sum - 510) / shape.noiseDeviation;
}

export function augmentMasks(shape: AugmentShape, chunk: i32, scratch: usize): void {
  const side = shape.side;
  const image = chunk / shape.chunks;
  const begin = firstOf(chunk % shape.chunks, shape.rowsPerChunk, side);
  const end = min(begin + shape.rowsPerChunk, side);
  const table = shape.table + (<usize>(image * shape.words) << 2);
  const bytes = shape.bytes + <usize>(image * side * side);
  const output = shape.output + <usize>(image * side * side);
  const changed = load<u32>(table) != 0;
  for (let y = begin; y < end; y++)
    for (let x = 0; x < side; x++) {
      let share = lesion(bytes, y * side + x);
      if (changed) {
        const u = number(table, 1) * <f32>x + number(table, 2) * <f32>y + number(table, 3);
        const v = number(table, 4) * <f32>x + number(table, 5) * <f32>y + number(table, 6);
        const left = mirrored(<i32>floor(u), side);
        const right = mirrored(<i32>floor(u) + 1, side);
        const top = mirrored(<i32>floor(v), side) * side;
        const bottom = mirrored(<i32>floor(v) + 1, side) * side;
        share = mix(
          mix(lesion(bytes, top + left), lesion(bytes, top + right), u - floor(u)),
          mix(lesion(bytes, bottom + left), lesion(bytes, bottom + right), u - floor(u)),
          v - floor(v),
        );
      }
      store<u8>(output + (y * side + x), share >= 0.5 ? 1 : 0);
    }
}

@inline
function lesion(bytes: usize, pixel: i32): f32 {
  return load<u8>(bytes + pixel) != 0 ? 1 : 0;
}
