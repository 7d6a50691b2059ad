/** Checkpoints on every kind of storage, with each of its operations failing in turn. */
import { afterEach, describe, expect, test } from 'vitest';
import { storeKinds, type TestStore } from '../testing/stores.ts';
import { generationsIn } from './checkpoints.ts';

const bytes = (digit: number) => new Uint8Array(8).fill(digit);
const same = (found: Uint8Array) => [...found];

let store: TestStore | undefined;
afterEach(() => store?.close());

describe.each(storeKinds)('$place', ({ place, hows, make }) => {
  test.each(
    hows.flatMap(how => [
      { how, dead: false },
      { how, dead: true },
    ]),
  )(
    'whatever operation fails ($how; the page gone with it: $dead), a whole generation is found',
    async ({ how, dead }) => {
      const failed: string[] = [];
      for (let failAt = 1; ; failAt++) {
        store = make();
        const { faults } = store;
        const open = () => generationsIn((store as TestStore).open(), 'run');
        for (const digit of [1, 2]) await open().publish(bytes(digit), []);
        faults.revive();
        Object.assign(faults, { failAt, how, dead });
        const told = await open()
          .publish(bytes(3), [])
          .then(
            () => false,
            () => true,
          );
        const operation = faults.operations[failAt - 1];
        faults.revive();
        expect([[...bytes(2)], [...bytes(3)]], `${operation} failed`).toContainEqual(await open().latest(same));
        if (!told) expect(await open().latest(same)).toEqual([...bytes(3)]);
        await open().publish(bytes(4), []);
        expect(await open().latest(same)).toEqual([...bytes(4)]);
        expect(await store.open().root.folder('runs').folder('run').list()).toHaveLength(2);
        store.close();
        if (operation === undefined) break;
        failed.push(operation);
      }
      // Each operation of a publish has failed once.
      const operations =
        place === 'disk'
          ? ['open', 'lock', 'truncate', 'write', 'flush', 'close', 'stat', 'read', 'list', 'remove']
          : ['get', 'keys', 'change'];
      for (const operation of operations) expect(failed).toContain(operation);
    },
  );

  test('a checkpoint is seen by the other worker, and is gone when it was discarded', async () => {
    store = make();
    await generationsIn(store.open('training'), 'run').publish(bytes(1), ['cache']);
    const other = generationsIn(store.open('ingest'), 'run');
    expect(await other.latest(same)).toEqual([...bytes(1)]);
    expect(await other.needs()).toEqual(['cache']);
    await other.discard();
    expect(await generationsIn(store.open('training'), 'run').latest(same)).toBeUndefined();
  });
});
