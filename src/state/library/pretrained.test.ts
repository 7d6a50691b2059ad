import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unpackSafetensors } from '../../formats/safetensors.ts';
import { PRETRAINED } from './pretrained.ts';

test('the network that is told before loading is the file’s', () => {
  const { info } = unpackSafetensors(readFileSync(`public/models/${PRETRAINED.file}`), PRETRAINED.file);
  expect([info.arch, info.filters]).toEqual([PRETRAINED.arch, PRETRAINED.filters]);
});

test('it carries what validation told of thresholds, probabilities and confidence', () => {
  const { info } = unpackSafetensors(readFileSync(`public/models/${PRETRAINED.file}`), PRETRAINED.file);
  const plain = info.thresholds?.find(({ views, largest, holes }) => !views && !largest && !holes);
  expect(plain).toMatchObject({ images: 229, temperature: expect.any(Number), diceFit: { images: 229 } });
});
