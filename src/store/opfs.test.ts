import { expect, test } from 'vitest';
import { filesIn } from './checkpoints.ts';
import { Generations, type Pointer } from './generations.ts';

/** How the failing operation fails: before it has done anything, after it is done, or, where it writes, with half of it written. */
type How = 'before' | 'after' | 'half';

/** A folder of the origin private file system in memory. Its `failAt`-th operation fails, and with `dead` all that follow. */
class Folder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  operations: string[] = [];
  failAt = Number.POSITIVE_INFINITY;
  how: How = 'before';
  dead = false;
  #gone = false;

  revive(): void {
    this.failAt = Number.POSITIVE_INFINITY;
    this.#gone = false;
    this.operations = [];
  }

  #act<T>(name: string, act: () => T, half?: () => T): T {
    this.operations.push(name);
    const failing = this.operations.length === this.failAt;
    if (!failing && !this.#gone) return act();
    if (failing && this.how === 'half' && half) return half();
    if (failing && this.how === 'after') act();
    this.#gone = this.dead;
    throw new DOMException(`${name} failed`, 'UnknownError');
  }

  #bytes(name: string): Uint8Array<ArrayBuffer> {
    return this.files.get(name) ?? new Uint8Array();
  }

  #write(name: string, bytes: Uint8Array, at: number): number {
    const before = this.#bytes(name);
    const after = new Uint8Array(Math.max(before.length, at + bytes.length));
    after.set(before);
    after.set(bytes, at);
    this.files.set(name, after);
    return bytes.length;
  }

  readonly handle = {
    getFileHandle: async (name: string, { create = false } = {}) => {
      this.#act('open', () => {
        if (!this.files.has(name) && !create) throw new DOMException('none', 'NotFoundError');
        if (!this.files.has(name)) this.files.set(name, new Uint8Array());
      });
      return {
        createSyncAccessHandle: async () => {
          this.#act('lock', () => {});
          return {
            truncate: (size: number) =>
              this.#act('truncate', () => void this.files.set(name, this.#bytes(name).slice(0, size))),
            // As Chromium does on a full disk: no error, and another number.
            write: (bytes: Uint8Array, { at }: { at: number }) =>
              this.#act(
                'write',
                () => this.#write(name, bytes, at),
                () => this.#write(name, bytes.subarray(0, bytes.length >> 1), at),
              ),
            flush: () => this.#act('flush', () => {}),
            close: () => this.#act('close', () => {}),
          };
        },
        getFile: async () =>
          this.#act('stat', () => ({
            arrayBuffer: async () => this.#act('read', () => this.#bytes(name).slice().buffer),
          })),
      };
    },
    removeEntry: async (name: string) => this.#act('remove', () => void this.files.delete(name)),
    keys: async function* (this: Folder) {
      yield* this.#act('list', () => [...this.files.keys()]);
    }.bind(this),
  } as unknown as FileSystemDirectoryHandle;
}

test.each<[How, boolean]>([
  ['before', false],
  ['before', true],
  ['after', false],
  ['after', true],
  ['half', false],
  ['half', true],
])(
  'whatever call of the file system fails (%s; the page gone with it: %s), a whole generation is found',
  async (how, dead) => {
    const failed: string[] = [];
    for (let failAt = 1; ; failAt++) {
      const folder = new Folder();
      let value: unknown;
      const pointer: Pointer = {
        get: async () => value,
        set: async next => {
          value = next;
        },
      };
      let names = 0;
      const open = () => new Generations(filesIn(folder.handle), pointer, () => `file-${++names}`);
      const bytes = (digit: number) => new Uint8Array(8).fill(digit);
      const same = (found: Uint8Array) => [...found];
      for (const digit of [1, 2]) await open().publish(bytes(digit), []);
      folder.revive();
      Object.assign(folder, { failAt, how, dead });
      const told = await open()
        .publish(bytes(3), [])
        .then(
          () => false,
          () => true,
        );
      const operation = folder.operations[failAt - 1];
      folder.revive();
      expect([[...bytes(2)], [...bytes(3)]], `${operation} failed`).toContainEqual(await open().latest(same));
      if (!told) expect(await open().latest(same)).toEqual([...bytes(3)]);
      await open().publish(bytes(4), []);
      expect(await open().latest(same)).toEqual([...bytes(4)]);
      expect(folder.files.size).toBe(2);
      if (operation === undefined) break;
      failed.push(operation);
    }
    // Each call of a publish has failed once.
    for (const operation of ['open', 'lock', 'truncate', 'write', 'flush', 'close', 'stat', 'read', 'list', 'remove'])
      expect(failed).toContain(operation);
  },
);
