/** Byte files on every kind of storage, against plain arrays. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { storeKinds, type TestStore } from '../testing/stores.ts';

let store: TestStore | undefined;
afterEach(() => store?.close());

describe.each(storeKinds)('$place', ({ make }) => {
  test('what was appended in parts is read by any worker from any place', async () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 70 }), { maxLength: 12 });
    const place = fc.integer({ min: 0, max: 400 });
    await fc.assert(
      fc.asyncProperty(parts, fc.integer({ min: 1, max: 40 }), place, place, async (given, pieceBytes, a, b) => {
        store = make();
        const writer = await store.open().root.folder('a').append('file', pieceBytes);
        for (const part of given) {
          writer.append(part);
          await writer.ready();
        }
        await writer.finish();
        const all = given.flatMap(part => [...part]);
        const file = await store.open().root.folder('a').open('file');
        expect(file?.size).toBe(all.length);
        const [begin, end] = [Math.min(a, b), Math.max(a, b)];
        expect([...((await file?.slice(begin, end)) ?? [])]).toEqual(all.slice(begin, end));
        store.close();
      }),
      { numRuns: 40 },
    );
  });

  test('files and folders are listed by name, written anew as a whole, and removed with all that is in them', async () => {
    store = make();
    const { root } = store.open();
    await root.folder('a').write('one', Uint8Array.of(1, 2, 3));
    await root.folder('a').folder('b').write('two', Uint8Array.of(4));
    await root.folder('ab').write('three', Uint8Array.of(5));
    await root.folder('a').write('one', Uint8Array.of(9));
    expect((await root.list()).sort()).toEqual(['a', 'ab']);
    expect((await root.folder('a').list()).sort()).toEqual(['b', 'one']);
    expect(await root.folder('a').read('one')).toEqual(Uint8Array.of(9));
    expect(await root.folder('a').read('none')).toBeUndefined();
    expect(await root.folder('none').read('one')).toBeUndefined();
    expect(await root.folder('none').list()).toEqual([]);
    await root.remove('a');
    await root.remove('none');
    expect(await root.list()).toEqual(['ab']);
    expect(await root.folder('a').folder('b').read('two')).toBeUndefined();
    expect(await root.folder('ab').read('three')).toEqual(Uint8Array.of(5));
  });

  test('a file that was begun and never finished is listed, and another takes its place', async () => {
    store = make();
    const { root } = store.open();
    const begun = await root.append('file', 2);
    begun.append(Uint8Array.of(1, 2, 3, 4));
    await begun.ready();
    begun.close();
    expect(await root.list()).toEqual(['file']);
    const again = await root.append('file', 3);
    again.append(Uint8Array.of(7));
    await again.finish();
    expect(await root.read('file')).toEqual(Uint8Array.of(7));
  });
});
