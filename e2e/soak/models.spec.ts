/** Two hundred runs in the place of models: what is timed needs a machine to itself. */
import { defaultSettings } from '../../src/protocol/settings.ts';
import { epochs } from '../../src/testing/gallery/made-up.ts';
import { keepRuns, names, runOf, runPage, table, tested } from '../run-records.ts';
import { expect, goPlace, test } from '../support.ts';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Of renderers' main threads, the longest first, in ms of the thread's own time: a busy machine does not lengthen them. */
function longestTasks(trace: Buffer): number[] {
  const { traceEvents: events } = JSON.parse(trace.toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const mains = new Set(
    events.flatMap(({ name, args, pid, tid }) =>
      name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid} ${tid}`] : [],
    ),
  );
  return (
    events
      .filter(({ name, pid, tid }) => name.endsWith('RunTask') && mains.has(`${pid} ${tid}`))
      // Some events come without the thread's own time.
      .map(({ tdur, dur = 0 }) => (tdur ?? dur) / 1000)
      .sort((a, b) => b - a)
  );
}

test('200 runs: no task over 50 ms, and the page of a phone stays short', async ({ page, browser }) => {
  const runs = Array.from({ length: 200 }, (_, place) =>
    runOf(place, {
      ...{ epochs: epochs(30), test: tested(0.5 + place / 1000) },
      settings: { ...defaultSettings, seed: place, lr: 0.001 / (1 + (place % 5)), flips: place % 2 === 0 },
    }),
  );
  await keepRuns(page, runs);
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  // A control: a task that is too long must be seen.
  await page.evaluate(
    () =>
      new Promise<number>(done =>
        setTimeout(() => {
          let sum = 0;
          for (let i = 0; i < 2e9 && sum >= 0; i++) sum = (sum + i) % 1000;
          done(sum);
        }),
      ),
  );
  await goPlace(page, 'Models');
  await expect(names(page).first()).toHaveText(/^Run 200/);
  // No more rows than are in view.
  expect(await names(page).count()).toBeLessThan(60);
  await table(page).getByRole('button', { name: 'Test Dice' }).click();
  await table(page).getByRole('button', { name: 'Learning rate' }).click();
  await expect(table(page).getByRole('row', { name: /Run/ }).nth(1)).toContainText('0.001');
  await table(page)
    .getByRole('button', { name: /^Run \d/ })
    .first()
    .focus();
  await page.keyboard.press('End');
  await expect(table(page).locator('button[data-place="199"]')).toBeFocused();
  await page.waitForTimeout(1000);
  const [control = 0, longest = 0] = longestTasks(await browser.stopTracing());
  expect(control, 'ms of the control').toBeGreaterThan(200);
  expect(longest, 'ms of the longest task').toBeLessThan(50);

  await page.setViewportSize({ width: 390, height: 844 });
  await table(page).locator('button[data-place]').first().click();
  await expect(runPage(page).getByRole('figure')).toHaveCount(2);
  const height = () => page.locator('.models-place').evaluate(place => place.scrollHeight);
  expect(await height()).toBeLessThan(2500);
  const sideways = await page.locator('.models-place').evaluate(place => place.scrollWidth - place.clientWidth);
  expect(sideways).toBeLessThanOrEqual(0);
});
