/** `?inspect`: the plan at hand, taken apart; and nothing of it for those who do not ask. */
import { clean, expect, openStudio, small, startTraining, test, useDemoData } from './support.ts';

test('nobody loads the inspector who does not ask for it', async ({ page }) => {
  const urls: string[] = [];
  page.context().on('request', request => urls.push(request.url()));
  await openStudio(page);
  await page.waitForLoadState('networkidle');
  await expect(page.getByRole('region', { name: 'Inspector' })).toHaveCount(0);
  expect(urls.filter(url => /inspect/.test(url))).toEqual([]);
  await openStudio(page, `${small}&inspect`);
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('No plan is at hand');
  expect(urls.filter(url => /inspect.*\.js$/.test(url))).toHaveLength(1);
});

test('@long a run’s plan: every dispatch with its shader, the memory as a picture, times by the GPU', async ({
  page,
}) => {
  await openStudio(page, 'size=16&filters=2&batch=2&epochs=400&demo=12&engine=compiled&inspect');
  await useDemoData(page);
  await startTraining(page);
  const inspector = page.getByRole('region', { name: 'Inspector' });
  const time = inspector.getByRole('button', { name: 'Time 8 steps' });
  await expect(time).toBeEnabled({ timeout: 120_000 });
  await time.click();
  await expect(inspector.getByRole('status')).toContainText('means of 8 steps', { timeout: 120_000 });
  await page.getByRole('button', { name: 'Stop' }).click();

  const table = inspector.getByRole('table', { name: 'Operations of the plan' });
  const rows = table.locator('tbody tr');
  const count = await rows.count();
  expect(count).toBeGreaterThan(100);
  await expect(table.locator('tfoot')).toContainText(/Sum of \d+ operations.*\d\.\d{3} ms/);
  await expect(inspector.getByRole('img', { name: /Lives of the slots: \d+ slots/ })).toBeVisible();

  await inspector.getByLabel('Find').fill('adam');
  await expect(rows).toHaveCount(1);
  await rows.getByRole('button', { name: 'adam' }).click();
  const detail = inspector.getByRole('region', { name: 'adam' });
  await expect(detail).toContainText('first moments');
  await expect(detail.getByRole('group', { name: 'Shader text' })).toContainText(
    'struct Shape { threads: u32, kernels: u32 }',
  );

  await inspector.getByLabel('Find').fill('');
  await inspector.getByLabel('Order').selectOption('FLOP');
  await expect(rows.first()).toContainText(/forward|filter|input gradient/);
  await expect(rows).toHaveCount(count);
  await clean(page, 'the inspector');
});
