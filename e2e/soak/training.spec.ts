/** Two thousand steps with pauses, validations and checkpoints: memory stays flat and nothing is left out. */
import { expect, exportedReport, openStudio, startTraining, test, useDemoData } from '../support.ts';
import { memorySampler, writeResult } from './memory.ts';

const EPOCHS = 125;

for (const engine of ['compiled', 'cpu'] as const)
  test(`2,000 steps, engine ${engine}`, async ({ page }) => {
    const memory = memorySampler(page, { byProcess: engine === 'cpu' });
    // Each long enough to be paused on its way.
    const network = engine === 'cpu' ? 'size=32&filters=8' : 'size=16&filters=2';
    await openStudio(page, `${network}&batch=2&epochs=${EPOCHS}&demo=40&seed=3&engine=${engine}`);
    await useDemoData(page);
    await startTraining(page);
    const epoch = async () =>
      Number(/Epoch (\d+)/.exec(await page.getByRole('status', { name: 'Training status' }).innerText())?.[1] ?? 0);
    const shown: string[] = [];
    for (let target = 10; target <= 120; target += 10) {
      await expect.poll(epoch, { timeout: 600_000 }).toBeGreaterThanOrEqual(target);
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(page.getByRole('button', { name: 'Resume' })).toBeEnabled();
      await memory.sample();
      const chip = await page.getByTitle(/in use$/).innerText();
      shown.push(/[\d.]+ \w?B in use/.exec(chip)?.[0] ?? chip);
      await page.getByRole('button', { name: 'Resume' }).click();
    }
    await expect(page.getByRole('status', { name: 'Training status' })).toContainText(
      `Finished after ${EPOCHS} epochs`,
      {
        timeout: 600_000,
      },
    );
    const { epochs, split } = await exportedReport(page);
    expect(split.train).toHaveLength(32);
    expect(epochs.map(({ epoch }: { epoch: number }) => epoch)).toEqual(
      Array.from({ length: EPOCHS }, (_, i) => i + 1),
    );
    // Forty moments are kept, the last one among them.
    const slider = page.getByRole('region', { name: 'Predictions' }).getByRole('slider');
    await expect(slider).toHaveAttribute('max', '39');
    await expect(slider).toHaveAttribute('aria-valuetext', `epoch ${EPOCHS}`);
    await expect(page.getByRole('alert')).toHaveCount(0);
    for (const name of ['Dice', 'Loss']) {
      const drawn = page.getByRole('figure', { name, exact: true }).locator('[data-series=validation] path');
      // The curves follow at most a few times a second.
      await expect.poll(async () => (await drawn.getAttribute('d'))?.split('L').length, { message: name }).toBe(EPOCHS);
    }
    const { samples } = memory;
    const title = `${EPOCHS * 16} training steps with ${samples.length} pauses`;
    await writeResult(engine === 'cpu' ? 'training-cpu' : 'training', { title, samples });
    // Buffers are counted exactly, by the engine and by what the worker's device makes and destroys: not one more or less.
    expect(new Set(shown).size, shown.join()).toBe(1);
    expect(new Set(samples.map(({ gpuBuffers }) => gpuBuffers)).size, JSON.stringify(samples)).toBe(1);
    expect(new Set(samples.map(({ gpuBytes }) => gpuBytes)).size).toBe(1);
    if (engine === 'compiled') expect(samples[0]?.gpuBuffers).toBeGreaterThan(10);
    else expect(samples[0]?.gpuBuffers).toBe(0);
    const heaps = samples.map(({ heap }) => heap);
    // A process's memory rises and falls with the collector; what leaks stays, and is there at the end.
    const middle = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
    // By up to 30 MB either way; a batch of images that leaked at each step would come to 49 MB.
    if (engine === 'cpu') expect(middle(heaps.slice(-6))).toBeLessThan(middle(heaps.slice(0, 6)) + 30e6);
    else expect(Math.max(...heaps)).toBeLessThan((heaps[0] ?? 0) + 10e6);
    const mega = heaps.map(bytes => (bytes / 1e6).toFixed(1));
    console.log(`heap ${mega.join(', ')} MB; ${samples[0]?.gpuBuffers} GPU buffers, ${shown[0]}`);
  });
