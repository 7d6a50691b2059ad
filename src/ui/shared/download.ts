/** Hands a file to the browser's downloads. */
export function download({ name, blob }: { name: string; blob: Blob }): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads the address after the click's task; a minute is ample even for a slow disk's dialog.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
