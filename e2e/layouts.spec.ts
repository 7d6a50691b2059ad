/** Layouts that people have: how the pairs come out, what division and groups the data bring along, as Export pairs writes them. */
import type { Page } from '@playwright/test';
import { mask, skin, zipOf } from './fixtures.ts';
import { bytesOf, downloadFrom, expect, openStudio, test } from './support.ts';

interface Row {
  readonly id: string;
  readonly image: string;
  readonly mask: string;
  readonly part: string;
}

async function exported(page: Page): Promise<Row[]> {
  const csv = (await bytesOf(await downloadFrom(page, 'Export pairs'))).toString('utf8');
  const [header = '', ...lines] = csv.trim().split('\r\n');
  expect(header).toBe('id,image_path,mask_path,width,height,lesion_share,mean_grey,part,notice');
  return lines.map(line => {
    const [id = '', image = '', mask = '', ...rest] = line.split(',').map(cell => cell.replace(/^"|"$/g, ''));
    return { id, image, mask, part: rest[4] ?? '' };
  });
}

const numbers = Array.from({ length: 12 }, (_, i) => i);
/** Twelve pairs under names that `of` gives. */
const layout = (of: (i: number) => readonly [image: string, mask: string]) =>
  Object.fromEntries(
    numbers.flatMap(i => {
      const [image, maskName] = of(i);
      return [[image, skin(48, 32, 3 * i)] as const, [maskName, mask(48, 32)] as const];
    }),
  );

const layouts: Record<string, (i: number) => readonly [string, string]> = {
  'nnU-Net': i => [`imagesTr/case_${i}_0000.png`, `labelsTr/case_${i}.png`],
  'Pascal VOC': i => [`VOC/JPEGImages/${i}.png`, `VOC/SegmentationClass/${i}.png`],
  PH2: i => [
    `PH2/IMD${100 + i}/IMD${100 + i}_Dermoscopic_Image/IMD${100 + i}.png`,
    `PH2/IMD${100 + i}/IMD${100 + i}_lesion/IMD${100 + i}_lesion.png`,
  ],
  'the part before': i => [`train/images/${i}.png`, `train/masks/${i}.png`],
  'the part after': i => [`images/train/${i}.png`, `masks/train/${i}.png`],
  'suffixes in any case': i => [`${i}.png`, `${i}_${['Mask', 'SEG', 'lesion', 'gt', 'Label'][i % 5]}.png`],
};

test('each layout gives each image its own mask', async ({ page }) => {
  await openStudio(page, 'size=16');
  const dataset = page.getByRole('region', { name: 'Dataset' });
  for (const [name, of] of Object.entries(layouts)) {
    await page.getByLabel('Dataset files').setInputFiles([await zipOf(layout(of), `${name}.zip`)]);
    await expect(dataset.getByText(`${name}.zip`)).toBeVisible();
    const found = (await exported(page)).map(({ image, mask }) => [image, mask]);
    expect(found.sort(), name).toEqual(
      numbers
        .map(of)
        .map(([image, mask]) => [image, mask])
        .sort(),
    );
  }
});

test('folders named train, val and test are offered as the split', async ({ page }) => {
  await openStudio(page, 'size=16');
  const folder = (i: number) => (i < 7 ? 'train' : i < 9 ? 'val' : 'test');
  const entries = layout(i => [`${folder(i)}/images/${i}.png`, `${folder(i)}/masks/${i}.png`]);
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(entries)]);
  await expect(page.getByText('train 9 · validation 1 · test 2')).toBeVisible();
  await page.getByRole('button', { name: 'Use the folders’ train and test' }).click();
  await expect(page.getByText('train 7 · validation 2 · test 3')).toBeVisible();
  const named = { train: 'train', val: 'validation', test: 'test' };
  for (const { image, part } of await exported(page))
    expect(part).toBe(named[image.split('/')[0] as keyof typeof named]);
});

test('images of one patient stay in one part', async ({ page }) => {
  await openStudio(page, 'size=16');
  const rows = numbers.map(i => `img_${i},P${Math.floor(i / 4)},${20 + i}`);
  const entries = {
    ...layout(i => [`images/img_${i}.png`, `masks/img_${i}.png`]),
    'metadata.csv': `image_id,patient_id,age_approx\n${rows.join('\n')}\n`,
  };
  await page.getByLabel('Dataset files').setInputFiles([await zipOf(entries)]);
  await expect(page.getByText('3 groups of 12 pairs by lesion or patient, each kept in one part')).toBeVisible();
  const partsOf = new Map<number, Set<string>>();
  for (const { id, part } of await exported(page)) {
    const patient = Math.floor(Number(id.replace('img_', '')) / 4);
    partsOf.set(patient, (partsOf.get(patient) ?? new Set()).add(part));
  }
  expect([...partsOf.values()].map(({ size }) => size)).toEqual([1, 1, 1]);
});
