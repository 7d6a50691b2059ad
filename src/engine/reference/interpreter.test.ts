import { expect, test } from 'vitest';
import { architectures, buildNetwork } from '../../network/catalogue.ts';
import { testBatch, testWeights } from '../../testing/weights.ts';
import { referenceStep } from './interpreter.ts';

const settings = { crossEntropy: 0.5, l2: 0, dropout: { seed: 7, step: 3 } };

for (const arch of architectures)
  test(`gradients of the whole ${arch} are its loss's central differences`, () => {
    const network = buildNetwork(arch, 2);
    const batch = testBatch(2, 32);
    const weights = new Map([...testWeights(network)].map(([name, values]) => [name, Float64Array.from(values)]));
    const { gradients } = referenceStep(network, 32, batch, weights, settings);
    const names = [...weights.keys()].filter((_, i) => i % 11 === 0);
    const h = 1e-6;
    for (const name of names) {
      const values = weights.get(name)!;
      const at = values.length >> 1;
      const kept = values[at]!;
      const loss = (w: number) => {
        values[at] = w;
        return referenceStep(network, 32, batch, weights, settings).loss;
      };
      const slope = (loss(kept + h) - loss(kept - h)) / (2 * h);
      values[at] = kept;
      // Kinks of the rectifiers and the maxima leave a little room.
      expect(Math.abs(slope - gradients.get(name)![at]!), name).toBeLessThan(1e-5 + 1e-3 * Math.abs(slope));
    }
  });

test('the penalty adds 2λw to the gradients of kernels and to no others', () => {
  const network = buildNetwork('improved-unet', 2);
  const weights = testWeights(network);
  const batch = testBatch(1, 16);
  const plain = referenceStep(network, 16, batch, weights, { ...settings, l2: 0 });
  const penal = referenceStep(network, 16, batch, weights, { ...settings, l2: 0.1 });
  expect(penal.loss).toBe(plain.loss);
  for (const [name, values] of weights) {
    const factor = name.endsWith('/kernel') ? 0.2 : 0;
    const difference = penal.gradients.get(name)![0]! - plain.gradients.get(name)![0]!;
    expect(difference).toBeCloseTo(factor * values[0]!, 10);
  }
});
