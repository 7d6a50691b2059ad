import { expect, test } from 'vitest';
import { buildNetwork } from './catalogue.ts';
import { parameterCount, parameters } from './graph.ts';

test('x', () => {
  for (const a of ['improved-unet', 'basic-unet'] as const) {
    console.log(a, parameterCount(buildNetwork(a, 16)), parameters(buildNetwork(a, 16)).length, parameterCount(buildNetwork(a, 4)));
  }
  expect(1).toBe(1);
});
