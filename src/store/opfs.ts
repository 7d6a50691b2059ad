/** Byte files in the origin private file system. Only in a worker. */
import type { ByteFile, ByteWriter, Folder } from './folder.ts';

/** `handle` gives the folder itself; where it is not there it is made if `create`, else rejects with NotFoundError. */
export function diskFolder(handle: (create: boolean) => Promise<FileSystemDirectoryHandle>): Folder {
  const fileOf = async (name: string): Promise<File | undefined> =>
    unlessMissing(async () => (await (await handle(false)).getFileHandle(name)).getFile());
  const writerOf = async (name: string): Promise<FileSystemSyncAccessHandle> =>
    (await (await handle(true)).getFileHandle(name, { create: true })).createSyncAccessHandle();
  return {
    folder: name => diskFolder(async create => (await handle(create)).getDirectoryHandle(name, { create })),
    async open(name) {
      const file = await fileOf(name);
      return file && byteFile(file, () => fileOf(name));
    },
    async list() {
      const names: string[] = [];
      await unlessMissing(async () => {
        for await (const name of (await handle(false)).keys()) names.push(name);
      });
      return names;
    },
    async read(name) {
      const file = await fileOf(name);
      return file && new Uint8Array(await file.arrayBuffer());
    },
    async write(name, bytes) {
      const writer = await writerOf(name);
      try {
        writer.truncate(0);
        writeAll(writer, bytes, 0);
        writer.flush();
      } finally {
        writer.close();
      }
    },
    async append(name) {
      const writer = await writerOf(name);
      writer.truncate(0);
      return byteWriter(writer);
    },
    async remove(name) {
      try {
        await unlessMissing(async () => (await handle(false)).removeEntry(name, { recursive: true }));
      } catch (thrown) {
        if (!(thrown instanceof DOMException && thrown.name === 'NoModificationAllowedError')) throw thrown;
      }
    },
  };
}

/** A full disk does not throw: Chromium returns 4294967288, and it may write less than asked. */
function writeAll(writer: FileSystemSyncAccessHandle, bytes: Uint8Array, at: number): void {
  if (writer.write(bytes as Uint8Array<ArrayBuffer>, { at }) !== bytes.length)
    throw new DOMException('not all bytes were written', 'QuotaExceededError');
}

function byteFile(file: File, again: () => Promise<File | undefined>): ByteFile {
  let current = file;
  return {
    size: file.size,
    async slice(begin, end) {
      const used = current;
      try {
        return new Uint8Array(await used.slice(begin, end).arrayBuffer());
      } catch (thrown) {
        // The browser may give a file up that is still there, as seen after a long standstill of the machine: it is opened once more.
        const found = current === used ? await again() : current;
        if (found?.size !== file.size) throw thrown;
        current = found;
        return new Uint8Array(await found.slice(begin, end).arrayBuffer());
      }
    },
  };
}

function byteWriter(writer: FileSystemSyncAccessHandle): ByteWriter {
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(bytes) {
      writeAll(writer, bytes, length);
      length += bytes.length;
    },
    ready: async () => {},
    async finish() {
      writer.flush();
      writer.close();
    },
    // A second time is no error.
    close: () => writer.close(),
  };
}

async function unlessMissing<T>(use: () => Promise<T>): Promise<T | undefined> {
  try {
    return await use();
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotFoundError') return undefined;
    throw thrown;
  }
}
