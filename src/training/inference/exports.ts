/** Zips for other programs and places; loaded when one is asked for. */
import { encode } from 'fast-png';
import { bioimageioFiles } from '../../formats/exports/bioimageio.ts';
import { exportInput } from '../../formats/exports/export-input.ts';
import { type ExportFiles, zipExport } from '../../formats/exports/files.ts';
import { huggingFaceFiles } from '../../formats/exports/hugging-face.ts';
import { nnunetPaths, nnunetTexts } from '../../formats/exports/nnunet.ts';
import type { Split } from '../../protocol/dataset.ts';
import type { TestResult } from '../../protocol/scores.ts';
import type { Model } from '../model.ts';
import type { PixelSource } from '../pixels.ts';

export { testPicture as picture } from '../../formats/exports/test-picture.ts';

export interface ExportFor {
  readonly to: 'bioimageio' | 'huggingFace';
  readonly card: string;
  readonly test: { readonly result: TestResult; readonly dataset: string } | null;
}

interface Packed extends Omit<ExportFor, 'to'> {
  readonly model: Model;
  /** RGB [S,S,3], and the model's own answer to it, [S,S]. */
  readonly picture: Uint8Array;
  readonly probability: Float32Array;
}

export async function packFor(to: ExportFor['to'], { model, test, ...rest }: Packed): Promise<Uint8Array<ArrayBuffer>> {
  const input = exportInput(model, rest);
  switch (to) {
    case 'bioimageio':
      return zipExport(await bioimageioFiles(input));
    case 'huggingFace':
      return zipExport(huggingFaceFiles(input, test));
    default:
      throw to satisfies never;
  }
}

/** Read a few at a time, so that only PNGs gather in memory. */
const CHUNK = 16;

export async function zipNnunet(
  pixels: PixelSource,
  ids: readonly string[],
  split: Split,
  onProgress: (done: number, total: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = pixels;
  const area = size * size;
  const { cases, texts } = nnunetTexts(ids, split, size);
  const files: Record<string, ExportFiles[string]> = { ...texts };
  const tested = new Set(split.test);
  const places = [...cases.keys()];
  const png = (data: Uint8Array, channels: number) =>
    Uint8Array.from(encode({ width: size, height: size, data, channels, depth: 8 }));
  for (let start = 0; start < places.length; start += CHUNK) {
    const part = places.slice(start, start + CHUNK);
    const { images, masks } = await pixels.read(part);
    for (const [i, place] of part.entries()) {
      const { image, label } = nnunetPaths(cases.get(place)!, tested.has(place));
      files[image] = png(images.slice(3 * i * area, 3 * (i + 1) * area), 3);
      files[label] = png(masks.slice(i * area, (i + 1) * area), 1);
    }
    onProgress(start + part.length, places.length);
  }
  return zipExport(files);
}
