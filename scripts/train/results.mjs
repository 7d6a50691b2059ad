// What a training leaves in its folder.
import { join } from 'node:path';
import { load } from './load.mjs';
import { keptRun, TrainingError } from './training.mjs';

/** Of one run of several, in runs/NUMBER: what Import runs takes. */
export async function writeRun(studio, folder, id, number) {
  const report = await studio.file('exportRunReport', id);
  if (!report) throw new TrainingError(`the report of run ${number} could not be written`);
  await folder.write(`runs/${number}/report.json`, report);
  const { bytes } = await keptRun(studio, id);
  // Of many runs the first ones' weights may have given way.
  if (bytes === 0) return;
  if (!(await studio.look(`({ model }) => model?.keptRun === ${JSON.stringify(id)}`)))
    await studio.command('loadRun', id);
  await folder.write(`runs/${number}/model.zip`, await studio.file('exportModel', 'layers'));
}

export async function writeResults(studio, folder, kept) {
  const report = JSON.parse(await studio.file('exportReport'));
  // A run that was trained before this process is known to the page by its list of runs only.
  const known =
    report.epochs.length > 0 ? `${JSON.stringify(report, null, 2)}\n` : await studio.file('exportRunReport', kept.id);
  await folder.write('report.json', known);
  await folder.write('report.html', await studio.file('exportHtml'));
  await folder.write('model.zip', await studio.file('exportModel', 'layers'));
  const { page } = studio;
  const open = place => page.getByRole('tab', { name: place }).click();
  await open('Train');
  await page.getByRole('region', { name: 'Predictions' }).screenshot({ path: join(folder.out, 'triptychs.png') });
  await page.screenshot({ path: join(folder.out, 'page.png') });
  await open('Results');
  await page.screenshot({ path: join(folder.out, 'results.png') });
}

/** A row for each run that is done, by the settings' labels. */
export async function writeSweep(folder) {
  const { settingTexts } = await load('ui/settings/texts.ts');
  const score = value => (value === null ? '–' : value.toFixed(4));
  const rows = folder.plan.sweep.flatMap(({ sweep, change }, place) => {
    const { done, failed, valDice, testDice } = folder.run(place);
    if (!done) return [];
    const values = Object.entries(change).map(([name, value]) => [settingTexts[name].label, String(value)]);
    return [
      {
        sweep,
        ...Object.fromEntries(values),
        State: failed ? 'failed' : 'done',
        'Validation Dice': score(valDice),
        'Test Dice': score(testDice),
      },
    ];
  });
  await folder.write('sweep.json', `${JSON.stringify(rows, null, 2)}\n`);
}
