/** axe in every place in every state; npm test looks at those places that a state changes. */
import type { Page } from '@playwright/test';
import { clean, goPlace, openStudio, runTest, test, train, useDemoData } from '../support.ts';

async function cleanPlaces(page: Page, state: string): Promise<void> {
  for (const place of ['Data', 'Train', 'Results', 'Models'] as const) {
    await goPlace(page, place);
    await clean(page, `${state}, ${place}`);
  }
}

test('no violation in any place in any state', async ({ page }) => {
  test.setTimeout(900_000);
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=1&demo=20&lr=7');
  await cleanPlaces(page, 'empty, with a notice about the address');
  await useDemoData(page);
  await cleanPlaces(page, 'data loaded');
  await train(page);
  await cleanPlaces(page, 'trained');
  await runTest(page);
  await cleanPlaces(page, 'tested');
});
