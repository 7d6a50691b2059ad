/** A mask as a PNG file of its own sides, and back: 8-bit grey, 0 for skin, 255 for the lesion. */
import { decode, encode } from 'fast-png';
import { maskDecoder, maskEncoder } from '../masks/coded.ts';

export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Of a mask as masks/coded.ts codes it. Throws RangeError where it has other sides. */
export function pngOfMask(coded: Uint8Array, { width, height }: Sides): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(width * height);
  maskDecoder(coded).fill(data);
  for (let i = 0; i < data.length; i++) data[i]! *= 255;
  return Uint8Array.from(encode({ width, height, data, channels: 1, depth: 8 }));
}

/** The coded mask of such a file; what is above one half is the lesion. */
export function maskOfPng(png: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { data } = decode(png);
  const encoder = maskEncoder();
  encoder.push(Uint8Array.from(data, value => (value > 127 ? 1 : 0)));
  return encoder.finish();
}
