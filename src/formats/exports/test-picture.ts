/** A drawn image for the exports' test tensors: an image of a person would bring its own terms along. */
import { encode } from 'fast-png';
import { hash, randomStream } from '../../random/pcg.ts';

/** RGB [S,S,3]: a dark, uneven spot on skin, always the same for a size. */
export function testPicture(size: number): Uint8Array<ArrayBuffer> {
  const random = randomStream(hash(19, size));
  const image = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const [x, y] = [((i % size) + 0.5) / size - 0.48, (Math.floor(i / size) + 0.5) / size - 0.53];
    const angle = Math.atan2(y, x);
    const inside = Math.hypot(x, y * 1.2) < 0.24 * (1 + 0.15 * Math.sin(3 * angle + 1));
    const [red, green, blue] = inside ? [120, 72, 52] : [214, 164, 142];
    const noise = 12 * (random.unit() - 0.5);
    image.set([red + noise, green + noise, blue + noise], 3 * i);
  }
  return image;
}

/** A PNG of the image beside what the network makes of it, at least 256 pixels high. */
export function coverPicture(image: Uint8Array, probability: Float32Array, size: number): Uint8Array<ArrayBuffer> {
  const factor = Math.max(1, Math.ceil(256 / size));
  const side = size * factor;
  const data = new Uint8Array(2 * side * side * 3);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < 2 * side; x++) {
      const at = Math.floor(y / factor) * size + Math.floor((x % side) / factor);
      const grey = Math.round(255 * (probability[at] ?? 0));
      const colour = x < side ? image.subarray(3 * at, 3 * at + 3) : [grey, grey, grey];
      data.set(colour, 3 * (y * 2 * side + x));
    }
  return Uint8Array.from(encode({ width: 2 * side, height: side, data, channels: 3, depth: 8 }));
}
