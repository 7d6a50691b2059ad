/** Images that a model was trained on are no test of it: left out and told, whatever the split. */
import {
  bytesOf,
  downloadFrom,
  expect,
  exportedReport,
  goPlace,
  openStudio,
  useDemoData as readDemoData,
  runTest,
  startTraining,
  test,
} from './support.ts';

const QUERY = 'size=32&filters=4&epochs=3&batch=4&demo=30&engine=cpu';

test('@long a model tested on another split of its own data leaves out what it was trained on', async ({ page }) => {
  await openStudio(page, QUERY);
  await readDemoData(page);
  await startTraining(page);
  await expect(page.getByRole('status', { name: 'Training status' })).toContainText('Finished after 3 epochs', {
    timeout: 60_000,
  });
  const { split: before } = await exportedReport(page);
  const zip = await bytesOf(await downloadFrom(page, 'Download model'));
  const tensors = await bytesOf(await downloadFrom(page, 'safetensors'));

  const results = page.getByRole('region', { name: 'Test results' });
  await runTest(page);
  await expect(results).toContainText('3 images held out', { timeout: 60_000 });
  await expect(results).not.toContainText('used to train');

  const trained = new Set([...before.train, ...before.validation]);
  const leavesOut = async (name: string, buffer: Buffer) => {
    await openStudio(page, `${QUERY}&splitSeed=2`);
    await readDemoData(page);
    await goPlace(page, 'Models');
    await page.getByLabel('Model files').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await runTest(page);
    await expect(results).toContainText(/used to train this model, or look like one that was, and are left out/, {
      timeout: 60_000,
    });
    const report = await exportedReport(page);
    const scored: string[] = report.test.images.map(({ id }: { id: string }) => id);
    expect(scored.filter(id => trained.has(id))).toEqual([]);
    const left = report.split.test.filter((id: string) => trained.has(id));
    expect(left.length).toBeGreaterThan(0);
    expect(report.test.seen).toEqual({ known: true, ids: expect.arrayContaining(left) });
  };
  const files: [string, Buffer][] = [
    ['model.zip', zip],
    ['model.safetensors', tensors],
  ];
  const chosen = process.env.LONG ? files : files.slice(1);
  for (const [name, buffer] of chosen) await leavesOut(name, buffer);

  await page.getByRole('button', { name: 'Score all pairs' }).click();
  await expect(results).toContainText(/27 of them were used to train this model/, { timeout: 60_000 });
  const csv = (await bytesOf(await downloadFrom(page, 'Export CSV'))).toString('utf8');
  const [header = '', ...lines] = csv.trim().split('\r\n');
  expect(header.endsWith(',seen')).toBe(true);
  expect(lines.filter(line => line.endsWith(',yes'))).toHaveLength(27);
  expect(lines.filter(line => line.endsWith(',no'))).toHaveLength(3);
});
