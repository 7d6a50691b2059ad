import { expect, test } from 'vitest';
import { buildReport } from '../../formats/report.ts';
import { packSafetensors } from '../../formats/safetensors.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import { defaultSettings, type RunSettings } from '../../protocol/settings.ts';
import { datasetOf } from '../../testing/dataset.ts';
import { epochs, outcome } from '../../testing/gallery/made-up.ts';
import { makeModel } from '../../testing/model.ts';
import { memoryBook } from '../../testing/run-book.ts';
import { importRuns } from './import-runs.ts';
import { listRuns, readRun } from './run-records.ts';

const settings: RunSettings = { ...defaultSettings, size: 32, filters: 2, batch: 4 };
const split = { seed: 7, ratios: { train: 0.6, validation: 0.2, test: 0.2 }, train: [0], validation: [1], test: [2] };

function reportOf(seed: number, changes: object = {}): object {
  const trained = epochs(3);
  const report = buildReport({
    ...{ appVersion: '1', device: null, settings: { ...settings, seed }, dataset: datasetOf(['A', 'B', 'C']), split },
    epochs: trained,
    model: {
      ...{ id: 'm', arch: settings.arch, filters: 2, ...plainPreparation, size: 32, origin: 'this run, epoch 2' },
      ...{ parameters: 1, bestEpoch: 2, valDice: trained[1]!.valDice },
    },
    test: outcome().result,
  });
  return { ...report, ...changes };
}
const file = (content: unknown, name = 'report.json') =>
  new File([typeof content === 'string' ? content : JSON.stringify(content)], name);

async function modelFile(valDice: number, name = 'model.safetensors'): Promise<File> {
  const model = makeModel({ arch: settings.arch, filters: 2, size: 32 });
  return new File([packSafetensors({ ...model, info: { ...model.info, bestEpoch: 2, valDice } })], name);
}

test('a report becomes a run that says what its own page would', async () => {
  const { book } = memoryBook();
  expect(await importRuns(book, [file(reportOf(3))])).toEqual({ runs: 1, weights: 0 });
  const [run] = (await listRuns(book)).runs;
  expect(run).toMatchObject({
    ...{ name: 'Run 1: improved-unet 32 f2', note: 'Imported from report.json', state: 'finished', bytes: 0 },
    ...{ settings: { ...settings, seed: 3 }, bestEpoch: 2, device: null, epochs: epochs(3) },
    dataset: { hash: datasetOf(['A', 'B', 'C']).hash, pairs: 3, source: 'report.json' },
    split: { seed: 7, ratios: split.ratios, train: 1, validation: 1, test: 1 },
  });
  expect(run?.test?.images).toEqual(outcome().result.images);
});

test('models go to the reports that tell of them, in any order', async () => {
  const { book, weights } = memoryBook();
  const other = reportOf(4, { model: { bestEpoch: 1 } });
  const model = await modelFile(epochs(3)[1]!.valDice);
  expect(await importRuns(book, [model, file(other, 'a.json'), file(reportOf(3), 'b.json')])).toEqual({
    ...{ runs: 2, weights: 1 },
  });
  const [id] = [...weights.keys()];
  expect(await readRun(book, id ?? '')).toMatchObject({ note: 'Imported from b.json' });
  expect((await readRun(book, id ?? '')).bytes).toBeGreaterThan(1000);
});

test('the same report again is the same run, and keeps its name, its note and its weights', async () => {
  const { book, records } = memoryBook();
  const report = file(reportOf(3));
  await importRuns(book, [report, await modelFile(epochs(3)[1]!.valDice)]);
  const [first] = (await listRuns(book)).runs;
  await book.put(first!.id, { ...first, name: 'mine' });
  expect(await importRuns(book, [report, report])).toEqual({ runs: 1, weights: 0 });
  expect(records.size).toBe(1);
  expect(await readRun(book, first!.id)).toMatchObject({ name: 'mine', bytes: first!.bytes });
});

test('one bad file is named, and nothing comes in', async () => {
  const { book, records } = memoryBook();
  const good = file(reportOf(3), 'good.json');
  const refused: [File[], RegExp][] = [
    [[good, file('{"a"', 'cut.json')], /^cut\.json is no report of this page/],
    [[good, file({ format: 'lesion-studio-split', version: 1 }, 'split.json')], /^split\.json is no report/],
    [[good, file(reportOf(1, { config: { size: 'large' } }), 'b.json')], /^b\.json is a report, but config\.size/],
    [[good, file(reportOf(1, { epochs: [] }), 'c.json')], /^c\.json tells of no epoch/],
    [[good, file(reportOf(1, { epochs: [{ epoch: 'one' }] }), 'd.json')], /^d\.json is a report, but epochs/],
    [[good, file(reportOf(1, { version: 2 }), 'e.json')], /^e\.json is a report, but version/],
    [[good, await modelFile(0.123, 'm.safetensors')], /^No report among these files tells of the model m\.safetensors/],
    [[good, new File(['no'], 'm.zip')], /m\.zip/],
    [[], /^No report was chosen/],
  ];
  for (const [files, message] of refused) await expect(importRuns(book, files)).rejects.toThrow(message);
  expect(records.size).toBe(0);
});

test('numbers that JSON has none for, and settings that came later, are no error', async () => {
  const { book } = memoryBook();
  const { hairs: _, ...older } = settings;
  const trained = epochs(2).map(epoch => ({ ...epoch, loss: epoch.epoch === 2 ? Number.NaN : epoch.loss }));
  const test = { ...outcome().result, images: [{ ...outcome().result.images[0], hausdorff95: null }] };
  await importRuns(book, [file(reportOf(1, { config: older, epochs: trained, test, model: null }))]);
  const [run] = (await listRuns(book)).runs;
  expect(run?.settings.hairs).toBe(0);
  expect(run?.epochs).toEqual(epochs(1));
  expect(run?.bestEpoch).toBe(1);
  expect(run?.test?.images[0]).not.toHaveProperty('hausdorff95');
});

test('a full disk is told with its numbers', async () => {
  const { book } = memoryBook(() => new DOMException('full', 'QuotaExceededError'));
  await expect(importRuns(book, [file(reportOf(3))])).rejects.toMatchObject({ code: 'storage-full' });
});
