/**
 * The Improved UNet of Isensee et al. 2017 (“Brain Tumor Segmentation and Radiomics Survival Prediction”, BRATS 2017),
 * in 2D.
 *
 *   level l (filters f·2^l):  3×3 conv, stride 2 from the second level ─┬─ context module ─ add ─ norm ─ act → skip
 *                                                                      └────────────────────┘
 *   context module:   norm ─ act ─ 3×3 conv ─ dropout ─ norm ─ act ─ 3×3 conv   (pre-activation residual block)
 *   up:               upsample ×2 ─ 3×3 conv to half the maps ─ norm ─ act ─ concat with the skip
 *   localization:     3×3 conv, same maps ─ norm ─ act ─ 1×1 conv to half the maps ─ norm ─ act
 *   deep supervision: 1×1 conv to one map on the three top levels, each upsampled and added to the next; without it on the first alone
 *
 * A convolution that only ever reaches an instance norm has no bias: the norm would take it out again.
 */
import { LayerList } from './builder.ts';
import type { Topology } from './graph.ts';

const LEVELS = 5;
const SLOPE = 0.01;
const DROPOUT = 0.3;

/** `filters`: maps of the first level, a positive integer; 16 in the paper, which has deep supervision. */
export function improvedUnet(filters: number, deepSupervision = true): Topology {
  const net = new LayerList();
  let current = net.add('input', { kind: 'input', channels: 3 });
  const skips: string[] = [];
  for (let level = 1; level <= LEVELS; level++) {
    const maps = filters * 2 ** (level - 1);
    const entry = net.conv(`level${level}_conv`, current, maps, { stride: level === 1 ? 1 : 2 });
    const first = net.conv(`level${level}_context1`, net.normAct(`level${level}_context1`, entry, SLOPE), maps);
    const dropped = net.dropout(`level${level}_dropout`, first, DROPOUT);
    const second = net.conv(`level${level}_context2`, net.normAct(`level${level}_context2`, dropped, SLOPE), maps);
    const sum = net.add(`level${level}_add`, { kind: 'add' }, entry, second);
    current = net.normAct(`level${level}`, sum, SLOPE);
    skips.push(current);
  }
  const bottleneck = `level${LEVELS}_add`;
  let segmentation: string | undefined;
  for (let level = LEVELS - 1; level >= 1; level--) {
    const maps = filters * 2 ** (level - 1);
    const raised = net.add(`up${level}_upsample`, { kind: 'upsample' }, current);
    const up = net.normAct(`up${level}`, net.conv(`up${level}_conv`, raised, maps), SLOPE);
    const joined = net.add(`up${level}_concat`, { kind: 'concat' }, skips[level - 1]!, up);
    const wide = net.normAct(`local${level}_wide`, net.conv(`local${level}_wide`, joined, maps * 2), SLOPE);
    current =
      level === 1
        ? wide
        : net.normAct(`local${level}`, net.conv(`local${level}_narrow`, wide, maps, { kernel: 1 }), SLOPE);
    if (level > (deepSupervision ? 3 : 1)) continue;
    const map = net.conv(`segment${level}`, current, 1, { kernel: 1, bias: true });
    segmentation =
      segmentation === undefined
        ? map
        : net.add(
            `segment${level}_sum`,
            { kind: 'add' },
            net.add(`segment${level}_raised`, { kind: 'upsample' }, segmentation),
            map,
          );
  }
  return { layers: net.layers, sizeMultiple: 2 ** (LEVELS - 1), bottleneck };
}
