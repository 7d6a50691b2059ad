/** A model on other images: all pairs scored, masks taken away at the images' own sizes, images without masks outlined. */
import type { Page } from '@playwright/test';
import { decode } from 'fast-png';
import JSZip from 'jszip';
import * as ort from 'onnxruntime-web';
import { disc, type FixtureFile, png, skin, soundPairs, zipOf } from './fixtures.ts';
import {
  bytesOf,
  clean,
  downloadFrom,
  dropOn,
  expect,
  exportedReport,
  goPlace,
  openStudio,
  pairsRead,
  runTest,
  test,
  train,
} from './support.ts';

const SIZE = 32;

test('all pairs are scored, and masks fit their images pixel for pixel', async ({ page }) => {
  await openStudio(page, `size=${SIZE}&filters=2&batch=4&epochs=1&lr=0.01`);
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(soundPairs(12)));
  await pairsRead(page, 12);
  await expect(page.getByLabel('Images to outline')).toBeDisabled();
  await train(page);
  const network = await ort.InferenceSession.create(await bytesOf(await downloadFrom(page, 'ONNX')));

  await goPlace(page, 'Results');
  const results = page.getByRole('region', { name: 'Test results' });
  await goPlace(page, 'Results');
  await page.getByRole('button', { name: 'Score all pairs' }).click();
  await expect(results).toContainText('All 12 pairs of set.zip');
  await expect(results.getByRole('table').getByRole('rowheader')).toHaveCount(12);
  // What was trained on is no test: the report does not tell it as one.
  expect((await exportedReport(page)).test).toBeUndefined();
  await goPlace(page, 'Results');
  const masks = await JSZip.loadAsync(await bytesOf(await downloadFrom(page, 'Export masks')));
  expect(Object.keys(masks.files)).toHaveLength(12);
  await agrees(network, skin(48, 32, 3), (await masks.file('ISIC_1003_segmentation.png')?.async('nodebuffer')) ?? null);

  const image = skin(64, 96, 5);
  await outline(page, [
    { name: 'A.png', mimeType: 'image/png', buffer: image },
    { name: '=B<b>.png', mimeType: 'image/png', buffer: skin(50, 41, 7) },
    { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
  ]);
  const outlined = page.getByRole('table', { name: 'Outlined images' });
  await expect(outlined.getByRole('row')).toHaveCount(3);
  await expect(page.getByRole('list', { name: 'Images left out' })).toContainText(/broken\.jpg — .*/);
  await expect(page.getByRole('figure', { name: '=B<b>.png' }).getByRole('img')).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download mask of A.png' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('A_segmentation.png');
  const share = await agrees(network, image, await bytesOf(download));
  await expect(outlined.getByRole('row', { name: 'A.png' })).toContainText(`64 × 96 ${(share * 100).toFixed(1)} %`, {
    useInnerText: true,
  });
  const zip = await JSZip.loadAsync(await bytesOf(await downloadFrom(page, 'Download all masks')));
  expect(Object.keys(zip.files).sort()).toEqual(['=B_b__segmentation.png', 'A_segmentation.png']);
  await agrees(network, skin(50, 41, 7), (await zip.file('=B_b__segmentation.png')?.async('nodebuffer')) ?? null);

  await clean(page, 'images outlined');

  // What cannot be used changes nothing.
  await outline(page, [{ name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') }]);
  await expect(page.getByRole('alert')).toContainText('broken.jpg');
  await expect(page.getByRole('alert')).toHaveCount(1);
  await expect(outlined.getByRole('row')).toHaveCount(3);
  await page.getByRole('alert').getByRole('button').click();
  // ... and the rows still open the images that they name.
  await outlined.getByRole('button', { name: 'A.png', exact: true }).click();
  await expect(page.getByRole('figure', { name: 'A.png' }).getByRole('img')).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  // The same images from another probability on: other masks, on the picture too.
  const line = page.getByRole('figure', { name: '=B<b>.png' }).locator('.mark-prediction');
  await outlined.getByRole('button', { name: '=B<b>.png', exact: true }).click();
  const drawn = await line.getAttribute('d');
  await page.getByRole('slider', { name: 'Threshold' }).fill('1');
  await outline(page, [
    { name: 'A.png', mimeType: 'image/png', buffer: image },
    { name: '=B<b>.png', mimeType: 'image/png', buffer: skin(50, 41, 7) },
  ]);
  await expect(page.getByText('2 masks at threshold 0.01')).toBeVisible();
  await outlined.getByRole('button', { name: '=B<b>.png', exact: true }).click();
  await expect.poll(() => line.getAttribute('d')).not.toBe(drawn);
  // Dropped on the panel, an image is outlined rather than taken for a data set.
  await page.locator('.outline-panel').evaluate(panel => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'C.png'));
    panel.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true }));
  });
  await expect(page.getByText('Drop to outline: images without masks, or a zip of them')).toBeVisible();
  await dropOn(page, '.outline-panel', { name: 'C.png', mimeType: 'image/png', buffer: image });
  await expect(outlined.getByRole('row')).toHaveCount(2, { timeout: 60_000 });
  await expect(outlined).toContainText('C.png');
});

async function outline(page: Page, files: FixtureFile[]): Promise<void> {
  await expect(page.getByLabel('Images to outline')).toBeEnabled();
  await page.getByLabel('Images to outline').setInputFiles(files);
  await expect(page.getByRole('progressbar', { name: 'Outline progress' })).toHaveCount(0, { timeout: 60_000 });
}

/** Holds a mask against onnxruntime's, with the shrinking and enlarging done over again by their definitions; its share of lesion. */
async function agrees(network: ort.InferenceSession, image: Buffer, mask: Buffer | null): Promise<number> {
  expect(mask).not.toBeNull();
  const { width, height, data } = decode(image);
  const shrunk = (axis: number, side: number) =>
    Array.from({ length: side }, (_, place) => {
      const overlap = Math.min(((place + 1) * SIZE) / side, axis + 1) - Math.max((place * SIZE) / side, axis);
      return Math.max(0, overlap);
    });
  const input = new Float32Array(3 * SIZE * SIZE);
  for (let y = 0; y < SIZE; y++)
    for (let x = 0; x < SIZE; x++) {
      const [rows, columns] = [shrunk(y, height), shrunk(x, width)];
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        rows.forEach((row, j) => {
          if (row > 0)
            columns.forEach((column, i) => {
              sum += row * column * Number(data[(j * width + i) * 3 + c]);
            });
        });
        input[(c * SIZE + y) * SIZE + x] = Math.floor(sum + 0.5 + 1e-9) / 255;
      }
    }
  const { probability } = await network.run({ image: new ort.Tensor('float32', input, [1, 3, SIZE, SIZE]) });
  const p = probability?.data as Float32Array;
  const given = decode(mask ?? Buffer.alloc(0));
  expect({ width: given.width, height: given.height, channels: given.channels, depth: given.depth }).toEqual({
    ...{ width, height },
    channels: 1,
    depth: 8,
  });
  const near = (place: number, side: number, i: number) => {
    const at = Math.min(Math.max(((place + 0.5) * SIZE) / side - 0.5, 0), SIZE - 1);
    return Math.max(0, 1 - Math.abs(at - i));
  };
  let wrong = 0;
  let lesion = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let value = 0;
      for (let j = 0; j < SIZE; j++) {
        const row = near(y, height, j);
        if (row > 0) for (let i = 0; i < SIZE; i++) value += row * near(x, width, i) * (p[j * SIZE + i] ?? 0);
      }
      const pixel = given.data[y * width + x];
      if (pixel === 255) lesion++;
      else if (pixel !== 0) wrong++;
      if (Math.abs(value - 0.5) > 1e-3 && value > 0.5 !== (pixel === 255)) wrong++;
    }
  expect(wrong).toBe(0);
  return lesion / (width * height);
}

test('an image unlike the training images is told: in outlines, in scores, and by the downloaded model', async ({
  page,
}) => {
  const pairs = Array.from({ length: 76 }, (_, i) => [i, disc(i)] as const).flatMap(([i, { image, mask }]) => [
    [`ISIC_${1000 + i}.png`, image],
    [`ISIC_${1000 + i}_segmentation.png`, mask],
  ]);
  await openStudio(
    page,
    'size=16&filters=2&batch=8&epochs=1&lr=0.01&trainShare=0.7&validationShare=0.27&testShare=0.03',
  );
  await page.getByLabel('Dataset files').setInputFiles(await zipOf(Object.fromEntries(pairs)));
  await pairsRead(page, 76);
  await train(page);
  await runTest(page);
  const report = await exportedReport(page);
  expect(report.test.unlikeLevel).toBeGreaterThan(0);
  for (const { distance } of report.test.images) expect(distance).toBeGreaterThan(0);
  await goPlace(page, 'Results');
  await expect(page.getByRole('complementary', { name: 'Scores' })).toContainText(/unlike the training images/);
  const model = await bytesOf(await downloadFrom(page, 'Download model'));
  const { userDefinedMetadata } = JSON.parse(
    (await (await JSZip.loadAsync(model)).file('model.json')?.async('text')) ?? '',
  );
  // The network's, not only the seven of the picture itself.
  const { variances, images: looked } = userDefinedMetadata.trainingFeatures;
  expect(variances).toHaveLength(Math.floor(looked / 6));
  expect(variances.length).toBeGreaterThan(7);

  // As the network sees it, pixel by pixel black and white.
  const board = png(16, 16, 'grey', (x, y) => ((x + y) % 2) * 255);
  const images = [
    { name: 'like.png', mimeType: 'image/png', buffer: disc(200).image },
    { name: 'board.png', mimeType: 'image/png', buffer: board },
  ];
  const tellsThem = async () => {
    const row = (name: string) =>
      page.getByRole('table', { name: 'Outlined images' }).getByRole('row', { name: new RegExp(`^${name}`) });
    await outline(page, images);
    await expect(row('board')).toContainText('unlike training');
    await expect(row('like')).toBeVisible();
    await expect(row('like')).not.toContainText('unlike training');
  };
  await tellsThem();
  await clean(page, 'unlike');

  await openStudio(page, 'size=16&filters=2');
  await goPlace(page, 'Models');
  await page.getByLabel('Model files').setInputFiles({ name: 'model.zip', mimeType: 'application/zip', buffer: model });
  await goPlace(page, 'Results');
  await tellsThem();
});
