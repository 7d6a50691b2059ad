/** The origin private file system in memory, as far as store/ uses it, with failures on purpose. */
import type { Faults } from './faults.ts';

interface Directory {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly folders: Map<string, Directory>;
}

const emptyDirectory = (): Directory => ({ files: new Map(), folders: new Map() });

export function privateFiles(faults: Faults): FileSystemDirectoryHandle {
  return directoryHandle(emptyDirectory(), faults);
}

function directoryHandle({ files, folders }: Directory, faults: Faults): FileSystemDirectoryHandle {
  const none = () => new DOMException('none', 'NotFoundError');
  const handle = {
    getDirectoryHandle: async (name: string, { create = false } = {}) =>
      faults.act('folder', () => {
        const found = folders.get(name) ?? (create ? emptyDirectory() : undefined);
        if (!found) throw none();
        folders.set(name, found);
        return directoryHandle(found, faults);
      }),
    getFileHandle: async (name: string, { create = false } = {}) => {
      faults.act('open', () => {
        if (!files.has(name) && !create) throw none();
        if (!files.has(name)) files.set(name, new Uint8Array());
      });
      return fileHandle(files, name, faults);
    },
    removeEntry: async (name: string) =>
      faults.act('remove', () => {
        if (!files.delete(name) && !folders.delete(name)) throw none();
      }),
    keys: async function* () {
      yield* faults.act('list', () => [...files.keys(), ...folders.keys()]);
    },
  };
  return handle as unknown as FileSystemDirectoryHandle;
}

function fileHandle(files: Map<string, Uint8Array<ArrayBuffer>>, name: string, faults: Faults) {
  const bytes = () => files.get(name) ?? new Uint8Array();
  const write = (added: Uint8Array, at: number): number => {
    const after = new Uint8Array(Math.max(bytes().length, at + added.length));
    after.set(bytes());
    after.set(added, at);
    files.set(name, after);
    return added.length;
  };
  const readable = (part: Uint8Array<ArrayBuffer>) => ({
    size: part.length,
    slice: (begin: number, end: number) => readable(part.slice(begin, end)),
    arrayBuffer: async () => faults.act('read', () => part.slice().buffer),
  });
  return {
    createSyncAccessHandle: async () => {
      faults.act('lock', () => {});
      return {
        truncate: (size: number) => faults.act('truncate', () => void files.set(name, bytes().slice(0, size))),
        // As Chromium does on a full disk: no error, and another number.
        write: (added: Uint8Array, { at }: { at: number }) =>
          faults.act(
            'write',
            () => write(added, at),
            () => write(added.subarray(0, added.length >> 1), at),
          ),
        flush: () => faults.act('flush', () => {}),
        close: () => faults.act('close', () => {}),
      };
    },
    getFile: async () =>
      faults.act('stat', () => {
        if (!files.has(name)) throw new DOMException('none', 'NotFoundError');
        return readable(bytes());
      }),
  };
}
