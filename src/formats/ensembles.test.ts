/** Ensembles in the model files: they come back as they were, and give the mean of their networks elsewhere. */
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { referenceStep } from '../engine/reference/interpreter.ts';
import { buildNetwork } from '../network/catalogue.ts';
import { memberWeights } from '../network/ensemble.ts';
import { AppError } from '../protocol/errors.ts';
import { makeModel } from '../testing/model.ts';
import { testBatch } from '../testing/weights.ts';
import { bioimageioFiles } from './exports/bioimageio.ts';
import { exportInput } from './exports/export-input.ts';
import { huggingFaceFiles } from './exports/hugging-face.ts';
import { modelCard } from './exports/model-card.ts';
import { packModel, unpackModel } from './model-zip.ts';
import { packOnnx, unpackOnnx } from './onnx/model.ts';
import { packSafetensors, unpackSafetensors } from './safetensors.ts';

const NETWORKS = 3;
const ensemble = makeModel({ filters: 1, networks: NETWORKS, thresholds: undefined });

test('each format brings it back', async () => {
  expect(unpackOnnx(packOnnx(ensemble), 'm.onnx')).toEqual(ensemble);
  expect(unpackOnnx(packOnnx(ensemble, 'fixed'), 'm.onnx')).toEqual(ensemble);
  expect(unpackSafetensors(packSafetensors(ensemble), 'm.safetensors')).toEqual(ensemble);
  const bytes = await packModel(ensemble, { class_name: 'Model' });
  expect(await unpackModel([{ name: 'm.zip', bytes }])).toEqual(ensemble);
});

test('a single network’s file says nothing of several, and one of several is no single one', () => {
  const single = makeModel({ filters: 1 });
  expect(unpackSafetensors(packSafetensors(single), 'm.safetensors').info).not.toHaveProperty('networks');
  const claims = { ...single, info: { ...single.info, networks: NETWORKS } };
  expect(() => packOnnx(claims)).toThrow(RangeError);
  const two = packOnnx(makeModel({ filters: 1, networks: 2 }));
  const text = Buffer.from(two).toString('latin1').replace('"networks":2', '"networks":3');
  expect(() => unpackOnnx(Buffer.from(text, 'latin1'), 'm.onnx')).toThrow(AppError);
});

test('cards and exports say that it is several networks', async () => {
  const card = modelCard({ ...ensemble.info, origin: 'e', parameters: 3 }, null);
  expect(card).toContain('Improved UNet (Isensee et al. 2017), ensemble of 3');
  const area = ensemble.info.size ** 2;
  const input = exportInput(ensemble, { card, picture: new Uint8Array(3 * area), probability: new Float32Array(area) });
  const files = huggingFaceFiles(input, null);
  expect(JSON.parse(files['config.json'] as string)).toMatchObject({ networks: NETWORKS });
  expect(files['README.md']).toContain('before them; the model is the mean of their probabilities');
  expect((await bioimageioFiles(input))['rdf.yaml']).toContain('ensemble of 3');
});

test('onnxruntime gives the mean of the networks’ probabilities, as the reference has them', async () => {
  const { size, arch, filters } = ensemble.info;
  const { images, masks } = testBatch(1, size);
  const network = buildNetwork(arch, filters);
  const each = memberWeights(ensemble.weights, NETWORKS).map(
    weights => referenceStep(network, size, { images, masks }, weights, { crossEntropy: 0, l2: 0 }).probabilities,
  );
  const area = size * size;
  const input = Float32Array.from({ length: 3 * area }, (_, i) => images[3 * (i % area) + Math.floor(i / area)]! / 255);
  for (const sides of ['free', 'fixed'] as const) {
    const session = await ort.InferenceSession.create(packOnnx(ensemble, sides));
    const { probability } = await session.run({ image: new ort.Tensor('float32', input, [1, 3, size, size]) });
    await session.release();
    const given = probability?.data as Float32Array;
    const worst = Math.max(
      ...given.map((p, i) => Math.abs(p - each.reduce((sum, one) => sum + one[i]!, 0) / NETWORKS)),
    );
    expect(worst).toBeLessThan(1e-4);
    // The networks differ, so that one alone would not do.
    expect(Math.max(...given.map((p, i) => Math.abs(p - each[0]![i]!)))).toBeGreaterThan(0.01);
  }
});
