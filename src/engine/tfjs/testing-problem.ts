/** A small training problem for tests: weights that no special value makes easy, and a batch. */

import { type Architecture, buildNetwork } from '../../network/catalogue.ts';
import { type Network, parameters } from '../../network/graph.ts';
import { randomStream } from '../../random/pcg.ts';
import type { Batch, EngineSettings, Weights } from '../engine.ts';

export function tinySettings(arch: Architecture, changes: Partial<EngineSettings> = {}): EngineSettings {
  return {
    network: buildNetwork(arch, 2),
    size: 16,
    batch: 2,
    crossEntropy: 0,
    l2: 0,
    dropout: false,
    ...changes,
  };
}

/** He-scaled kernels, gammas about 1, betas and biases about 0. */
export function randomWeights(network: Network, seed = 1): Weights {
  return new Map(
    parameters(network).map(({ name, role, shape, count }, place) => {
      const random = randomStream(seed, place);
      const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
      const scale = role === 'kernel' ? Math.sqrt(2 / fanIn) : 0.1;
      const offset = role === 'gamma' ? 1 : 0;
      return [name, Float32Array.from({ length: count }, () => offset + scale * random.normal())];
    }),
  );
}

/** Noise images and discs as masks. */
export function randomBatch(size: number, batch: number, seed = 1): Batch {
  const random = randomStream(seed, 99);
  const images = Uint8Array.from({ length: batch * size * size * 3 }, () => random.below(256));
  const masks = new Uint8Array(batch * size * size);
  for (let image = 0; image < batch; image++) {
    const radius = size * (0.2 + 0.2 * random.unit());
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        if (Math.hypot(x - size / 2, y - size / 3) < radius) masks[(image * size + y) * size + x] = 1;
  }
  return { images, masks };
}

/**
 * The parameter whose gradient differs most from the reference's: the length of the difference relative to its own, or to
 * 1e-4 of the whole gradient's where that is more.
 */
export function worstError(
  values: Weights,
  reference: ReadonlyMap<string, Float32Array | Float64Array>,
): { name: string; error: number } {
  let worst = { name: '', error: 0 };
  const whole = length([...reference.values()].map(length));
  for (const [name, gradient] of reference) {
    const differences = Array.from(gradient, (value, i) => value - (values.get(name)?.[i] ?? Number.NaN));
    const error = length(differences) / Math.max(length(gradient), 1e-4 * whole);
    if (!(error <= worst.error)) worst = { name, error };
  }
  return worst;
}

function length(vector: Iterable<number>): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
