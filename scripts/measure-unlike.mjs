// Measures how well a model tells images that are unlike its training images: tests it on its own split, outlines the test images changed in
// some ways, and compares the distances:
//   npm run build && node scripts/measure-unlike.mjs --data FILE.zip --split FILE.json --out DIR [--frames FILE.zip]
// The model is the one that comes with the page. --frames: images of another framing, outlined as they are.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import JSZip from 'jszip';
import { openStudio } from './train/studio.mjs';
import { loadData, problemWatch } from './train/training.mjs';

const { values } = parseArgs({
  options: { data: { type: 'string' }, split: { type: 'string' }, out: { type: 'string' }, frames: { type: 'string' } },
});
const { data, split, out, frames } = values;
if (!data || !split || !out) throw new Error('--data, --split and --out are needed');

const SHIFTS = [
  'none',
  'inverted',
  'noise 0.1',
  'noise 0.2',
  'vignette',
  'a third of the frame',
  'tiled 2 × 2',
  'half as bright',
];

await mkdir(out, { recursive: true });
const profile = await mkdtemp(join(tmpdir(), 'lesion-studio-unlike-'));
const studio = await openStudio(profile, new URLSearchParams({ engine: 'cpu', size: '64' }));
try {
  const result = await measure(studio);
  await writeFile(join(out, 'unlike.json'), `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await studio.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function measure(studio) {
  const { page, command, look } = studio;
  const problems = problemWatch(studio);
  await loadData(studio, { data: [resolve(data)], split: resolve(split) }, problems);
  await command('loadPretrained');
  await command('runTest');
  await problems.fail();
  const { features, ids } = await look(({ model, dataset, currentSplit }) => ({
    features: model.trainingFeatures,
    ids: currentSplit.test.map(place => dataset.ids[place]),
  }));
  const { values, variances, rest, ...facts } = features;
  facts.components = variances.length;
  await writeFile(join(out, 'training-features.json'), `${JSON.stringify(features)}\n`);
  const pictures = await picturesOf(data, id => ids.includes(id));
  const distances = {};
  for (const shift of SHIFTS) distances[shift] = await outlined(page, pictures, shift);
  if (frames) distances['whole frames'] = await outlined(page, await picturesOf(frames, () => true), 'none');
  await problems.fail();
  const { none, ...shifted } = distances;
  const above = list => list.filter(distance => distance > facts.level).length / list.length;
  return {
    ...{ date: new Date().toISOString(), ...facts, tested: none.length, falselyUnlike: above(none) },
    shifts: Object.entries(shifted).map(([name, list]) => ({
      ...{ name, images: list.length, auroc: auroc(none, list), unlike: above(list) },
    })),
  };
}

/** Images of a zip, by their ids, in Base64. */
async function picturesOf(path, wanted) {
  const zip = await JSZip.loadAsync(await readFile(path));
  const files = zip.file(/\.jpe?g$/i).filter(({ name }) => wanted(idOf(name)));
  return Promise.all(files.map(async file => ({ id: idOf(file.name), base64: await file.async('base64') })));
}

function idOf(path) {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.jpe?g$/i, '');
}

/** Distances of the pictures, changed as `shift` says. */
function outlined(page, pictures, shift) {
  return page.evaluate(
    async ([pictures, shift]) => {
      const files = [];
      for (const { id, base64 } of pictures) {
        const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }));
        const { width, height } = bitmap;
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        if (shift === 'a third of the frame')
          context.drawImage(bitmap, width / 3, height / 3, width / 3, height / 3, 0, 0, width, height);
        else if (shift === 'tiled 2 × 2')
          for (const [x, y] of [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ])
            context.drawImage(bitmap, (x * width) / 2, (y * height) / 2, width / 2, height / 2);
        else context.drawImage(bitmap, 0, 0);
        const pixels = context.getImageData(0, 0, width, height);
        change(pixels.data, width, height);
        context.putImageData(pixels, 0, 0);
        files.push(new File([await canvas.convertToBlob({ type: 'image/png' })], `${id}.png`, { type: 'image/png' }));
      }
      await window.studio.commands.outlineImages(files.map(file => ({ path: file.name, file })));
      return window.studio.store.getState().results.outlines.images.map(({ distance }) => distance);

      function change(data, width, height) {
        const strength = /^noise (.*)/.exec(shift)?.[1];
        // The same noise in every run. As strong at the size that the network sees: its pixels are means of blocks.
        let state = 1;
        const unit = () => {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          return (state + 0.5) / 2 ** 32;
        };
        const block = Math.max(1, Math.round(width / 64));
        const columns = Math.ceil(width / block);
        const field = strength && new Map();
        const noise = (x, y, c) => {
          const key = (Math.floor(y / block) * columns + Math.floor(x / block)) * 3 + c;
          if (!field.has(key)) field.set(key, Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit()));
          return field.get(key);
        };
        for (let at = 0; at < data.length; at++) {
          if (at % 4 === 3) continue;
          const [x, y] = [Math.floor(at / 4) % width, Math.floor(at / 4 / width)];
          if (shift === 'inverted') data[at] = 255 - data[at];
          else if (shift === 'half as bright') data[at] *= 0.5;
          else if (shift === 'vignette')
            data[at] *= Math.min(
              1,
              Math.max(0.05, 1.15 - 0.6 * (((2 * x) / width - 1) ** 2 + ((2 * y) / height - 1) ** 2)),
            );
          else if (strength) data[at] += 255 * Number(strength) * noise(x, y, at % 4);
        }
      }
    },
    [pictures, shift],
  );
}

/** The chance that of one changed and one unchanged image the changed one is the further, equal ones counting half. */
function auroc(like, unlike) {
  let wins = 0;
  for (const far of unlike) for (const near of like) wins += far > near ? 1 : far === near ? 0.5 : 0;
  return wins / (like.length * unlike.length);
}
