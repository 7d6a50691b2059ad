/** The data set used last on every kind of storage: given back whole or not at all. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Split } from '../protocol/dataset.ts';
import { datasetOf } from '../testing/dataset.ts';
import { storeKinds, type TestStore } from '../testing/stores.ts';
import { findLastData, LAST, rememberData } from './last-data.ts';
import { createPixelWriter, removeOthers } from './pixels.ts';
import type { Store } from './store.ts';

let made: TestStore | undefined;
afterEach(() => made?.close());

const ids = ['A', 'B', 'C'];
const split: Split = { seed: 7, ratios: { train: 1, validation: 1, test: 1 }, train: [2], validation: [0], test: [1] };

async function cache(store: Store, cacheId: string): Promise<void> {
  const writer = await createPixelWriter(2, ids.length, store);
  for (const _ of ids) writer.append(new Uint8Array(12), new Uint8Array(4), new Uint8Array(3));
  await writer.publish(datasetOf(ids, { cacheId, size: 2 }));
  await writer.discard();
}

describe.each(storeKinds)('in $place', ({ make }) => {
  const open = () => {
    made = make();
    return made.open();
  };

  test('the one remembered last comes back with its split', async () => {
    const store = open();
    expect(await findLastData(store)).toBeNull();
    await cache(store, 'one');
    await cache(store, 'two');
    await rememberData('one', split, store);
    await rememberData('two', { ...split, file: 'mine.json' }, store);
    const last = await findLastData(store);
    expect(last?.dataset).toMatchObject({ cacheId: 'two', ids });
    expect(last?.split).toEqual({ ...split, file: 'mine.json' });
  });

  test('without its pixels, or with a split of other pairs, there is none', async () => {
    const store = open();
    await cache(store, 'one');
    await rememberData('one', { ...split, test: [3] }, store);
    expect(await findLastData(store)).toBeNull();
    await rememberData('one', split, store);
    expect(await findLastData(store)).not.toBeNull();
    await removeOthers([], store);
    expect(await findLastData(store)).toBeNull();
  });

  test('a file cut short counts as none', async () => {
    const store = open();
    await cache(store, 'one');
    await rememberData('one', split, store);
    const folder = store.root.folder(LAST);
    const bytes = await folder.read('data.json');
    await folder.write('data.json', bytes!.slice(0, -2));
    expect(await findLastData(store)).toBeNull();
  });
});
