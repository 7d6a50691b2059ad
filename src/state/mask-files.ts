/** Files as one zip. The zip writer is loaded when somebody asks for one. */

/** Of equal names the later ones are numbered. The bytes are stored as they are: PNGs are compressed already. */
export async function zipFiles(files: readonly { name: string; bytes: Uint8Array<ArrayBuffer> }[]): Promise<Blob> {
  const { default: JSZip } = await import('jszip');
  const zip = new JSZip();
  for (const [place, name] of uniqueNames(files.map(({ name }) => name)).entries()) {
    const bytes = files[place]?.bytes;
    if (bytes) zip.file(name, bytes);
  }
  return zip.generateAsync({ type: 'blob' });
}

/** X.png, X (2).png, X (3).png: told apart without regard to case, as most disks do. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(name => {
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let unique = name;
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${stem} (${number})${ending}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}
