/**
 * A picture's pixels by ImageDecoder instead of a canvas, for browsers that alter what a canvas gives back. The pixels are those that a
 * canvas would give where nothing is altered, but for WebP with loss, whose colours are enlarged in another way.
 *
 * The picture is held whole: 4 bytes a pixel, of a JPEG mostly 1.5. Throws whatever the browser throws.
 */
import type { MaskPixels } from './png-mask.ts';
import { compareReadBack, knownPicture, type ReadBack } from './read-back.ts';
import { turned } from './turned.ts';
import { type Planes, rgbaRows } from './yuv.ts';

/** A known picture, the way that every other one goes here. */
export async function readBackFrame(): Promise<ReadBack> {
  const sides = { width: 64, height: 64 };
  const known = knownPicture(sides.width, sides.height);
  const { strip } = await framePixels(bmpOf(known, sides), 'image/bmp', { ...sides, orientation: 1 });
  return compareReadBack(known, strip(0, sides.height));
}

/** The plainest file of a picture: a header, then blue, green and red from the lowest row up; a row's bytes are a multiple of four. */
function bmpOf(
  pixels: Uint8ClampedArray,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(54 + 3 * width * height));
  view.setUint16(0, 0x424d);
  view.setUint32(2, view.byteLength, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (let y = 0, at = 54; y < height; y++)
    for (let x = 0; x < width; x++, at += 3)
      for (let c = 0; c < 3; c++) view.setUint8(at + c, pixels[4 * ((height - 1 - y) * width + x) + 2 - c]!);
  return new Uint8Array(view.buffer);
}

/** RGBA, not premultiplied, turned as `orientation` says. */
export async function framePixels(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
  { width, orientation }: { readonly width: number; readonly orientation: number },
): Promise<MaskPixels> {
  const decoder = new ImageDecoder({ data: bytes, type, colorSpaceConversion: 'none' });
  try {
    const { image } = await decoder.decode();
    try {
      const stored = await storedPixels(image, type);
      // Some browsers turn the frame themselves, others only say how it is to be turned.
      if (orientation === 1 || stored.width !== width) return stored;
      const all = stored.strip(0, stored.height);
      return turned((pixel, into, at) => into.set(all.subarray(4 * pixel, 4 * pixel + 4), at), stored, orientation);
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

async function storedPixels(image: VideoFrame, type: string): Promise<MaskPixels> {
  const { codedWidth: width, codedHeight: height, format } = image;
  if (type === 'image/jpeg' && (format === 'I420' || format === 'I422' || format === 'I444')) {
    const planes: Planes = { format, width, height, planes: await planesOf(image, format) };
    return { width, height, strip: (y, rows) => rgbaRows(planes, y, rows) };
  }
  const pixels = new Uint8ClampedArray(width * height * 4);
  await image.copyTo(pixels, { format: 'RGBA' });
  return { width, height, strip: (y, rows) => pixels.slice(y * width * 4, (y + rows) * width * 4) };
}

/** Row by row without the gaps that a frame may have. */
async function planesOf(image: VideoFrame, format: Planes['format']): Promise<Planes['planes']> {
  const bytes = new Uint8Array(image.allocationSize());
  const places = await image.copyTo(bytes);
  const plane = (i: 0 | 1 | 2) => {
    const columns = i === 0 || format === 'I444' ? image.codedWidth : Math.ceil(image.codedWidth / 2);
    const rows = i === 0 || format !== 'I420' ? image.codedHeight : Math.ceil(image.codedHeight / 2);
    const { offset = 0, stride = columns } = places[i] ?? {};
    const packed = new Uint8Array(columns * rows);
    for (let y = 0; y < rows; y++)
      packed.set(bytes.subarray(offset + y * stride, offset + y * stride + columns), y * columns);
    return packed;
  };
  return [plane(0), plane(1), plane(2)];
}
