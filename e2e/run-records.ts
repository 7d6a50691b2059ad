/** Runs as records that the page kept, made up; and where its place of models shows them. */
import type { Page } from '@playwright/test';
import type { KeptRun } from '../src/protocol/kept-runs.ts';
import { defaultSettings } from '../src/protocol/settings.ts';
import { epochs, keptRunOf, outcome } from '../src/testing/gallery/made-up.ts';
import { openStudio } from './support.ts';

/** A run as it would be kept, `place` hours after the first. */
export function runOf(place: number, changes: Partial<KeptRun> = {}): KeptRun {
  return keptRunOf(`run-${place}`, {
    ...{ name: `Run ${place + 1}: made up`, startedAt: 1.8e12 + place * 3.6e6, settings: defaultSettings },
    ...changes,
  });
}

export function tested(meanDice: number): KeptRun['test'] {
  const { result } = outcome();
  return { ...result, meanDice };
}

export function withBest(valDice: number): Partial<KeptRun> {
  return { epochs: epochs(3).map(epoch => ({ ...epoch, valDice })), bestEpoch: 2 };
}

/** Puts records where the page keeps its runs, and opens it again. */
export async function keepRuns(page: Page, records: readonly KeptRun[]): Promise<void> {
  await openStudio(page, 'engine=cpu');
  await page.evaluate(() => window.studio.opened);
  await page.evaluate(
    records =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('lesion-studio-run-book');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const change = opening.result.transaction('records', 'readwrite');
          for (const record of records) change.objectStore('records').put(record, record.id);
          change.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          change.onabort = () => reject(change.error);
        };
      }),
    records,
  );
  await page.reload();
  await page.evaluate(() => window.studio.opened);
}

export const table = (page: Page) => page.getByRole('table', { name: 'Kept runs' });
export const names = (page: Page) => table(page).getByRole('rowheader');
export const runPage = (page: Page) => page.getByRole('region', { name: 'Run page' });
