/** The whole main job on demo data: load, train, watch, test, save, load back. */
import { readFile } from 'node:fs/promises';
import JSZip from 'jszip';
import * as ort from 'onnxruntime-web';
import {
  bytesOf,
  diceOf,
  downloadFrom,
  expect,
  exportedReport,
  figureValues,
  goPlace,
  inPlace,
  maskOf,
  openStudio,
  pairsRead,
  pixelsOf,
  runStatus,
  runTest,
  small,
  test,
  train,
  useDemoData,
} from './support.ts';

test.describe.configure({ mode: 'serial' });

test('from demo data to a tested, saved and reloaded model', async ({ page }) => {
  test.setTimeout(400_000);
  // The one journey on WebGPU; the others take what the page chooses here, the CPU's cores.
  await openStudio(page, `${small}&engine=compiled`);

  await test.step('demo data are split 0.8 : 0.1 : 0.1', async () => {
    await useDemoData(page);
    const dataset = page.getByRole('region', { name: 'Dataset' });
    await pairsRead(page, 20);
    await expect(dataset).toContainText('train 16 · validation 2 · test 2');
  });

  await test.step('training draws curves, triptychs and progress', async () => {
    await train(page);
    for (const name of ['Dice', 'Accuracy', 'Loss']) {
      const { train: own, validation } = await figureValues(page, name);
      expect(own, name).toBeGreaterThanOrEqual(0);
      expect(validation, name).toBeGreaterThanOrEqual(0);
    }
    // By epochs, and by the time that they took.
    const ticks = page.getByRole('figure', { name: 'Dice', exact: true }).locator('.plot-tick');
    await expect(ticks.last()).toHaveText('2');
    await page.getByRole('radio', { name: 'Time' }).check();
    await expect(ticks.last()).toHaveText(/\d( s|:\d\d)/);
    await page.getByRole('radio', { name: 'Epochs' }).check();
    await expect(ticks.last()).toHaveText('2');
    await expect(runStatus(page)).toHaveAttribute('aria-valuenow', /^(100|2|8)(\.0+)?$/);
    const predictions = page.getByRole('region', { name: 'Predictions' });
    const inputs = predictions.getByRole('img', { name: /^Input / });
    await expect(inputs).toHaveCount(2);
    const first = await inputs.first().getAttribute('alt');
    const id = first?.replace('Input ', '') ?? '';
    expect(id).toMatch(/^demo_\d{4}$/);
    const input = await pixelsOf(predictions.getByAltText(`Input ${id}`));
    expect([input.width, input.height]).toEqual([32, 32]);
    // A photograph, not a flat colour.
    expect(new Set(input.data.filter((_, i) => i % 4 === 0)).size).toBeGreaterThan(10);
    const truth = await maskOf(predictions.getByAltText(`Ground truth ${id}`));
    expect(truth.some(Boolean) && !truth.every(Boolean)).toBe(true);
    const prediction = await maskOf(predictions.getByAltText(`Prediction ${id}`));
    expect(prediction).toHaveLength(32 * 32);
  });

  const report = await test.step('the test split is scored, worst first, and agrees with the report', async () => {
    // After a run the bar over the places offers the test, and shows where it is made.
    await page.getByRole('button', { name: 'Run test split' }).click();
    const table = page.getByRole('table', { name: 'Per-image scores' });
    await expect(table.getByRole('row')).toHaveCount(3, { timeout: 60_000 });
    const content = await exportedReport(page);
    expect(content).toMatchObject({ format: 'lesion-studio-report', version: 1 });
    expect(content.config).toMatchObject({
      arch: 'improved-unet',
      size: 32,
      filters: 4,
      batch: 4,
      epochs: 2,
      lr: 0.0005,
      seed: 1,
    });
    expect(content.device.engine).toBe('webgpu');
    expect(content.dataset.pairs).toBe(20);
    expect(content.epochs.map((epoch: { epoch: number }) => epoch.epoch)).toEqual([1, 2]);
    const { train: trainIds, validation, test: testIds } = content.split;
    expect(new Set([...trainIds, ...validation, ...testIds]).size).toBe(20);
    const scores: { id: string; dice: number; jaccard: number }[] = content.test.images;
    expect(scores.map(({ id }) => id).sort()).toEqual([...testIds].sort());
    for (const { dice, jaccard } of scores) expect(jaccard).toBeCloseTo(dice / (2 - dice), 9);
    expect(scores.map(({ dice }) => dice)).toEqual(scores.map(({ dice }) => dice).sort((a, b) => a - b));
    expect(content.test.meanDice).toBeCloseTo(scores.reduce((sum, { dice }) => sum + dice, 0) / scores.length, 9);
    const rows = await table.getByRole('row').allInnerTexts();
    expect(rows[1]).toContain(scores[0]?.id);
    // The curves show what the report holds.
    expect((await figureValues(page, 'Dice')).validation).toBeCloseTo(content.epochs[1].valDice, 2);
    return content;
  });

  const shown = await test.step("a row opens its triptych, whose Dice is the table's", async () => {
    const worst = report.test.images[0];
    await page.getByRole('table', { name: 'Per-image scores' }).getByRole('button', { name: worst.id }).click();
    const results = page.getByRole('region', { name: 'Test results' });
    await expect(results.getByAltText(`Prediction ${worst.id}`)).toBeVisible();
    const truth = await maskOf(results.getByAltText(`Ground truth ${worst.id}`));
    const prediction = await maskOf(results.getByAltText(`Prediction ${worst.id}`));
    expect(diceOf(truth, prediction)).toBeCloseTo(worst.dice, 9);
    const input = await pixelsOf(results.getByAltText(`Input ${worst.id}`));
    return { id: worst.id, prediction, input };
  });

  const zip = await test.step('the model is saved, and downloaded as a zip that tfjs can open', async () => {
    await goPlace(page, 'Models');
    await page.getByRole('button', { name: 'Save to browser' }).click();
    const saved = page.getByRole('region', { name: 'Saved models' });
    await expect(saved).toContainText('improved-unet 32 f4', { timeout: 30_000 });
    await rename('first model');
    const download = await downloadFrom(page, 'Download model');
    const archive = await JSZip.loadAsync(await bytesOf(download));
    expect(Object.keys(archive.files)).toEqual(expect.arrayContaining(['model.json', 'weights.bin', 'README.md']));
    const model = JSON.parse((await archive.file('model.json')?.async('string')) ?? '');
    const bytes = (await archive.file('weights.bin')?.async('uint8array')) ?? new Uint8Array();
    expect(model.format).toBe('layers-model');
    expect(bytes.length).toBe(4 * 200175);
    return readFile(await download.path());
  });

  const files = await test.step('ONNX and safetensors: run and read by others', async () => {
    const onnx = await bytesOf(await downloadFrom(page, 'ONNX'));
    const session = await ort.InferenceSession.create(onnx);
    const { width, height, data } = shown.input;
    const image = Float32Array.from({ length: 3 * width * height }, (_, i) => {
      const [channel, place] = [Math.floor(i / (width * height)), i % (width * height)];
      return (data[place * 4 + channel] ?? 0) / 255;
    });
    const { probability } = await session.run({ image: new ort.Tensor('float32', image, [1, 3, height, width]) });
    const probabilities = [...((probability?.data ?? []) as Float32Array)];
    expect(probabilities).toHaveLength(width * height);
    const outside = probabilities.filter((p, i) => Math.abs(p - 0.5) > 1e-4 && Number(p > 0.5) !== shown.prediction[i]);
    expect(outside).toEqual([]);
    expect(shown.prediction.some(Boolean)).toBe(true);

    const safetensors = await bytesOf(await downloadFrom(page, 'safetensors'));
    const length = Number(safetensors.readBigUInt64LE(0));
    const { __metadata__: metadata, ...tensors } = JSON.parse(safetensors.subarray(8, 8 + length).toString('utf8'));
    expect(JSON.parse(metadata.lesion_studio)).toMatchObject({ arch: 'improved-unet', filters: 4, size: 32 });
    expect(tensors['level1_conv.weight']).toMatchObject({ dtype: 'F32', shape: [4, 3, 3, 3] });
    expect(safetensors.length - 8 - length).toBe(4 * 200175);
    return { 'm.onnx': onnx, 'm.safetensors': safetensors };
  });

  await test.step('after a reload the saved model gives the same mask', async () => {
    await page.reload();
    await useDemoData(page);
    await goPlace(page, 'Models');
    const saved = page.getByRole('region', { name: 'Saved models' });
    await saved.getByRole('button', { name: 'Load' }).click();
    expect(await testedMask(shown.id)).toEqual(shown.prediction);
  });

  await test.step('the downloaded model gives the same mask', async () => {
    await page.reload();
    await useDemoData(page);
    await giveModel({ name: 'model.zip', mimeType: 'application/zip', buffer: zip });
    expect(await testedMask(shown.id)).toEqual(shown.prediction);
  });

  // Each takes a test of its own.
  if (process.env.LONG) await otherFiles();

  await test.step('a saved model is renamed and deleted', async () => {
    await goPlace(page, 'Models');
    const saved = page.getByRole('region', { name: 'Saved models' });
    await rename('second name');
    await expect(saved).not.toContainText('first model');
    await saved.getByRole('button', { name: 'Delete' }).click();
    await expect(saved).not.toContainText('second name');
    await saved.getByRole('button', { name: 'Undo' }).click();
    await expect(saved).toContainText('second name');
    await saved.getByRole('button', { name: 'Delete' }).click();
    await expect(saved).not.toContainText('second name');
    await page.reload();
    await expect(page.getByRole('region', { name: 'Saved models' })).not.toContainText('second name');
  });

  async function otherFiles(): Promise<void> {
    await test.step('so do the ONNX and the safetensors file, and a cut one changes nothing', async () => {
      for (const [name, buffer] of Object.entries(files)) {
        const give = (bytes: Buffer) => giveModel({ name, mimeType: 'application/octet-stream', buffer: bytes });
        await give(buffer.subarray(0, buffer.length / 2));
        await expect(page.getByRole('alert')).toContainText(`${name} is`);
        await page.getByRole('alert').getByRole('button').click();
        await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible();
        await give(buffer);
        await expect(page.getByRole('table', { name: 'Per-image scores' })).toHaveCount(0);
        expect(await testedMask(shown.id)).toEqual(shown.prediction);
      }
    });

    await test.step('model.json with weights.bin does as well', async () => {
      const archive = await JSZip.loadAsync(zip);
      const part = async (name: string, mimeType: string) => ({
        name,
        mimeType,
        buffer: (await archive.file(name)?.async('nodebuffer')) ?? Buffer.alloc(0),
      });
      await giveModel(
        await part('model.json', 'application/json'),
        await part('weights.bin', 'application/octet-stream'),
      );
      // The test of the model before goes with it.
      await expect(page.getByRole('table', { name: 'Per-image scores' })).toHaveCount(0);
      expect(await testedMask(shown.id)).toEqual(shown.prediction);
    });
  }

  function giveModel(...files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
    return inPlace(page, 'Models', () => page.getByLabel('Model files').setInputFiles(files));
  }

  async function rename(to: string): Promise<void> {
    const saved = page.getByRole('region', { name: 'Saved models' });
    await saved.getByRole('button', { name: 'Rename' }).click();
    const name = saved.getByRole('textbox', { name: 'New name' });
    await name.fill(to);
    await name.press('Enter');
    await expect(saved).toContainText(to);
  }

  async function testedMask(id: string): Promise<number[]> {
    await runTest(page);
    const table = page.getByRole('table', { name: 'Per-image scores' });
    await expect(table.getByRole('row')).toHaveCount(3, { timeout: 60_000 });
    await table.getByRole('button', { name: id }).click();
    const results = page.getByRole('region', { name: 'Test results' });
    await expect(results.getByAltText(`Prediction ${id}`)).toBeVisible();
    return maskOf(results.getByAltText(`Prediction ${id}`));
  }
});
