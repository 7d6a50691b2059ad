import type { Weights } from '../../engine/engine.ts';
import { type Network, type Parameter, parameters } from '../../network/graph.ts';
import { nameKey, randomStream } from '../../random/pcg.ts';

const WEIGHTS = 1;

/**
 * First weights, decided by the seed: kernels normal with variance 2 / fan-in (He et al. 2015), gamma 1, beta and bias 0.
 * Each kernel has its own stream, so that adding a layer leaves the others as they were.
 */
export function initialise(network: Network, seed: number): Weights {
  return new Map(parameters(network).map(parameter => [parameter.name, values(parameter, seed)]));
}

function values({ name, role, shape, count }: Parameter, seed: number): Float32Array {
  if (role === 'gamma') return new Float32Array(count).fill(1);
  if (role !== 'kernel') return new Float32Array(count);
  const fanIn = shape.slice(0, -1).reduce((product, n) => product * n, 1);
  const deviation = Math.sqrt(2 / fanIn);
  const random = randomStream(seed, WEIGHTS, nameKey(name));
  return Float32Array.from({ length: count }, () => random.normal() * deviation);
}
