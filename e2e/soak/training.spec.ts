/** Two thousand steps with pauses, validations and checkpoints: memory stays flat and nothing is left out. */
import { expect, exportedReport, openStudio, test, useDemoData } from '../support.ts';

const EPOCHS = 125;

test('2,000 steps', async ({ page }) => {
  await openStudio(page, `size=16&filters=2&batch=2&epochs=${EPOCHS}&demo=40&seed=3`);
  await useDemoData(page);
  await page.getByRole('button', { name: 'Start training' }).click();
  const heaps: number[] = [];
  const gpu = new Set<string>();
  const epoch = async () =>
    Number(/Epoch (\d+)/.exec(await page.getByRole('status', { name: 'Training status' }).innerText())?.[1] ?? 0);
  for (const target of [10, 40, 70, 100, 120]) {
    await expect.poll(epoch, { timeout: 600_000 }).toBeGreaterThanOrEqual(target);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('button', { name: 'Resume' })).toBeEnabled();
    heaps.push(
      await page.evaluate(async () => {
        const { measureUserAgentSpecificMemory: measure } = performance as unknown as {
          measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
        };
        return (await measure.call(performance)).bytes;
      }),
    );
    gpu.add(await page.locator('.chip-memory').innerText());
    await page.getByRole('button', { name: 'Resume' }).click();
  }
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText(`Finished after ${EPOCHS} epochs`, {
    timeout: 600_000,
  });
  const { epochs, split } = await exportedReport(page);
  expect(split.train).toHaveLength(32);
  expect(epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual(Array.from({ length: EPOCHS }, (_, i) => i + 1));
  await expect(page.getByRole('region', { name: 'Predictions' }).getByRole('slider')).toHaveAttribute(
    'max',
    `${EPOCHS}`,
  );
  await expect(page.getByRole('alert')).toHaveCount(0);
  // Buffers are counted exactly by the engine: not one more or less.
  expect([...gpu]).toHaveLength(1);
  const [first = 0] = heaps;
  expect(Math.max(...heaps)).toBeLessThan(first + 10e6);
  console.log(
    `heap ${heaps.map(bytes => `${(bytes / 1e6).toFixed(1)} MB`).join(', ')}; GPU buffers ${[...gpu].join(', ')}`,
  );
});
