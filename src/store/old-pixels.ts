/** Pixel caches that could be dropped: of data sets that no tab has loaded and no unfinished run needs. Only in a worker. */
import { openFolder, readFile } from './opfs.ts';
import { removeOthers } from './pixels.ts';
import { neededCaches } from './runs.ts';

/** As store/pixels.ts names the locks of caches in use. Were it another, too many would be counted, and still none in use dropped. */
const LOCK = 'lesion-studio-pixels-';

export async function oldPixels(): Promise<{ count: number; bytes: number }> {
  const root = await openFolder('pixels');
  const needed = new Set(await neededCaches());
  const { held = [] } = await navigator.locks.query();
  const used = new Set(held.map(({ name }) => name));
  let [count, bytes] = [0, 0];
  for await (const name of root.keys()) {
    const cacheId = /^(.*)\.json$/.exec(name)?.[1];
    if (cacheId === undefined || needed.has(cacheId) || used.has(LOCK + cacheId)) continue;
    count++;
    bytes += await pixelBytes(root, name);
  }
  return { count, bytes };
}

export async function dropOldPixels(): Promise<void> {
  await removeOthers(await neededCaches());
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
