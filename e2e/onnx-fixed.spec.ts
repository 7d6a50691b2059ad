/** The ONNX file with fixed sides, out and back in through the page. */
import type { Page } from '@playwright/test';
import { decodeModel } from '../src/formats/onnx/schema.ts';
import { bytesOf, downloadFrom, expect, goPlace, openStudio, test } from './support.ts';

const models = (page: Page) => page.getByRole('tabpanel', { name: 'Models' });

/** Behind the header, which says when the file was written. */
async function weights(page: Page): Promise<Buffer> {
  const file = await bytesOf(await downloadFrom(page, 'safetensors'));
  return file.subarray(8 + Number(file.readBigUInt64LE(0)));
}

test('it has a name and a shape of its own, and comes back as the model that it was', async ({ page }) => {
  await openStudio(page);
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Load pre-trained model' }).click();
  await expect(models(page)).toContainText('797,979');
  const download = await downloadFrom(page, 'ONNX, fixed sides');
  expect(download.suggestedFilename()).toMatch(/^lesion-studio-improved-unet-64-f8-\d{4}-\d\d-\d\d-fixed\.onnx$/);
  const bytes = await bytesOf(download);
  expect(decodeModel(bytes).inputs[0]?.shape).toEqual([1, 3, 64, 64]);
  const before = await weights(page);
  await page
    .getByLabel('Model files')
    .setInputFiles({ name: download.suggestedFilename(), mimeType: 'application/octet-stream', buffer: bytes });
  await page.waitForFunction(
    name => window.studio.store.getState().model?.origin === name,
    download.suggestedFilename(),
  );
  expect((await weights(page)).equals(before)).toBe(true);
});
