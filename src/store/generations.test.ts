import { describe, expect, test } from 'vitest';
import { type Files, Generations, type Pointer } from './generations.ts';

/** A disk in memory whose n-th operation fails, or never. */
class Disk {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  value: unknown;
  operations = 0;
  failAt = Number.POSITIVE_INFINITY;
  /** How the failing operation fails: before it has done anything, half way, or after it is done. */
  how: 'before' | 'half' | 'after' = 'before';
  /** After the first failure nothing works any more: the page is gone. */
  dead = false;

  #act<T>(half: () => void, act: () => T): Promise<T> {
    if (this.dead || ++this.operations === this.failAt) {
      const first = !this.dead;
      this.dead = true;
      if (first && this.how === 'half') half();
      if (first && this.how === 'after') act();
      return Promise.reject(new Error('the disk failed'));
    }
    return Promise.resolve(act());
  }

  readonly asFiles: Files = {
    write: (name, bytes) =>
      this.#act(
        () => this.files.set(name, bytes.slice(0, bytes.length >> 1)),
        () => void this.files.set(name, bytes.slice()),
      ),
    read: name =>
      this.#act(
        () => {},
        () => this.files.get(name),
      ),
    remove: name =>
      this.#act(
        () => {},
        () => void this.files.delete(name),
      ),
    list: () =>
      this.#act(
        () => {},
        () => [...this.files.keys()],
      ),
  };
  readonly asPointer: Pointer = {
    get: () =>
      this.#act(
        () => {},
        () => this.value,
      ),
    // One transaction: all or nothing.
    set: value =>
      this.#act(
        () => {},
        () => {
          this.value = value;
        },
      ),
  };
  open(): Generations {
    let names = 0;
    return new Generations(this.asFiles, this.asPointer, () => `file-${++names}-${Math.random()}`);
  }
  revive(): void {
    this.dead = false;
    this.failAt = Number.POSITIVE_INFINITY;
  }
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const same = (values: Uint8Array) => [...values];

describe('generations', () => {
  for (const how of ['before', 'half', 'after'] as const)
    test(`whichever operation fails (${how}), the newest whole one is found, and the next write succeeds`, async () => {
      for (let failAt = 1; ; failAt++) {
        const disk = new Disk();
        const generations = disk.open();
        await generations.publish(bytes(1, 1, 1, 1), ['a']);
        await generations.publish(bytes(2, 2, 2, 2), ['b']);
        disk.operations = 0;
        disk.failAt = failAt;
        disk.how = how;
        const failed = await generations.publish(bytes(3, 3, 3, 3), ['c']).then(
          () => false,
          () => true,
        );
        disk.revive();
        const found = await disk.open().latest(same);
        if (!failed) {
          expect(found).toEqual([3, 3, 3, 3]);
          // Every operation of a publish has failed once.
          expect(failAt).toBeGreaterThan(5);
          return;
        }
        expect([
          [2, 2, 2, 2],
          [3, 3, 3, 3],
        ]).toContainEqual(found);
        await disk.open().publish(bytes(4, 4, 4, 4), ['d']);
        expect(await disk.open().latest(same)).toEqual([4, 4, 4, 4]);
        // The current one and the one before; what the failure left is gone.
        expect(disk.files.size).toBe(2);
      }
    });

  test('a newest file that cannot be decoded gives way to the one before', async () => {
    const disk = new Disk();
    const generations = disk.open();
    await generations.publish(bytes(1), ['a']);
    await generations.publish(bytes(2), ['b']);
    const decode = (values: Uint8Array) => {
      if (values[0] === 2) throw new Error('damaged');
      return values[0];
    };
    expect(await generations.latest(decode)).toBe(1);
    expect(await generations.needs()).toEqual(['b']);
  });

  test('a disk that gives back other bytes is noticed before the pointer moves', async () => {
    const disk = new Disk();
    const lying: Files = { ...disk.asFiles, read: async () => bytes(9) };
    await expect(new Generations(lying, disk.asPointer, () => 'x').publish(bytes(1), [])).rejects.toThrow('read back');
    expect(disk.value).toBeUndefined();
  });

  test('a write that was overtaken by a later one does not take its place', async () => {
    const disk = new Disk();
    let answer = () => {};
    const late = new Promise<void>(resolve => {
      answer = resolve;
    });
    let reads = 0;
    const slow: Files = {
      ...disk.asFiles,
      read: async name => {
        if (++reads === 1) await late;
        return disk.asFiles.read(name);
      },
    };
    let names = 0;
    const generations = new Generations(slow, disk.asPointer, () => `file-${++names}`);
    const first = generations.publish(bytes(1), []);
    await generations.publish(bytes(2), []);
    answer();
    await expect(first).rejects.toThrow();
    expect(await generations.latest(same)).toEqual([2]);
  });

  test('the generation before the newest is dropped when asked for, also while another is on its way', async () => {
    const disk = new Disk();
    const generations = disk.open();
    for (let i = 1; i <= 2; i++) await generations.publish(bytes(i), [`cache ${i}`]);
    expect(await generations.older()).toHaveLength(1);
    await Promise.all([generations.publish(bytes(3), ['cache 3']), disk.open().dropOlder()]);
    expect(await disk.open().latest(same)).toEqual([3]);
    await disk.open().dropOlder();
    expect(await disk.open().latest(same)).toEqual([3]);
    expect(await disk.open().needs()).toEqual(['cache 3']);
    expect([await disk.open().older(), disk.files.size]).toEqual([[], 1]);
    await generations.discard();
    await disk.open().dropOlder();
    expect(disk.value).toBeUndefined();
  });

  test('a pointer of another version counts as none; nothing is left after a discard', async () => {
    const disk = new Disk();
    const generations = disk.open();
    await generations.publish(bytes(1), ['a']);
    disk.value = { ...(disk.value as object), version: 2 };
    expect(await generations.latest(same)).toBeUndefined();
    // What it needs cannot be said, which is not nothing.
    expect(await generations.needs()).toBeNull();
    await generations.discard();
    expect(await generations.needs()).toEqual([]);
    expect(disk.files.size).toBe(0);
    expect(disk.value).toBeUndefined();
  });
});
