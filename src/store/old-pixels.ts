/** Pixel caches that could be dropped: of data sets that no tab has loaded and no unfinished run needs. Only in a worker. */

import { neededCaches } from './checkpoints.ts';
import { openFolder, readFile } from './opfs.ts';
import { lockName, removeOthers } from './pixels.ts';

export async function oldPixels(): Promise<{ count: number; bytes: number }> {
  const root = await openFolder('pixels');
  const caches = await neededCaches();
  if (!caches) return { count: 0, bytes: 0 };
  const needed = new Set(caches);
  const { held = [] } = await navigator.locks.query();
  const used = new Set(held.map(({ name }) => name));
  let [count, bytes] = [0, 0];
  for await (const name of root.keys()) {
    const cacheId = /^(.*)\.json$/.exec(name)?.[1];
    if (cacheId === undefined || needed.has(cacheId) || used.has(lockName(cacheId))) continue;
    count++;
    bytes += await pixelBytes(root, name);
  }
  return { count, bytes };
}

export async function dropOldPixels(): Promise<void> {
  const needed = await neededCaches();
  if (needed) await removeOthers(needed);
}

/** 0 where the index cannot be read: it goes all the same. */
async function pixelBytes(root: FileSystemDirectoryHandle, index: string): Promise<number> {
  try {
    const { folder } = JSON.parse((await (await readFile(root, index))?.text()) ?? '');
    let bytes = 0;
    for await (const file of (await root.getDirectoryHandle(folder)).values())
      if (file.kind === 'file') bytes += (await file.getFile()).size;
    return bytes;
  } catch {
    return 0;
  }
}
