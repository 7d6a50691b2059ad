/** What the page keeps, and how to be rid of all of it. */
import type { Page } from '@playwright/test';
import { soundPairs, zipOf } from './fixtures.ts';
import { expect, openStudio, test, train, trained, useDemoData } from './support.ts';

/** Names of what lies in the origin's storage; folders with what they hold. */
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
    for (const { name = '' } of await indexedDB.databases()) names.push(`database ${name}`);
    for (const key of Object.keys(localStorage)) names.push(`local ${key}`);
    return names;
  });
}

test('Erase everything leaves nothing of images, runs, models and settings', async ({ page }) => {
  await openStudio(page, 'size=32&filters=2&batch=4&epochs=1&demo=12');
  await page.getByRole('radio', { name: 'Dark' }).check();
  await useDemoData(page);
  await train(page);
  await page.getByRole('button', { name: 'Save to browser' }).click();
  await expect(page.getByRole('region', { name: 'Saved models' }).getByRole('listitem')).toHaveCount(1);
  const before = await kept(page);
  expect(before.filter(name => name.startsWith('pixels/')).length).toBeGreaterThan(1);
  expect(before).toContain('database lesion-studio-runs');

  const about = page.getByRole('region', { name: 'About this page' });
  await about.getByText('What is kept in this browser').click();
  await expect(about.getByText(/\d kB|\d MB/).first()).toBeVisible();
  await about.getByRole('button', { name: 'Erase everything' }).click();
  // Asked once more, with the harmless answer in focus.
  await expect(about.getByRole('button', { name: 'Keep' })).toBeFocused();
  expect(await kept(page)).toEqual(before);
  await about.getByRole('button', { name: 'Yes, erase' }).click();
  await expect(page.getByRole('region', { name: 'Dataset' })).not.toContainText('pairs at', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Use demo data' })).toBeEnabled();
  await expect(page.getByRole('region', { name: 'Saved models' })).toContainText('Nothing is saved');
  // The page looks for unfinished runs and models as it opens: their databases are there again, and empty.
  const after = await kept(page);
  expect(after.filter(name => !name.startsWith('database ') && name !== 'runs')).toEqual([]);
});

test('the licences of what ships are listed', async ({ page }) => {
  await openStudio(page);
  const about = page.getByRole('region', { name: 'About this page' });
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
  await expect(page.getByRole('region', { name: 'Dataset' })).toContainText('24 pairs');
  await alert.getByRole('button').click();

  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(alert).toContainText(/Keeping the run needs \d+\.\d MB of the browser’s storage/, { timeout: 60_000 });
  await expect(alert).toContainText('the run itself goes on');
  await trained(page);
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText('Finished after 8 epochs');
  await expect(alert).toHaveCount(1);
  await quota();
});
