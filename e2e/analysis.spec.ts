/** What a test says of the model beyond its scores: groups, calibration, failures. */
import { disc, zipOf } from './fixtures.ts';
import { clean, expect, exportedReport, goPlace, openStudio, pairsRead, runTest, test, train } from './support.ts';

test('a test is analysed by groups, a table’s columns too, by calibration and by its failures', async ({ page }) => {
  const pairs = Array.from({ length: 40 }, (_, i) => [`ISIC_${1000 + i}`, disc(i)] as const);
  const table = [
    'image_id,sex,age_approx',
    ...pairs.map(([id], i) => `${id},${i % 2 ? 'male' : '<b>female'},${30 + i}`),
  ];
  const entries = pairs.flatMap(([id, { image, mask }]) => [
    [`${id}.png`, image] as const,
    [`${id}_segmentation.png`, mask] as const,
  ]);
  await openStudio(
    page,
    'size=16&filters=2&batch=8&epochs=1&lr=0.01&trainShare=0.5&validationShare=0.25&testShare=0.25',
  );
  await page
    .getByLabel('Dataset files')
    .setInputFiles(await zipOf({ ...Object.fromEntries(entries), 'metadata.csv': `${table.join('\n')}\n` }));
  await pairsRead(page, 40);
  await train(page);
  await goPlace(page, 'Results');
  await page.getByRole('radio', { name: 'Analysis' }).first().check();
  const analysis = page.getByRole('region', { name: 'Analysis', exact: true });
  await expect(analysis).toContainText('They follow from the scores of the test images.');
  await runTest(page);
  const { test: report } = await exportedReport(page);
  await goPlace(page, 'Results');
  await page.getByRole('radio', { name: 'Analysis' }).first().check();

  const groups = analysis.getByRole('table', { name: 'Mean Dice by group' });
  await expect(groups.getByRole('rowheader')).toHaveCount(report.ownSize.subgroups.length);
  const female = report.ownSize.subgroups.find(({ value }: { value?: string }) => value === '<b>female');
  await expect(groups.getByRole('row', { name: 'sex: <b>female' })).toContainText(female.meanDice.toFixed(3));
  await expect(groups).toContainText(/age_approx: \d+ to \d+/);
  await expect(analysis.getByRole('img', { name: /Furthest off between 0\.\d and/ })).toBeVisible();
  await expect(analysis.getByRole('img', { name: /of the surest half/ })).toBeVisible();
  const [worst] = report.ownSize.images;
  await expect(analysis.getByRole('figure', { name: worst.id })).toContainText(worst.dice.toFixed(3));
  await expect(analysis.getByRole('img', { name: `Outline of ${worst.id}` })).toBeVisible();
  await clean(page, 'analysis');
});
