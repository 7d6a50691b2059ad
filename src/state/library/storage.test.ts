import { expect, test, vi } from 'vitest';
import { type BrowserStorage, keepStorage, storageUse } from './storage.ts';

const storage = (persisted: boolean) =>
  ({
    estimate: async () => ({ usage: 3e6, quota: 10e6 }),
    persisted: async () => persisted,
    persist: vi.fn(async () => true),
  }) satisfies BrowserStorage;

test('the browser is asked to keep the storage once, and a refusal is no error', async () => {
  const open = storage(false);
  await keepStorage(open);
  expect(open.persist).toHaveBeenCalledTimes(1);
  const kept = storage(true);
  await keepStorage(kept);
  expect(kept.persist).not.toHaveBeenCalled();
  await keepStorage({ ...open, persist: () => Promise.reject(new TypeError('not in this window')) });
  await keepStorage(undefined);
});

test('what is used and left is told, and nothing where the browser does not say', async () => {
  expect(await storageUse(storage(true))).toEqual({ used: 3e6, left: 7e6, persisted: true });
  expect(await storageUse({ ...storage(false), estimate: async () => ({ usage: 12, quota: 10 }) })).toMatchObject({
    left: 0,
  });
  expect(await storageUse({ ...storage(false), estimate: async () => ({}) })).toBeNull();
  expect(await storageUse(undefined)).toBeNull();
});
