/** Pixel caches that could be dropped: of data sets that no tab has loaded and no unfinished run needs. Only in a worker. */
import { neededCaches } from './checkpoints.ts';
import type { Folder } from './folder.ts';
import { lockName, pixelFolder, removeOthers } from './pixels.ts';
import { openStore } from './store.ts';

export async function oldPixels(): Promise<{ count: number; bytes: number }> {
  const store = await openStore();
  const folder = pixelFolder(store);
  const caches = await neededCaches();
  if (!caches) return { count: 0, bytes: 0 };
  const needed = new Set(caches);
  const used = await store.locks.held();
  let [count, bytes] = [0, 0];
  for (const name of await folder.list()) {
    const cacheId = /^(.*)\.json$/.exec(name)?.[1];
    if (cacheId === undefined || needed.has(cacheId) || used.has(lockName(cacheId))) continue;
    count++;
    bytes += await pixelBytes(folder, name);
  }
  return { count, bytes };
}

export async function dropOldPixels(): Promise<void> {
  const needed = await neededCaches();
  if (needed) await removeOthers(needed);
}

/** 0 where the index cannot be read: it goes all the same. */
async function pixelBytes(caches: Folder, index: string): Promise<number> {
  try {
    const { folder: name } = JSON.parse(new TextDecoder().decode(await caches.read(index)));
    const folder = caches.folder(name);
    let bytes = 0;
    for (const file of await folder.list()) bytes += (await folder.open(file))?.size ?? 0;
    return bytes;
  } catch {
    return 0;
  }
}
