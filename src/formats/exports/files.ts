/** Files of an export, by their paths in it, as one zip. */
import JSZip from 'jszip';

export type ExportFiles = Readonly<Record<string, Uint8Array | string>>;

/** Weights and PNGs do not compress; they are stored as they are. */
export async function zipExport(files: ExportFiles, created = new Date()): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new JSZip();
  for (const [path, content] of Object.entries(files)) zip.file(path, content, { date: created });
  return (await zip.generateAsync({ type: 'uint8array' })) as Uint8Array<ArrayBuffer>;
}
