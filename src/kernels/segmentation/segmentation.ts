/** Host side of the loss's shaders: soft Dice with optional cross-entropy, the scores, the gradient, the probabilities. */
import { bytesOf, type Dispatch, grid, makeDispatch, type Slot, type View } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import lossSource from './loss.wgsl?raw';
import gradientSource from './loss-gradient.wgsl?raw';
import sumsSource from './loss-sums.wgsl?raw';
import probabilitiesSource from './probabilities.wgsl?raw';
import type { LossTerms } from './terms.ts';

const WORKGROUP = 64;
/** Pixels of an image that one workgroup sums in a tree; and the least, and how many chunks, where a thread sums one alone. */
const CHUNK = 1024;
const ALONE = { least: 32, most: 256, workgroup: 8 };
/** Images at a time, and threads for each, where the chunks' sums are joined. */
const JOIN = { GROUPS: 8, LANES: 32 };

export interface LossArguments extends LossTerms {
  readonly logits: View;
  /** Of the logits. */
  readonly gradient: View;
  /** A byte per pixel, 0 or not. */
  readonly masks: Slot;
  /** See resultBytes. */
  readonly result: Slot;
  /** Sums are joined in workgroup memory, which software adapters pay dearly for: they compile a barrier in seconds. */
  readonly trees: boolean;
  readonly scratch: (bytes: number) => Slot;
}

/** The result's values: loss, 0 (see overflowDispatches), then hard Dice and accuracy of each image. */
export function resultBytes(batch: number): number {
  return (1 + batch) * 8;
}

export function lossDispatches(args: LossArguments): Dispatch[] {
  const { logits, gradient, masks, result, scratch, trees, ...terms } = args;
  const pixels = logits.side * logits.side;
  const chunk = trees ? CHUNK : Math.max(ALONE.least, Math.ceil(pixels / ALONE.most));
  const chunks = Math.ceil(pixels / chunk);
  const workgroup = trees ? WORKGROUP : ALONE.workgroup;
  const sums = scratch(logits.batch * chunks * 32);
  const factors = scratch(logits.batch * 8);
  const constants = { WORKGROUP, ...terms };
  const { focal } = terms;
  const flags = { focal: focal > 0, tree: trees };
  return [
    makeDispatch<Shaders['segmentation/loss-sums']>({
      label: 'loss sums',
      code: expand(sumsSource, { stored: logits.stored, constants: { WORKGROUP: workgroup, focal }, flags }),
      shape: {
        threads: logits.batch * chunks * (trees ? WORKGROUP : 1),
        pixels,
        chunk,
        chunks,
        stride: logits.stride,
        offset: logits.offset,
      },
      buffers: { logits: logits.slot, masks, sums },
      workgroups: [trees ? chunks : Math.ceil(chunks / workgroup), logits.batch],
    }),
    makeDispatch<Shaders['segmentation/loss']>({
      label: 'loss',
      code: expand(lossSource, { constants: { ...terms, ...(trees ? JOIN : { GROUPS: 1, LANES: 1 }) }, flags }),
      shape: { images: logits.batch, chunks, pixels },
      buffers: { sums, result, factors },
      workgroups: [1, 1],
    }),
    makeDispatch<Shaders['segmentation/loss-gradient']>({
      label: 'loss gradient',
      code: expand(randomSource + gradientSource, { stored: logits.stored, constants, flags }),
      shape: {
        threads: logits.batch * pixels,
        pixels,
        stride: logits.stride,
        offset: logits.offset,
        gradientStride: gradient.stride,
        gradientOffset: gradient.offset,
      },
      buffers: { logits: logits.slot, masks, factors, gradient: gradient.slot },
      workgroups: grid(logits.batch * pixels, WORKGROUP),
    }),
  ];
}

/** Sigmoid of the logits into `probabilities`, a float per pixel. */
export function probabilitiesDispatch(logits: View, probabilities: Slot): Dispatch {
  const threads = logits.batch * logits.side * logits.side;
  return makeDispatch<Shaders['segmentation/probabilities']>({
    label: 'probabilities',
    code: expand(probabilitiesSource, { stored: logits.stored, constants: { WORKGROUP } }),
    shape: { threads, stride: logits.stride, offset: logits.offset },
    buffers: { logits: logits.slot, probabilities },
    // Behind them in their slot are the features.
    bytes: bytesOf(logits) + threads * 4,
    workgroups: grid(threads, WORKGROUP),
  });
}
