/** Files as one zip. The zip writer is loaded when somebody asks for one. */
import { maskFileName, uniqueNames } from '../../formats/file-names.ts';

/** Of equal names the later ones are numbered. The bytes are stored as they are: PNGs are compressed already. */
export async function zipFiles(files: readonly { name: string; bytes: Uint8Array<ArrayBuffer> }[]): Promise<Blob> {
  const { default: JSZip } = await import('jszip');
  const zip = new JSZip();
  for (const [i, name] of uniqueNames(files.map(({ name }) => name)).entries()) {
    const bytes = files[i]?.bytes;
    if (bytes) zip.file(name, bytes);
  }
  return zip.generateAsync({ type: 'blob' });
}

/** `some/folder/X.jpg` → `X_segmentation.png`, the name under which this page finds a mask. */
export function maskName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return maskFileName(dot > 0 ? name.slice(0, dot) : name);
}
