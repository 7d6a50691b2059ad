/**
 * One thing that lasts, replaced as a whole: a new file is written, its length and bytes are compared with what was meant, then
 * one transaction makes it the current one. The one before is kept, in case the disk gives back other bytes later.
 *
 * Promises: whatever operation fails, or if the page dies between any two, `latest` gives the newest whole generation.
 */
import * as v from 'valibot';

/** Files by name, whole. `write` flushes. */
export interface Files {
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  remove(name: string): Promise<void>;
  list(): Promise<string[]>;
}

/** One small value, replaced in one transaction. */
export interface Pointer {
  get(): Promise<unknown>;
  set(value: unknown): Promise<void>;
}

/** SCHEMA: raise it when the meaning changes; a pointer of another version counts as none. */
const VERSION = 1;
const pointerValue = v.object({
  version: v.literal(VERSION),
  /** Newest first. */
  files: v.array(v.string()),
  /** What must not be thrown away while this lasts. */
  needs: v.array(v.string()),
  /** To be removed, unless it is taken back before. */
  discarded: v.optional(v.boolean()),
});

const KEPT = 2;

export class Generations {
  readonly #files: Files;
  readonly #pointer: Pointer;
  readonly #newName: () => string;
  #begun = 0;

  constructor(files: Files, pointer: Pointer, newName: () => string) {
    this.#files = files;
    this.#pointer = pointer;
    this.#newName = newName;
  }

  /**
   * Rejects where a step fails, or where a later call has begun meanwhile, which would otherwise be followed by something older;
   * what was current before is then still current.
   */
  async publish(bytes: Uint8Array<ArrayBuffer>, needs: readonly string[]): Promise<void> {
    const turn = ++this.#begun;
    const name = this.#newName();
    await this.#files.write(name, bytes);
    const found = await this.#files.read(name);
    if (!found || !equal(found, bytes)) throw new Error('the file read back is not what was written');
    if (turn !== this.#begun) throw new Error('a later generation is being written');
    const files = [name, ...((await this.#current())?.files ?? [])].slice(0, KEPT);
    await this.#pointer.set({ version: VERSION, files, needs });
    await this.#removeOthers(files);
  }

  /** The newest generation that `decode` takes; undefined if there is none. */
  async latest<T>(decode: (bytes: Uint8Array<ArrayBuffer>) => T | Promise<T>): Promise<T | undefined> {
    for (const name of (await this.#current())?.files ?? []) {
      try {
        const bytes = await this.#files.read(name);
        if (bytes) return await decode(bytes);
      } catch (error) {
        console.warn(`${name} cannot be read: ${String(error)}`);
      }
    }
    return undefined;
  }

  /**
   * As `latest`, for whoever builds the next generation on it: a file that the storage fails to read now may be read later, and is no reason to
   * go on from the one before it. Rejects with what the storage failed with.
   */
  async newest<T>(decode: (bytes: Uint8Array<ArrayBuffer>) => T | Promise<T>): Promise<T | undefined> {
    for (const name of (await this.#current())?.files ?? []) {
      const bytes = await this.#files.read(name);
      try {
        if (bytes) return await decode(bytes);
      } catch (error) {
        console.warn(`${name} cannot be read: ${String(error)}`);
      }
    }
    return undefined;
  }

  /** What the current generation needs; null where there is a pointer that this version of the page cannot read. */
  async needs(): Promise<readonly string[] | null> {
    const current = await this.#current();
    if (current) return current.needs;
    return (await this.#pointer.get()) === undefined ? [] : null;
  }

  /** Files of the generations before the newest. */
  async older(): Promise<readonly string[]> {
    return ((await this.#current())?.files ?? []).slice(1);
  }

  /** Drops them. Not before the pointer says so, and nothing else: another generation may be on its way meanwhile. */
  async dropOlder(): Promise<void> {
    const current = await this.#current();
    if (!current) return;
    const [newest, ...older] = current.files;
    await this.#pointer.set({ ...current, files: newest === undefined ? [] : [newest] });
    for (const name of older) await this.#files.remove(name);
  }

  /** Marks it, or takes the mark back: the next `publish` does too. False where there is nothing to mark. */
  async setDiscarded(discarded: boolean): Promise<boolean> {
    const current = await this.#current();
    if (!current) return false;
    await this.#pointer.set({ ...current, discarded });
    return true;
  }

  async isDiscarded(): Promise<boolean> {
    return (await this.#current())?.discarded ?? false;
  }

  async discard(): Promise<void> {
    await this.#pointer.set(undefined);
    await this.#removeOthers([]);
  }

  async #current(): Promise<v.InferOutput<typeof pointerValue> | undefined> {
    const parsed = v.safeParse(pointerValue, await this.#pointer.get());
    return parsed.success ? parsed.output : undefined;
  }

  /** Files that a crash or an older generation left. */
  async #removeOthers(kept: readonly string[]): Promise<void> {
    for (const name of await this.#files.list()) if (!kept.includes(name)) await this.#files.remove(name);
  }
}

function equal(a: Uint8Array<ArrayBuffer>, b: Uint8Array<ArrayBuffer>): boolean {
  if (a.length !== b.length) return false;
  // By words: there are tens of millions of bytes.
  const words = a.byteOffset % 4 || b.byteOffset % 4 ? 0 : a.length >> 2;
  const [wordsA, wordsB] = [a, b].map(bytes => new Uint32Array(bytes.buffer, bytes.byteOffset, words));
  for (let i = 0; i < words; i++) if (wordsA?.[i] !== wordsB?.[i]) return false;
  for (let i = words * 4; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
