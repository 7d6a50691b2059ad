/**
 * The U-Net of Ronneberger et al. 2015 with `same` padding: two 3×3 convolutions with rectifiers per level, 2×2 max-pool
 * down, nearest upsampling and a 3×3 convolution up (the paper's 2×2 up-convolution leaves a checkerboard; a resize and a
 * convolution is the usual substitute, Odena et al. 2016), concatenation with the skip, one 1×1 convolution to a map.
 * The convolutions have biases, for no norm follows them.
 */
import { LayerList } from './builder.ts';
import type { Topology } from './graph.ts';

const LEVELS = 5;

/** `filters`: maps of the first level, a positive integer; 64 in the paper. */
export function basicUnet(filters: number): Topology {
  const net = new LayerList();
  const double = (name: string, input: string, maps: number) => {
    const first = net.act(`${name}_act1`, net.conv(`${name}_conv1`, input, maps, { bias: true }), 0);
    return net.act(`${name}_act2`, net.conv(`${name}_conv2`, first, maps, { bias: true }), 0);
  };
  let current = net.add('input', { kind: 'input', channels: 3 });
  const skips: string[] = [];
  for (let level = 1; level <= LEVELS; level++) {
    if (level > 1) current = net.add(`level${level}_pool`, { kind: 'maxPool' }, current);
    current = double(`level${level}`, current, filters * 2 ** (level - 1));
    skips.push(current);
  }
  const bottleneck = current;
  for (let level = LEVELS - 1; level >= 1; level--) {
    const maps = filters * 2 ** (level - 1);
    const raised = net.add(`up${level}_upsample`, { kind: 'upsample' }, current);
    const up = net.act(`up${level}_act`, net.conv(`up${level}_conv`, raised, maps, { bias: true }), 0);
    const joined = net.add(`up${level}_concat`, { kind: 'concat' }, skips[level - 1]!, up);
    current = double(`merge${level}`, joined, maps);
  }
  net.conv('segment', current, 1, { kernel: 1, bias: true });
  return { layers: net.layers, sizeMultiple: 2 ** (LEVELS - 1), bottleneck };
}
