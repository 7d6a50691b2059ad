/** What the page keeps, and how to be rid of all of it. */
import type { Page } from '@playwright/test';
import { soundPairs, zipOf } from './fixtures.ts';
import {
  clean,
  expect,
  goPlace,
  openHelp,
  openStudio,
  pairsRead,
  startTraining,
  test,
  train,
  trained,
  useDemoData,
} from './support.ts';

/** What lies in the origin's storage: folders and files, values in databases, keys. Databases without values are left out. */
async function kept(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = [];
    const walk = async (folder: FileSystemDirectoryHandle, path: string) => {
      for await (const [name, handle] of folder.entries()) {
        names.push(path + name);
        if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle, `${path}${name}/`);
      }
    };
    await walk(await navigator.storage.getDirectory(), '');
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const count = await new Promise<number>(resolve => {
          const counting = database.transaction(store).objectStore(store).count();
          counting.onsuccess = () => resolve(counting.result);
        });
        names.push(...(count > 0 ? [`database ${name}: ${count} in ${store}`] : []));
      }
      database.close();
    }
    for (const key of Object.keys(localStorage)) names.push(`local ${key}`);
    for (const key of Object.keys(sessionStorage)) names.push(`session ${key}`);
    return names;
  });
}

test('Erase everything leaves nothing of images, runs, models and settings', async ({ page }) => {
  await openStudio(page, 'size=32&filters=2&batch=4&epochs=1&demo=12');
  for (const theme of ['as the system', 'light']) await page.getByRole('button', { name: `Theme: ${theme}` }).click();
  await expect(page.getByRole('button', { name: 'Theme: dark' })).toBeVisible();
  await useDemoData(page);
  await train(page);
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Save to browser' }).click();
  await expect(page.getByRole('region', { name: 'Saved models' }).getByRole('listitem')).toHaveCount(1);
  const before = await kept(page);
  expect(before.filter(name => name.startsWith('pixels/')).length).toBeGreaterThan(1);
  for (const name of ['database lesion-studio-run-book: 1 in records', 'database tensorflowjs: 1 in models_store'])
    expect(before).toContain(name);
  expect(before.some(name => name.startsWith('local '))).toBe(true);

  const dialog = await openHelp(page);
  const about = dialog.getByRole('region', { name: 'About this page' });
  await about.getByText('What is kept in this browser').click();
  await expect(about.getByText(/\d kB|\d MB/).first()).toBeVisible();
  await about.getByRole('button', { name: 'Erase everything' }).click();
  // Asked once more, with the harmless answer in focus.
  await expect(about.getByRole('button', { name: 'Keep' })).toBeFocused();
  expect(await kept(page)).toEqual(before);
  await about.getByRole('button', { name: 'Yes, erase' }).click();
  await expect(dialog).toBeHidden({ timeout: 30_000 });
  await goPlace(page, 'Data');
  await expect(page.getByRole('region', { name: 'Dataset' })).not.toContainText('pairs at', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Use demo data' })).toBeEnabled();
  await goPlace(page, 'Models');
  await expect(page.getByRole('region', { name: 'Saved models' })).toContainText('Nothing is saved');
  // The page looks for unfinished runs as it opens: their folder is there again, and empty.
  expect((await kept(page)).filter(name => name !== 'runs')).toEqual([]);
  const held = await page.evaluate(async () => (await navigator.locks.query()).held?.map(({ name }) => name));
  expect(held?.filter(name => /pixels|run-/.test(name ?? ''))).toEqual([]);
});

test('the licences of what ships are listed', async ({ page }) => {
  await openStudio(page);
  const about = (await openHelp(page)).getByRole('region', { name: 'About this page' });
  await about.getByText('Licences', { exact: true }).click();
  for (const name of ['react', '@tensorflow/tfjs-core', '@zip.js/zip.js', 'jszip', 'idb'])
    await expect(about.getByRole('listitem').filter({ hasText: new RegExp(`^${name} \\d`) })).toHaveCount(1);
  const react = about.getByRole('listitem').filter({ hasText: /^react \d/ });
  await react.getByText(/^react \d/).click();
  await expect(react.getByText(/Permission is hereby granted/)).toBeVisible();
});

test('a full disk is told with its numbers; the data set stays, and the run goes on', async ({ page }) => {
  await openStudio(page, 'size=32&filters=2&batch=4&epochs=8&demo=24');
  await useDemoData(page);
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  const quota = (quotaSize?: number) => session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
  await quota(150_000);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(soundPairs(60)));
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(/The images need 0\.\d MB of the browser’s storage and 0\.\d MB are available/);
  await pairsRead(page, 24);
  await alert.getByRole('button', { name: 'Dismiss' }).click();

  await startTraining(page);
  await expect(alert).toContainText(/Keeping the run needs \d+\.\d MB of the browser’s storage/, { timeout: 60_000 });
  await expect(alert).toContainText('the run itself goes on');
  await trained(page);
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText('Finished after 8 epochs');
  await expect(alert).toHaveCount(1);
  await quota();
});

test('@long where the disk is full, older things go only when they are ticked, and then what failed is done again', async ({
  page,
}) => {
  await openStudio(page, 'size=64&filters=1&batch=4&epochs=1&demo=60');
  const dataset = page.getByRole('region', { name: 'Dataset' });
  await useDemoData(page);
  await train(page);
  await train(page);
  await goPlace(page, 'Data');
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(soundPairs(20)));
  await expect(dataset).toContainText('train 16 · validation 2 · test 2');
  const folders = async () => (await kept(page)).filter(name => /^pixels\/build-[^/]*$/.test(name)).length;
  expect(await folders()).toBe(2);
  // 16 kB a pair: 60 and 20 pairs are there, and 40 more do not fit beside them.
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  const weights = await storedWeights(page);
  expect(weights).toBe(2);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1.7e6 });
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(soundPairs(40)));
  const alert = page.getByRole('alert');
  await expect(alert).toContainText(/The images need 0\.7 MB of the browser’s storage and 0\.\d MB are available/);
  await alert.getByRole('button', { name: 'Make room…' }).click();
  const images = alert.getByLabel(
    // 983 kB of pixels, and the runs of 60 masks in their own sizes.
    /Images of 1 data set read before, which would have to be read again: 1\.\d\d MB/,
  );
  await expect(images).not.toBeChecked();
  await expect(alert.getByLabel(/Weights of 1 older run; curves and scores stay: \d/)).not.toBeChecked();
  await expect(alert.getByLabel(/checkpoint/)).toHaveCount(0);
  await expect(alert.getByRole('button', { name: /^Drop/ })).toBeDisabled();
  await clean(page, 'asked what may go');
  await alert.getByRole('button', { name: 'Keep all' }).click();
  expect(await folders()).toBe(2);
  expect(await storedWeights(page)).toBe(2);

  await alert.getByRole('button', { name: 'Make room…' }).click();
  await images.check();
  await alert.getByRole('button', { name: /^Drop 1\.\d\d MB and try again$/ }).click();
  await expect(dataset).toContainText('train 32 · validation 4 · test 4', { timeout: 60_000 });
  await expect(alert).toHaveCount(0);
  // What was not ticked is still there.
  expect(await storedWeights(page)).toBe(2);
  await session.send('Storage.overrideQuotaForOrigin', { origin });
});

/** Kept runs of which the weights are there. */
async function storedWeights(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const open = indexedDB.open('lesion-studio-run-book');
        open.onerror = () => reject(open.error);
        open.onsuccess = () => {
          const count = open.result.transaction('weights').objectStore('weights').count();
          count.onsuccess = () => {
            open.result.close();
            resolve(count.result);
          };
        };
      }),
  );
}

test('a model for which there is no room is not said to be saved; the one at hand stays', async ({ page }) => {
  const session = await page.context().newCDPSession(page);
  const origin = new URL(test.info().project.use.baseURL ?? '').origin;
  // From the start: the browser remembers for a while how much room there was.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 2.5e6 });
  await openStudio(page, 'size=16&filters=8&batch=4&epochs=1&demo=16');
  await useDemoData(page);
  await train(page);
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Save to browser' }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'Saving' });
  await expect(alert).toContainText(/Saving improved-unet 16 f8\S* epoch 1 needs 3\.2 MB of the browser’s storage and/);
  await expect(page.getByRole('region', { name: 'Saved models' })).toContainText('Nothing is saved');
  await expect(page.getByText(/Saved to this browser as/)).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Run test split' })).toBeEnabled();
  await session.send('Storage.overrideQuotaForOrigin', { origin });
});
