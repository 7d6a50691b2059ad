// Measures the loop of correcting: spoils masks of the training part, trains, finds the suspects by cross-validation, puts the true masks of the
// first of them in place through the page's own commands, trains again, and says what that gained on validation and test masks that were
// right all along:
//   npm run build && node scripts/measure-loop.mjs --out DIR [--data FILE.zip] [--share 0.3] [--folds 5] [--seed 1] [--size 64 …]
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decode, encode } from 'fast-png';
import JSZip from 'jszip';
import { diceOf, randomBelow, shuffled, spoils } from './loop/spoil.mjs';
import { load } from './train/load.mjs';
import { openStudio } from './train/studio.mjs';

const { maskEncoder } = await load('masks/coded.ts');
const { settingRecords } = await load('protocol/settings.ts');

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    share: { type: 'string', default: '0.3' },
    folds: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    ...Object.fromEntries(
      Object.keys(settingRecords)
        .filter(name => name !== 'seed')
        .map(name => [name, { type: 'string' }]),
    ),
  },
});
const { data, out, share, folds, seed, ...settings } = values;
if (!out) throw new Error('--out DIR is missing');

const began = performance.now();
const tell = text => console.log(`${((performance.now() - began) / 1000).toFixed(0)} s: ${text}`);

await mkdir(out, { recursive: true });
const profile = await mkdtemp(join(tmpdir(), 'lesion-studio-loop-'));
const studio = await openStudio(profile, new URLSearchParams({ ...settings, seed }));
try {
  const result = await measure(studio);
  await writeFile(join(out, 'loop.json'), `${JSON.stringify(result, null, 2)}\n`);
  tell(`written to ${out}`);
} finally {
  await studio.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function measure({ page, command, look, file }) {
  const read = async bytes => {
    const path = join(profile, 'pairs.zip');
    await writeFile(path, bytes);
    await page.getByLabel('Dataset files').setInputFiles(path);
    await page.waitForFunction(() => {
      const { dataset, currentSplit, ingest, problems } = window.studio.store.getState();
      return (dataset?.source === 'pairs.zip' && currentSplit && !ingest) || problems.length > 0;
    });
    await healthy();
  };
  const healthy = async () => {
    const problems = await look(state => state.problems.map(({ error }) => `${error.happened}: ${error.remedy}`));
    if (problems.length > 0) throw new Error(problems.join(' | '));
  };
  if (data) await read(await readFile(data));
  else await command('useDemoData');
  // Read from the page's own zip, ids and masks are those that the page knows.
  const zip = await JSZip.loadAsync(await file('exportDataSet'));
  const { ids, train, source } = await look(({ dataset, currentSplit }) => ({
    ...{ ids: dataset.ids, source: dataset.source },
    train: currentSplit.train.map(place => dataset.ids[place]),
  }));
  const entryOf = id => zip.file(new RegExp(`(^|/)${id}_segmentation\\.png$`))[0];
  const trueMasks = new Map();
  for (const id of ids) {
    const { width, height, channels, data: pixels } = decode(await entryOf(id).async('uint8array'));
    const bits = Uint8Array.from({ length: width * height }, (_, i) => (pixels[i * channels] > 127 ? 1 : 0));
    trueMasks.set(id, { width, height, bits });
  }

  const below = randomBelow(Number(seed));
  const chosen = shuffled(train, below).slice(0, Math.round(train.length * Number(share)));
  const kinds = Object.keys(spoils);
  const spoiled = chosen.map((id, i) => {
    const kind = kinds[i % kinds.length];
    // Swapped with one that is spoiled in the same way, as when files are mixed up.
    const other = trueMasks.get(chosen[(i + kinds.length) % chosen.length]);
    const mask = spoils[kind](trueMasks.get(id), { below, other });
    return { id, kind, mask, dice: diceOf(mask, trueMasks.get(id)) };
  });
  for (const { id, mask } of spoiled)
    zip.file(entryOf(id).name, encode({ ...mask, channels: 1, data: mask.bits.map(bit => bit * 255) }));
  await read(await zip.generateAsync({ type: 'nodebuffer' }));
  tell(`${spoiled.length} of ${train.length} training masks spoiled`);

  const trained = async () => {
    await command('startTraining');
    await page.waitForFunction(() => ['done', 'failed'].includes(window.studio.store.getState().run?.state), null, {
      timeout: 0,
    });
    await command('runTest');
    await healthy();
    const found = await look(({ run, results }) => ({
      valDice: run.epochs.find(({ epoch }) => epoch === run.bestEpoch).valDice,
      testDice: results.test.outcome.result.meanDice,
      testInterval: results.test.outcome.result.intervals?.meanDice,
      images: results.test.outcome.result.images.length,
    }));
    tell(`validation Dice ${found.valDice.toFixed(4)}, test Dice ${found.testDice.toFixed(4)}`);
    return found;
  };

  const before = await trained();
  await command('startCrossValidation', Number(folds));
  await healthy();
  await command('reviewSuspects');
  const queue = await look(({ review }) => review.queue.map(({ id, dice }) => ({ id, dice })));
  const k = spoiled.length;
  const wrong = new Map(spoiled.map(each => [each.id, each]));
  const first = queue.slice(0, k);
  const found = first.filter(({ id }) => wrong.has(id)).map(({ id }) => wrong.get(id));
  const recall = Object.fromEntries(
    kinds.map(kind => {
      const all = spoiled.filter(each => each.kind === kind);
      return [kind, { found: found.filter(each => each.kind === kind).length, of: all.length }];
    }),
  );
  tell(`precision at ${k}: ${(found.length / k).toFixed(3)}`);

  for (const { id } of found) {
    const encoder = maskEncoder();
    encoder.push(trueMasks.get(id).bits);
    await page.evaluate(
      ([id, bytes]) => window.studio.commands.saveMask(id, Uint8Array.from(bytes), { kind: 'hand' }),
      [id, [...encoder.finish()]],
    );
  }
  await page.evaluate(() => window.studio.commands.closeEditor());
  await healthy();
  const corrected = await look(({ dataset }) => dataset.corrected?.length ?? 0);
  tell(`${corrected} masks corrected`);
  const after = await trained();
  const [foldMeans, used, device] = await look(({ keptRuns, run, device }) => [
    keptRuns.runs.flatMap(({ split, test }) => (split.fold ? [test?.meanDice ?? null] : [])).reverse(),
    run.settings,
    { engine: device.engine, description: device.description },
  ]);
  return {
    ...{ source: data ? source : 'demo', pairs: ids.length, train: train.length, folds: Number(folds), seed },
    ...{ settings: used, device },
    spoiled: spoiled.map(({ id, kind, dice }) => ({ id, kind, dice })),
    queue,
    ...{ k, precisionAtK: found.length / k, recall, foldMeans, corrected, before, after },
    seconds: Math.round((performance.now() - began) / 1000),
  };
}
