import type { Page } from '@playwright/test';

/** What training reads of the loaded pairs: RGB and masks, byte for byte. */
export const keptBytes = (page: Page) =>
  page.evaluate(async () => {
    const { dataset } = window.studio.store.getState();
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('pixels');
    for await (const [name, handle] of folder.entries()) {
      if (!name.endsWith('.json')) continue;
      const index = JSON.parse(await (await (handle as FileSystemFileHandle).getFile()).text());
      if (index.summary.cacheId !== dataset?.cacheId) continue;
      const pairs = await (await folder.getDirectoryHandle(index.folder)).getFileHandle('pairs.bin');
      return [...new Uint8Array(await (await pairs.getFile()).arrayBuffer())];
    }
    throw new Error('nothing is kept');
  });
