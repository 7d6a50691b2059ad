/** Host side of the loss's shaders: soft Dice with optional cross-entropy, the scores, the gradient, the probabilities. */
import { type Dispatch, grid, makeDispatch, type Slot, type View } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import type { Shaders } from '../shaders.ts';
import { expand } from '../template.ts';
import lossSource from './loss.wgsl?raw';
import gradientSource from './loss-gradient.wgsl?raw';
import sumsSource from './loss-sums.wgsl?raw';
import probabilitiesSource from './probabilities.wgsl?raw';
import type { LossTerms } from './terms.ts';

const WORKGROUP = 64;

export interface LossArguments extends LossTerms {
  readonly logits: View;
  /** Of the logits. */
  readonly gradient: View;
  /** A byte per pixel, 0 or not. */
  readonly masks: Slot;
  /** See resultBytes. */
  readonly result: Slot;
  readonly scratch: (bytes: number) => Slot;
}

/** The result's values: loss, 0 (see overflowDispatches), then hard Dice and accuracy of each image. */
export function resultBytes(batch: number): number {
  return (1 + batch) * 8;
}

export function lossDispatches({ logits, gradient, masks, result, scratch, ...terms }: LossArguments): Dispatch[] {
  const pixels = logits.side * logits.side;
  const chunks = Math.max(1, Math.min(256, Math.ceil(pixels / 32)));
  const sums = scratch(logits.batch * chunks * 32);
  const factors = scratch(logits.batch * 8);
  const constants = { WORKGROUP, ...terms };
  const { focal } = terms;
  const flags = { focal: focal > 0 };
  return [
    makeDispatch<Shaders['segmentation/loss-sums']>({
      label: 'loss sums',
      code: expand(sumsSource, { stored: logits.stored, constants: { WORKGROUP: 8, focal }, flags }),
      shape: { threads: logits.batch * chunks, pixels, chunks, stride: logits.stride, offset: logits.offset },
      buffers: { logits: logits.slot, masks, sums },
      workgroups: [Math.ceil((logits.batch * chunks) / 8), 1],
    }),
    makeDispatch<Shaders['segmentation/loss']>({
      label: 'loss',
      code: expand(lossSource, { constants }),
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
    workgroups: grid(threads, WORKGROUP),
  });
}
