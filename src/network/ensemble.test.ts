import { expect, test } from 'vitest';
import { testWeights } from '../testing/weights.ts';
import { architectures, buildNetwork } from './catalogue.ts';
import { ensembleOf, joinedWeights, MOST_NETWORKS, memberWeights } from './ensemble.ts';
import { parameterCount, parameters, shapes } from './graph.ts';

test.each(architectures)('%s: an ensemble has as many parameters as its networks, and one input', arch => {
  const network = buildNetwork(arch, 2);
  for (const count of [2, MOST_NETWORKS]) {
    const ensemble = ensembleOf(network, count);
    expect(parameterCount(ensemble)).toBe(count * parameterCount(network));
    expect(ensemble.layers.filter(({ operation }) => operation.kind === 'input')).toHaveLength(1);
    // The list is in topological order, and each output has the logits' shape.
    const sides = shapes(ensemble, 32);
    expect(ensemble.outputs?.map(name => sides.get(name))).toEqual(
      Array.from({ length: count }, () => ({ size: 32, channels: 1 })),
    );
    expect(new Set(ensemble.layers.map(({ name }) => name)).size).toBe(ensemble.layers.length);
  }
});

test('weights are joined and taken apart again, the tenth network’s too', () => {
  const network = buildNetwork('basic-unet', 1);
  const members = Array.from({ length: MOST_NETWORKS }, (_, i) => testWeights(network, i));
  const joined = joinedWeights(members);
  expect([...joined.keys()]).toEqual(parameters(ensembleOf(network, MOST_NETWORKS)).map(({ name }) => name));
  expect(memberWeights(joined, MOST_NETWORKS)).toEqual(members);
  expect(() => memberWeights(joined, 11)).toThrow(/no weights of network 11/);
});
