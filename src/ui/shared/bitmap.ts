/**
 * Pixels as a BMP file: written in one go without a canvas, lossless, shown by every browser. So an image of the page is a
 * plain <img> whose bytes are exactly the network's, and there is nothing to wait for.
 */

const HEADER = 54;

/** 24-bit BMP of RGB bytes [S,S,3], or of 0/1 values [S,S] as black and white. Throws if the length is neither. */
export function bitmapFile(size: number, pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const channels = pixels.length / (size * size);
  if (channels !== 1 && channels !== 3) throw new RangeError(`${pixels.length} bytes are no picture of side ${size}`);
  // Rows are padded to whole words, and stand from bottom to top, in blue, green, red.
  const stride = Math.ceil((size * 3) / 4) * 4;
  const file = new Uint8Array(HEADER + stride * size);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(2, file.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, size, true);
  view.setInt32(22, size, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, stride * size, true);
  for (let y = 0; y < size; y++) {
    const row = HEADER + (size - 1 - y) * stride;
    for (let x = 0; x < size; x++) {
      for (let c = 0; c < 3; c++) {
        const value = channels === 3 ? pixels[(y * size + x) * 3 + 2 - c] : pixels[y * size + x] ? 255 : 0;
        file[row + x * 3 + c] = value ?? 0;
      }
    }
  }
  return file;
}
