/**
 * Packs drawn pictures as a zip of images and masks in a folder each, so that the demo takes the same path as a dropped file. Their names
 * are the demo's own: nobody shall take a drawn picture for one of ISIC's.
 */
import JSZip from 'jszip';
import { drawDemoPicture } from './draw.ts';

/** Only in a worker or page: the browser encodes the JPEG and PNG files. `onDrawn` hears how many are done. */
export async function drawDemoArchive(
  count: number,
  seed: number,
  signal: AbortSignal,
  onDrawn: (done: number) => void,
): Promise<File> {
  const zip = new JSZip();
  const date = new Date(Date.UTC(2018, 5, 1));
  for (let index = 0; index < count; index++) {
    signal.throwIfAborted();
    const { width, height, rgba, mask } = drawDemoPicture(seed, index);
    const grey = new Uint8ClampedArray(rgba.length);
    for (let i = 0; i < mask.length; i++)
      grey.fill(mask[i] === 1 ? 255 : 0, i * 4, i * 4 + 3).fill(255, i * 4 + 3, i * 4 + 4);
    const names = demoNames(index);
    const image = await encode(new ImageData(rgba, width, height), { type: 'image/jpeg', quality: 0.92 });
    const truth = await encode(new ImageData(grey, width, height), { type: 'image/png' });
    zip.file(names.image, image, { date });
    zip.file(names.mask, truth, { date });
    onDrawn(index + 1);
  }
  const blob = await zip.generateAsync({ type: 'blob', compression: 'STORE' });
  return new File([blob], 'demo-data.zip', { type: 'application/zip' });
}

/** Of the picture with this number, from 0; in the order of the numbers up to 9999 pictures. */
export function demoNames(index: number): { readonly image: string; readonly mask: string } {
  const id = `demo_${String(index + 1).padStart(4, '0')}`;
  return { image: `demo/images/${id}.jpg`, mask: `demo/masks/${id}_segmentation.png` };
}

async function encode(picture: ImageData, options: ImageEncodeOptions): Promise<ArrayBuffer> {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  // In memory: a canvas of the GPU would be read back for each file.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Error('the browser gave no 2D canvas');
  context.putImageData(picture, 0, 0);
  return (await canvas.convertToBlob(options)).arrayBuffer();
}
