/** What another version of the page has kept in this browser is refused with a reason, and left as it is: each kind of store in turn. */
import type { Page } from '@playwright/test';
import {
  expect,
  goPlace,
  keptUpTo,
  openStudio,
  type PlaceName,
  startTraining,
  test,
  train,
  useDemoData,
} from './support.ts';

const QUERY = 'size=16&filters=1&batch=4&demo=12';

/** Sets what lies at `path` in each value of a store; returns what lay there. */
async function setInStore(
  page: Page,
  [database, store, path]: [string, string, string],
  version: number,
): Promise<number[]> {
  return page.evaluate(
    ({ database, store, path, version }) =>
      new Promise<number[]>((resolve, reject) => {
        const opening = indexedDB.open(database);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const change = opening.result.transaction(store, 'readwrite');
          const before: number[] = [];
          change.objectStore(store).openCursor().onsuccess = event => {
            const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
            if (!cursor) return;
            const value = cursor.value;
            const keys = path.split('.');
            const last = keys.pop() ?? '';
            let holder = value;
            for (const key of keys) holder = holder[key];
            before.push(holder[last]);
            holder[last] = version;
            cursor.update(value);
            cursor.continue();
          };
          change.oncomplete = () => {
            opening.result.close();
            resolve(before);
          };
          change.onabort = () => reject(change.error);
        };
      }),
    { database, store, path, version },
  );
}

/** Rewrites the files of a folder of the private file system, those whose names end so; returns how many. */
async function setInFiles(page: Page, root: string, kind: 'checkpoint' | 'index', version: number): Promise<number> {
  return page.evaluate(
    async ({ root, kind, version }) => {
      let count = 0;
      const walk = async (folder: FileSystemDirectoryHandle) => {
        for await (const handle of folder.values()) {
          if (handle.kind === 'directory') {
            if (kind === 'checkpoint') await walk(handle as FileSystemDirectoryHandle);
            continue;
          }
          const file = handle as FileSystemFileHandle;
          const bytes = new Uint8Array(await (await file.getFile()).arrayBuffer());
          const text = new TextDecoder().decode(bytes);
          const writing = await file.createWritable();
          if (kind === 'checkpoint') {
            bytes[7] = version;
            await writing.write(bytes);
          } else await writing.write(text.replace(/^\{"version":\d+/, `{"version":${version}`));
          await writing.close();
          count++;
        }
      };
      await walk(await (await navigator.storage.getDirectory()).getDirectoryHandle(root));
      return count;
    },
    { root, kind, version },
  );
}

test('@long checkpoints, pointers, run records, models and pixel caches of another version', async ({ page }) => {
  test.setTimeout(300_000);
  await openStudio(page, `${QUERY}&epochs=1`);
  await useDemoData(page);
  await train(page);
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Save to browser' }).click();
  const models = page.getByRole('region', { name: 'Saved models' });
  await expect(models.getByRole('listitem')).toHaveCount(1);
  await openStudio(page, `${QUERY}&epochs=900`);
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 2);
  const reopen = async (place: PlaceName) => {
    await openStudio(page, QUERY);
    await goPlace(page, place);
  };
  await reopen('Train');
  const unfinished = page.getByRole('region', { name: 'Unfinished run' });
  const alert = page.getByRole('alert');
  await expect(unfinished).toBeVisible();

  // The pixels that the run needs: the run says what is missing, and is offered again.
  expect(await setInFiles(page, 'pixels', 'index', 99)).toBe(1);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(alert).toContainText('The images of this data set are no longer in the browser’s storage');
  expect(await setInFiles(page, 'pixels', 'index', 1)).toBe(1);
  await reopen('Train');
  await expect(unfinished).toBeVisible();

  const refused = page.getByRole('region', { name: 'Other runs' });
  const files = await setInFiles(page, 'runs', 'checkpoint', 99);
  expect(files).toBeGreaterThanOrEqual(1);
  await reopen('Train');
  await expect(refused).toContainText('1 interrupted run cannot be read by this version of the page');
  await expect(unfinished).toHaveCount(0);
  // They were left as they are: the version that wrote them finds them.
  expect(await setInFiles(page, 'runs', 'checkpoint', 7)).toBe(files);
  await reopen('Train');
  await expect(unfinished).toBeVisible();

  const pointer: [string, string, string] = ['lesion-studio-runs', 'runs', 'version'];
  const [pointerVersion = 0] = await setInStore(page, pointer, 99);
  await reopen('Train');
  await expect(refused).toContainText('1 interrupted run cannot be read');
  await setInStore(page, pointer, pointerVersion);
  await reopen('Train');
  await expect(unfinished).toBeVisible();

  const records: [string, string, string] = ['lesion-studio-run-book', 'records', 'version'];
  const before = await setInStore(page, records, 99);
  expect(before.length).toBeGreaterThanOrEqual(1);
  await reopen('Models');
  const runs = page.getByRole('region', { name: 'Runs', exact: true });
  await expect(runs).toContainText(/runs? of another version of this page cannot be shown; they are left as they are/);
  await setInStore(page, records, before[0] ?? 0);
  await reopen('Models');
  await expect(runs.getByRole('rowheader')).toHaveCount(before.length);

  await setInStore(page, ['tensorflowjs', 'models_store', 'modelArtifacts.userDefinedMetadata.version'], 99);
  await reopen('Models');
  await expect(models).toContainText('another network');
  await models.getByRole('button', { name: 'Load' }).click();
  await expect(alert).toContainText(/is no model that this page can read: its version is 99, and 1 is needed/);
});

test('@long a database that a newer version of the page has changed is left alone, and a run goes on without it', async ({
  browser,
}) => {
  // A page of its own: what its workers cannot do is told as errors, on which the fixture's fails.
  const page = await (await browser.newContext()).newPage();
  await openStudio(page, `${QUERY}&epochs=2`);
  await useDemoData(page);
  await page.evaluate(
    names =>
      Promise.all(
        names.map(
          name =>
            new Promise<void>((resolve, reject) => {
              const opening = indexedDB.open(name, 9);
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                opening.result.close();
                resolve();
              };
            }),
        ),
      ),
    ['lesion-studio-runs', 'lesion-studio-run-book', 'lesion-studio-tuning'],
  );
  await openStudio(page, `${QUERY}&epochs=2`);
  const told = page.getByRole('alert').filter({ hasText: 'written by a newer version of this page' });
  await expect(told.first()).toContainText('load the page again to get the newer version');
  await useDemoData(page);
  await train(page);
  const versions = await page.evaluate(async () => (await indexedDB.databases()).map(({ version }) => version));
  expect(versions.filter(version => version === 9)).toHaveLength(3);
  await page.context().close();
});
