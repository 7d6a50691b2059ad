/** Seeded weights and batches for tests of engines. */
import type { Batch } from '../engine/engine.ts';
import { type Network, parameters } from '../network/graph.ts';
import { randomStream } from '../random/pcg.ts';

/** He-normal kernels; biases, γ and β a little off their usual start, so that tests see their gradients. */
export function testWeights(network: Network, seed = 1): Map<string, Float32Array> {
  const random = randomStream(seed);
  return new Map(
    parameters(network).map(({ name, role, shape, count }) => {
      const spread = role === 'kernel' ? Math.sqrt(2 / (count / (shape.at(-1) ?? 1))) : 0.1;
      const centre = role === 'gamma' ? 1 : 0;
      return [name, Float32Array.from({ length: count }, () => centre + spread * random.normal())];
    }),
  );
}

/** Noise over a bright disc, whose mask is the truth. */
export function testBatch(images: number, size: number, seed = 1): Batch {
  const random = randomStream(seed, 2);
  const masks = new Uint8Array(images * size * size);
  const pixels = new Uint8Array(images * size * size * 3);
  for (let image = 0; image < images; image++) {
    const [cx, cy, radius] = [size * (0.3 + 0.4 * random.unit()), size * (0.3 + 0.4 * random.unit()), size * 0.25];
    for (let p = 0; p < size * size; p++) {
      const inside = Math.hypot((p % size) - cx, Math.floor(p / size) - cy) < radius;
      const at = image * size * size + p;
      masks[at] = inside ? 1 : 0;
      for (let c = 0; c < 3; c++) pixels[at * 3 + c] = (inside ? 140 : 30) + random.below(90);
    }
  }
  return { images: pixels, masks };
}

/** The same network with its rectifiers' slope at 1: nothing can fall on the other side of a kink by rounding. */
export function withoutKinks(network: Network): Network {
  const layers = network.layers.map(layer =>
    layer.operation.kind === 'leakyRelu' ? { ...layer, operation: { ...layer.operation, slope: 1 } } : layer,
  );
  return { ...network, layers };
}
