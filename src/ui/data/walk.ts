/**
 * Dropped things as a flat list of files with their paths inside the dropped folders. The entries must be taken from the
 * drop event before the first await: the browser empties the event after its handler.
 */
import type { SourceFile } from '../../protocol/data.ts';

/** The entries of a drop; where the browser has none, its plain files. */
export function entriesOf(transfer: DataTransfer): { entries: FileSystemEntry[]; files: File[] } {
  const items = [...transfer.items].filter(item => item.kind === 'file');
  const entries = items.map(item => item.webkitGetAsEntry?.() ?? null).filter(entry => entry !== null);
  return { entries, files: entries.length === 0 ? [...transfer.files] : [] };
}

/** Every file below the entries, folders depth first, in the order in which the browser lists them. */
export async function walkEntries(entries: readonly FileSystemEntry[]): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const entry of entries) {
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      found.push({ path: entry.fullPath.replace(/^\//, ''), file });
    } else if (isDirectory(entry)) {
      found.push(...(await walkEntries(await childrenOf(entry))));
    }
  }
  return found;
}

/** Files of an input; those of a folder input carry their paths. */
export function sourceFiles(files: Iterable<File>): SourceFile[] {
  return [...files].map(file => ({ path: file.webkitRelativePath || file.name, file }));
}

/** A reader gives a folder in portions (100 in Chromium) and ends with an empty one. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return children;
    children.push(...portion);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
