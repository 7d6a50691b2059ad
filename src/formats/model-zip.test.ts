import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import JSZip from 'jszip';
import { expect, test } from 'vitest';
import { createTfjsEngine } from '../engine/tfjs/engine.ts';
import { layersModelTopology } from '../engine/tfjs/topology.ts';
import { architectures, buildNetwork } from '../network/catalogue.ts';
import { memberWeights } from '../network/ensemble.ts';
import { AppError } from '../protocol/errors.ts';
import { makeModel } from '../testing/model.ts';
import { testBatch } from '../testing/weights.ts';
import { type NamedBytes, packModel, unpackModel } from './model-zip.ts';
import { networkOf } from './tfjs-model.ts';

const topology = { class_name: 'Model' };

async function unzip(bytes: Uint8Array): Promise<{ description: NamedBytes; weights: NamedBytes; zip: JSZip }> {
  const zip = await JSZip.loadAsync(bytes);
  const read = async (name: string) => ({
    name,
    bytes: (await zip.file(name)?.async('uint8array')) ?? new Uint8Array(),
  });
  return { description: await read('model.json'), weights: await read('weights.bin'), zip };
}

function edited({ name, bytes }: NamedBytes, edit: (description: Record<string, object>) => void): NamedBytes {
  const description = JSON.parse(new TextDecoder().decode(bytes));
  edit(description);
  return { name, bytes: new TextEncoder().encode(JSON.stringify(description)) };
}

async function failure(files: NamedBytes[]): Promise<{ code: string; happened: string }> {
  const error = await unpackModel(files).then(
    () => undefined,
    thrown => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

test.each(architectures)('%s: packed and unpacked again, from the zip or its two files', async arch => {
  const model = makeModel({ arch });
  const bytes = await packModel(model, topology);
  expect(await unpackModel([{ name: 'model.zip', bytes }])).toEqual(model);
  const { description, weights } = await unzip(bytes);
  expect(await unpackModel([weights, { ...description, name: 'model (1).JSON' }])).toEqual(model);
});

test('unpacks a zip whose files lie in a folder', async () => {
  const model = makeModel();
  const { description, weights } = await unzip(await packModel(model, topology));
  const zip = new JSZip();
  zip.file('my model/model.json', description.bytes);
  zip.file('my model/weights.bin', weights.bytes);
  expect(await unpackModel([{ name: 'm.zip', bytes: await zip.generateAsync({ type: 'uint8array' }) }])).toEqual(model);
});

test('a cut-short model says what it has and what it needs', async () => {
  const bytes = await packModel(makeModel(), topology);
  const { description, weights } = await unzip(bytes);
  const short = { name: 'weights.bin', bytes: weights.bytes.slice(0, -3) };
  const needed = weights.bytes.length;
  expect(await failure([description, short])).toMatchObject({
    code: 'cut-short',
    happened: expect.stringContaining(
      `it has ${needed - 3} bytes and the Improved UNet (Isensee et al. 2017) needs ${needed}`,
    ),
  });
  for (const share of [0.1, 0.5, 0.99])
    expect(await failure([{ name: 'm.zip', bytes: bytes.slice(0, bytes.length * share) }])).toMatchObject({
      code: 'cut-short',
      happened: expect.stringContaining('m.zip'),
    });
});

test('a changed bit of the weights is noticed', async () => {
  const bytes = await packModel(makeModel(), topology);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  expect(await failure([{ name: 'm.zip', bytes }])).toMatchObject({ code: 'cut-short' });
});

/** A zip of one entry that inflates to `size` zeros, with `stated` as its size in both headers. */
async function bomb(name: string, size: number, stated = size): Promise<NamedBytes> {
  const bytes = await new JSZip()
    .file(name, new Uint8Array(size), { compression: 'DEFLATE' })
    .generateAsync({ type: 'uint8array' });
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(22, stated, true);
  view.setUint32(view.getUint32(bytes.length - 6, true) + 24, stated, true);
  return { name: 'bomb.zip', bytes };
}

test('a bomb given as a model is refused before it inflates, whatever size it states', async () => {
  const large = await bomb('model.json', 50_000_000);
  expect(large.bytes.length).toBeLessThan(100_000);
  expect(await failure([large])).toMatchObject({
    code: 'not-a-model',
    happened: 'model.json in bomb.zip has 50000000 bytes unpacked, and no model of this page has more than 16000000',
  });
  expect(await failure([await bomb('model.json', 50_000_000, 1000)])).toMatchObject({ code: 'cut-short' });
  // The directory says 300 MB of weights; that alone is enough.
  const bytes = await packModel(makeModel(), topology);
  const view = new DataView(bytes.buffer);
  let entry = view.getUint32(bytes.length - 6, true);
  entry += 46 + view.getUint16(entry + 28, true) + view.getUint16(entry + 30, true);
  view.setUint32(entry + 24, 300_000_000, true);
  expect(await failure([{ name: 'm.zip', bytes }])).toMatchObject({
    code: 'not-a-model',
    happened: expect.stringContaining('weights.bin in m.zip has 300000000 bytes unpacked'),
  });
});

test('an archive of very many files is no model', async () => {
  const zip = new JSZip();
  for (let i = 0; i <= 1001; i++) zip.file(`f${i}`, '');
  expect(await failure([{ name: 'm.zip', bytes: await zip.generateAsync({ type: 'uint8array' }) }])).toMatchObject({
    code: 'not-a-model',
    happened: expect.stringContaining('more than 1000 files'),
  });
});

test('refuses what is no model', async () => {
  const { description, weights, zip } = await unzip(await packModel(makeModel(), topology));
  const text = (value: string) => ({ name: 'x.json', bytes: new TextEncoder().encode(value) });
  expect(await failure([])).toMatchObject({ code: 'not-a-model' });
  expect(await failure([{ name: 'cat.jpg', bytes: new Uint8Array([1, 2]) }])).toMatchObject({
    code: 'not-a-model',
    happened: 'There is no model.json in cat.jpg',
  });
  expect(await failure([text('{ "name": "package" }'), weights])).toMatchObject({ code: 'not-a-model' });
  expect(await failure([text('no json'), weights])).toMatchObject({ code: 'not-a-model' });
  expect(await failure([description])).toMatchObject({
    code: 'not-a-model',
    happened: 'There is no weights.bin in model.json',
  });
  const broken = weights.bytes.slice();
  new DataView(broken.buffer).setFloat32(8, Number.NaN, true);
  expect(await failure([description, { name: 'weights.bin', bytes: broken }])).toMatchObject({
    code: 'not-a-model',
    happened: 'weights.bin holds NaN where a number is needed (value 3 of level1_conv/kernel)',
  });
  zip.remove('weights.bin');
  const partial = await zip.generateAsync({ type: 'uint8array' });
  expect(await failure([{ name: 'm.zip', bytes: partial }])).toMatchObject({ code: 'not-a-model' });
});

test('refuses another network', async () => {
  const { description, weights } = await unzip(await packModel(makeModel(), topology));
  const other = await unzip(await packModel(makeModel({ filters: 3 }), topology));
  const refusals: NamedBytes[][] = [
    [edited(description, json => delete json.userDefinedMetadata), weights],
    [edited(description, json => Object.assign(json.userDefinedMetadata ?? {}, { arch: 'resnet' })), weights],
    [edited(description, json => Object.assign(json.userDefinedMetadata ?? {}, { filters: 3 })), weights],
    [edited(description, json => Object.assign(json.userDefinedMetadata ?? {}, { filters: 1e9 })), weights],
    [edited(description, json => Object.assign(json.userDefinedMetadata ?? {}, { size: 31 })), weights],
    [edited(description, json => Object.assign(json, { weightsManifest: [] })), weights],
    [description, other.weights],
  ];
  for (const files of refusals) expect(await failure(files)).toMatchObject({ code: 'other-network' });
  expect((await failure([description, { ...other.weights, bytes: weights.bytes.slice(4) }])).code).toBe('cut-short');
});

test.each([
  ...architectures.map(arch => [arch, {}] as const),
  ['an ensemble', { arch: 'improved-unet', networks: 3 }] as const,
])('%s: tf.loadLayersModel opens the zip with the layers inside it', async (arch, change) => {
  const model = makeModel(arch === 'an ensemble' ? change : { arch });
  const { info, weights } = model;
  const network = buildNetwork(info.arch, info.filters);
  const settings = { network, size: info.size, batch: 2, crossEntropy: 0, l2: 0, dropout: true };
  const engine = await createTfjsEngine({ kind: 'cpu' }, settings);
  const { images } = testBatch(2, info.size);
  const each: Float32Array[] = [];
  for (const one of info.networks ? memberWeights(weights, info.networks) : [weights]) {
    await engine.writeWeights(one);
    each.push(await engine.predict(images, 2));
  }
  engine.dispose();
  const expected = each[0]!.map((_, i) => each.reduce((sum, one) => sum + one[i]!, 0) / each.length);

  const { zip } = await unzip(await packModel(model, await layersModelTopology(networkOf(info), info.size)));
  const folder = await mkdtemp(join(tmpdir(), 'model-'));
  try {
    const path = join(folder, 'layers.mjs');
    await writeFile(path, (await zip.file('layers.mjs')?.async('string')) ?? '');
    const { register } = await import(/* @vite-ignore */ pathToFileURL(path).href);
    register(tf);
    const description = JSON.parse((await zip.file('model.json')?.async('string')) ?? '');
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: description.modelTopology,
        weightSpecs: description.weightsManifest[0].weights,
        weightData: await zip.file('weights.bin')?.async('arraybuffer'),
      }),
    );
    const { size } = info;
    const input = tf.div(tf.tensor4d(images, [2, size, size, 3], 'float32'), 255);
    const predicted = await (loaded.predict(input) as tf.Tensor).data();
    expect(predicted.length).toBe(expected.length);
    const worst = Math.max(...predicted.map((p, i) => Math.abs(p - (expected[i] ?? 0))));
    expect(worst).toBeLessThan(1e-4);
    loaded.dispose();
  } finally {
    await rm(folder, { recursive: true });
  }
});
