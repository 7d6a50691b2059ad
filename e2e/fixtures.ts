/** Files that the tests drop on the page, made here byte by byte. */
import JSZip from 'jszip';
import { randomStream } from '../src/random/pcg.ts';
import { pngBytes, pngChunk } from '../src/testing/archives.ts';

export interface FixtureFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** An ellipse on skin, 48×32, as a progressive JPEG and as one of four inks (drawn for these tests). */
export const progressiveJpeg = Buffer.from(
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAAgADADASIAAhEBAxEB/8QAGgAAAgMBAQAAAAAAAAAAAAAAAAQCAwUGAf/EABcBAQEBAQAAAAAAAAAAAAAAAAECAwD/2gAMAwEAAhADEAAAAXReGG7ZzkaOlErZV4Vj2f5oDM7aAr//xAAcEAADAAIDAQAAAAAAAAAAAAAAAhEBAxASMSL/2gAIAQEAAQUCpSlKUoz9VfYziuymvZ3SlG+lzjOM+mvHVaUvHhSn/8QAFhEBAQEAAAAAAAAAAAAAAAAAEBEA/9oACAEDAQE/AdWH/8QAFhEBAQEAAAAAAAAAAAAAAAAAEBEA/9oACAECAQE/AdGn/8QAGhAAAgMBAQAAAAAAAAAAAAAAAAEQESEgMP/aAAgBAQAGPwLts1mMuWjYrw//xAAdEAEAAgIDAQEAAAAAAAAAAAABABExQRAgIWFR/9oACAEBAAE/Ie4AEdRb0r8MRm3PkoN98h+rKEKYCqC2Ve2XoFHPsEwA5P/aAAwDAQACAAMAAAAQHML/AH//AP/EABQRAQAAAAAAAAAAAAAAAAAAACD/2gAIAQMBAT8QX//EABYRAAMAAAAAAAAAAAAAAAAAABARIP/aAAgBAgEBPxAVD//EAB0QAAICAgMBAAAAAAAAAAAAAAABEXEhUTFhgUH/2gAIAQEAAT8QuXLly5cuZgUsxsZWs3DoTwT4Vth+CoqOCaZcuKcOIYffweHECw0zhIlx5P0Lly4lhUmmpFUKOlBcuf/Z',
  'base64',
);
export const cmykJpeg = Buffer.from(
  '/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/9sAQwEODg4TERMmFRUmTzUtNU9PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P/8AAFAgAIAAwBAEiAAIRAQMRAQQiAP/EABsAAAICAwEAAAAAAAAAAAAAAAADAQQCBQYH/8QAJxAAAQMDAwQBBQAAAAAAAAAAAQACAwQRExIxYQUhQVEiMmJxgaH/xAAWAQEBAQAAAAAAAAAAAAAAAAADAgX/xAAaEQACAwEBAAAAAAAAAAAAAAAAEQECEhMh/9oADgQBAAIRAxEEAAA/AOMsiyZpUsYXuDR5K0UZejsMvKMvKoZeUmrrW0tLJO/u2Nt7e+EqyLLaxwRxjs0E+ypfFHIDqaO/nyr5g94ZtcvKMvK8xruq1ldI4zTODDtG02aP0l0lfV0Tw6nneyx+m/xP5C1NkWTpYschbv6WOlQhosz1LLyjLytL0vqQr6Fk9g12zwPBCt5eU3SpZ8Hhw8JuhGhIgNFDLykVrBV0csBNtY7H0dx/VXy8oy8qy1wcLtKkkAXJsFVDSNlJaTubqmHmDlZ4JKeQxysLXD35WMbHyPDI2lzjsAF1T3Mkbpe1rh6IuojMcQtGxrB9oslzHJIXeNgsNKdoRoUoSLLwb0mA0NC2Jx+ZOp1vZV3LyqGXlGXlf//Z',
  'base64',
);

type ColourType = 'grey' | 'rgb' | 'palette' | 'rgba';
const colourTypes = { grey: 0, rgb: 2, palette: 3, rgba: 6 } as const;

export { pngChunk as chunk };

/** A PNG whose samples `sample(x, y, channel)` gives, 0..255 or 0..65535 by bit depth. Palette: 0 black, 1 white. */
export function png(
  width: number,
  height: number,
  colour: ColourType,
  sample: (x: number, y: number, channel: number) => number,
  depth: 8 | 16 = 8,
): Buffer {
  return Buffer.from(pngBytes(width, height, sample, { colourType: colourTypes[colour], depth }));
}

/** Whether the pixel lies in the ellipse of the fixtures' lesion. */
export function inLesion(x: number, y: number, width: number, height: number): boolean {
  return ((x - width / 2) / (width / 4)) ** 2 + ((y - height / 2) / (height / 4)) ** 2 < 1;
}

export function skin(width: number, height: number, shade = 0): Buffer {
  return png(width, height, 'rgb', (x, y, c) =>
    inLesion(x, y, width, height) ? 60 + 10 * c + shade : 200 - 20 * c + ((x + y + shade) % 9),
  );
}

export function mask(width: number, height: number, colour: ColourType = 'grey', bits: 8 | 16 = 8): Buffer {
  const white = colour === 'palette' ? 1 : 2 ** bits - 1;
  return png(width, height, colour, (x, y, c) => (c === 3 || inLesion(x, y, width, height) ? white : 0), bits);
}

/** `count` sound pairs, each image different. */
export function soundPairs(count: number): Record<string, Buffer> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      [`data/images/ISIC_${1000 + i}.png`, skin(48, 32, i)],
      [`data/masks/ISIC_${1000 + i}_segmentation.png`, mask(48, 32)],
    ]).flat() as [string, Buffer][],
  );
}

/** A disc on skin, 32×32: its place, size and colours follow from the number. `of`: what is made of each value. */
export function disc(number: number, of = (value: number) => value): { image: Buffer; mask: Buffer } {
  const random = randomStream(number, 5);
  const [x0, y0, radius] = [10 + 12 * random.unit(), 10 + 12 * random.unit(), 4 + 6 * random.unit()];
  const [light, dark] = [180 + 50 * random.unit(), 50 + 60 * random.unit()];
  const inside = (x: number, y: number) => Math.hypot(x - x0, y - y0) < radius;
  return {
    image: png(32, 32, 'rgb', (x, y, c) => of((inside(x, y) ? dark : light) - 12 * c + ((5 * x + 3 * y) % 7))),
    mask: png(32, 32, 'grey', (x, y) => (inside(x, y) ? 255 : 0)),
  };
}

export async function zipOf(entries: Record<string, Buffer | string>, name = 'set.zip'): Promise<FixtureFile> {
  const zip = new JSZip();
  for (const [path, content] of Object.entries(entries)) zip.file(path, content);
  return {
    name,
    mimeType: 'application/zip',
    buffer: await zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' }),
  };
}
