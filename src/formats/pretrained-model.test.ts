/** The model in the box says which images it has seen: the hashes of the files whose ids its report lists. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import report from '../../docs/results/all2294-64-f8-trained-on.json' with { type: 'json' };
import { unpackSeen } from '../protocol/seen-images.ts';
import { distanceBy } from '../training/inference/features.ts';
import { unpackSafetensors } from './safetensors.ts';

test('as many as its training and validation parts have', () => {
  const file = 'isic2018-64-f8.safetensors';
  const { info } = unpackSafetensors(readFileSync(`public/models/${file}`), file);
  const { train, validation } = report.split;
  const { hashes, looks } = unpackSeen(info.seen ?? '');
  expect(hashes.size).toBe(train.length + validation.length);
  expect(looks.length).toBe(hashes.size);
});

test('it says what its training images are like', () => {
  const file = 'isic2018-64-f8.safetensors';
  const { info } = unpackSafetensors(readFileSync(`public/models/${file}`), file);
  const distance = distanceBy(info);
  const far = distance?.(new Float32Array(8 * 16).fill(1000), new Uint8Array(64 * 64 * 3), 64);
  expect(far).toBeGreaterThan(info.trainingFeatures?.level ?? Number.POSITIVE_INFINITY);
});
