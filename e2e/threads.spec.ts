/** Threads of the CPU engine that end, and how many there are. */
import { expect, keptUpTo, openStudio, startTraining, test, useDemoData } from './support.ts';

test('@long a thread that is ended in mid-step costs no more than what came after the checkpoint', async ({ page }) => {
  await page.addInitScript(() => {
    const threads: Worker[] = [];
    const Original = Worker;
    window.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        if (options?.name?.startsWith('CPU thread')) threads.push(this);
      }
    };
    Object.assign(window, { threads });
  });
  await openStudio(page, 'size=64&filters=8&batch=4&epochs=12&demo=20&engine=cpu&threads=3');
  await expect(page.getByTitle('3 threads · CPU')).toBeVisible();
  await useDemoData(page);
  await startTraining(page);
  await keptUpTo(page, 2);
  const ended = await page.evaluate(() => {
    const { threads } = window as unknown as { threads: Worker[] };
    threads.at(-2)?.terminate();
    return threads.length;
  });
  // Those of the run, after those that tried a few steps for the estimate.
  expect([3, 6]).toContain(ended);
  await expect(page.getByRole('alert').filter({ hasText: 'A thread of the CPU engine was lost' })).toBeVisible();
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText('Finished after 12 epochs', {
    timeout: 120_000,
  });
});
