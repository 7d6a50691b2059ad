/**
 * Several networks of one kind as one description: they read the same input, and the mean of their probabilities is the output. So whatever
 * lists a network's parameters or writes it down does it for all of them. Engines know nothing of it: they run one network after another
 * (training/inference/ensemble.ts).
 */
import type { Network } from './graph.ts';

type Weights = ReadonlyMap<string, Float32Array>;

/** As many as folds can be. */
export const MOST_NETWORKS = 10;

/** Before the names of the layers of the `index`th network (from 0). */
function prefix(index: number): string {
  return `net${index + 1}_`;
}

/** `count` networks like this one, 2 to MOST_NETWORKS. */
export function ensembleOf(network: Network, count: number): Network {
  const inputs = new Set(network.layers.filter(({ operation }) => operation.kind === 'input').map(({ name }) => name));
  const last = network.layers.at(-1)?.name ?? '';
  const of = (index: number) => (name: string) => (inputs.has(name) ? name : prefix(index) + name);
  const copies = Array.from({ length: count }, (_, index) =>
    network.layers
      .filter(({ name }) => !inputs.has(name))
      .map(layer => ({ ...layer, name: of(index)(layer.name), inputs: layer.inputs.map(of(index)) })),
  );
  return {
    ...network,
    title: `${network.title}, ensemble of ${count}`,
    layers: [...network.layers.filter(({ name }) => inputs.has(name)), ...copies.flat()],
    bottleneck: of(0)(network.bottleneck),
    outputs: copies.map((_, index) => of(index)(last)),
  };
}

/** By the names that the ensemble has. */
export function joinedWeights(members: readonly Weights[]): Weights {
  return new Map(
    members.flatMap((weights, index) => [...weights].map(([name, values]) => [prefix(index) + name, values] as const)),
  );
}

/** Of each network, by its own names. Throws RangeError where one has none. */
export function memberWeights(weights: Weights, count: number): Weights[] {
  return Array.from({ length: count }, (_, index) => {
    const start = prefix(index);
    const own = [...weights].filter(([name]) => name.startsWith(start));
    if (own.length === 0) throw new RangeError(`there are no weights of network ${index + 1} of ${count}`);
    return new Map(own.map(([name, values]) => [name.slice(start.length), values]));
  });
}
