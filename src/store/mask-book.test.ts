/** Corrected masks on every kind of storage, with each of its operations failing in turn. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { MaskOrigin } from '../protocol/corrections.ts';
import { storeKinds, type TestStore } from '../testing/stores.ts';
import { type MaskBook, maskBook } from './mask-book.ts';
import { decodeMasks, encodeMasks, type KeptMasks } from './mask-history.ts';

const hand: MaskOrigin = { kind: 'hand' };
const version = (digit: number) => ({ at: digit, origin: hand, mask: new Uint8Array(40).fill(digit) });

/** Adds a version to whatever is kept. */
const add = (book: MaskBook, digit: number) =>
  book.change('pair', kept => ({ id: 'ISIC_1', versions: [...(kept?.versions ?? []), version(digit)], draft: null }));
const digits = async (book: MaskBook) => {
  const kept = await book.get('pair');
  for (const { at, mask } of kept?.versions ?? []) expect([...mask]).toEqual(new Array(40).fill(at));
  return kept?.versions.map(({ at }) => at);
};

let store: TestStore | undefined;
afterEach(() => store?.close());

describe.each(storeKinds)('$place', ({ hows, make }) => {
  test.each(hows.flatMap(how => [false, true].map(dead => ({ how, dead }))))(
    'whatever operation fails ($how; the page gone with it: $dead), the versions are those before the save or after it',
    async ({ how, dead }) => {
      const failed: string[] = [];
      for (let failAt = 1; ; failAt++) {
        store = make();
        const { faults } = store;
        const open = () => maskBook((store as TestStore).open());
        await add(open(), 1);
        await add(open(), 2);
        faults.revive();
        Object.assign(faults, { failAt, how, dead });
        const told = await add(open(), 3).then(
          () => false,
          () => true,
        );
        const operation = faults.operations[failAt - 1];
        faults.revive();
        const found = await digits(open());
        // What a save began with is never lost, and what it told of as saved is there.
        expect(
          told
            ? [
                [1, 2],
                [1, 2, 3],
              ]
            : [[1, 2, 3]],
          `${operation} failed`,
        ).toContainEqual(found);
        await add(open(), 4);
        expect(await digits(open())).toEqual([...(found ?? []), 4]);
        expect(await store.open().root.folder('masks').folder('pair').list()).toHaveLength(2);
        store.close();
        if (operation === undefined) break;
        failed.push(operation);
      }
      expect(failed.length).toBeGreaterThan(5);
    },
  );

  test('changes from two tabs at once build on each other', async () => {
    store = make();
    const [one, other] = [maskBook(store.open('one')), maskBook(store.open('other'))];
    await Promise.all([add(one, 1), add(other, 2), add(one, 3), add(other, 4)]);
    expect((await digits(one))?.toSorted()).toEqual([1, 2, 3, 4]);
    expect([...(await other.keys())]).toEqual(['pair']);
    expect(await other.get('another')).toBeUndefined();
  });

  test('what cannot be read is told, and never written over', async () => {
    store = make();
    const book = maskBook(store.open());
    await add(book, 1);
    const folder = store.open().root.folder('masks').folder('pair');
    const [name = ''] = await folder.list();
    const bytes = (await folder.read(name)) ?? new Uint8Array();
    bytes[bytes.length - 1]! ^= 1;
    await folder.write(name, bytes);
    expect(await book.get('pair')).toBeNull();
    await expect(add(book, 2)).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await folder.list()).toEqual([name]);
  });
});

test('bytes and back; a bit that is turned anywhere is noticed', async () => {
  const origin = fc.oneof(
    fc.constant<MaskOrigin>(hand),
    fc.record({ kind: fc.constant('earlier' as const), of: fc.option(fc.nat()) }),
    fc.record({
      ...{ kind: fc.constant('prediction' as const), model: fc.string(), edited: fc.boolean() },
      threshold: fc.double({ min: 0, max: 1, noNaN: true }).map(value => Math.abs(value)),
    }),
  );
  const made = { at: fc.nat(), origin, mask: fc.uint8Array({ maxLength: 30 }).map(bytes => Uint8Array.from(bytes)) };
  const kept: fc.Arbitrary<KeptMasks> = fc.record({
    id: fc.string(),
    versions: fc.array(fc.record(made), { maxLength: 4 }),
    draft: fc.option(fc.record({ ...made, steps: fc.nat() })),
  });
  await fc.assert(
    fc.asyncProperty(kept, fc.nat(), async (masks, place) => {
      const bytes = await encodeMasks(masks);
      expect(await decodeMasks(bytes)).toEqual(masks);
      bytes[place % bytes.length]! ^= 1 << (place % 8);
      await expect(decodeMasks(bytes)).rejects.toThrow();
    }),
  );
});
