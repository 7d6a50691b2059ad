/** Host side of the loss's shaders: soft Dice with optional cross-entropy, the scores, the gradient, the probabilities. */
import { type Dispatch, grid, read, SHAPE, type Slot, STEP, type View, write } from '../dispatch.ts';
import randomSource from '../random.wgsl?raw';
import { expand } from '../template.ts';
import lossSource from './loss.wgsl?raw';
import gradientSource from './loss-gradient.wgsl?raw';
import sumsSource from './loss-sums.wgsl?raw';
import probabilitiesSource from './probabilities.wgsl?raw';

const WORKGROUP = 64;

export interface LossArguments {
  readonly logits: View;
  /** Of the logits. */
  readonly gradient: View;
  /** A byte per pixel, 0 or not. */
  readonly masks: Slot;
  /** See resultBytes. */
  readonly result: Slot;
  readonly crossEntropy: number;
  /** γ; 0 for plain cross-entropy. */
  readonly focal: number;
  /** β; ½ for plain Dice. */
  readonly tversky: number;
  readonly smoothing: number;
  readonly scratch: (bytes: number) => Slot;
}

/** The result's values: loss, 0 (see overflowDispatches), then hard Dice and accuracy of each image. */
export function resultBytes(batch: number): number {
  return (1 + batch) * 8;
}

export function lossDispatches(args: LossArguments): Dispatch[] {
  const { logits, gradient, masks, crossEntropy, focal, tversky, smoothing } = args;
  const pixels = logits.side * logits.side;
  const chunks = Math.max(1, Math.min(256, Math.ceil(pixels / 32)));
  const sums = args.scratch(logits.batch * chunks * 32);
  const factors = args.scratch(logits.batch * 8);
  const constants = { WORKGROUP, crossEntropy, focal, tversky, smoothing };
  const flags = { focal: focal > 0 };
  return [
    {
      label: 'loss sums',
      code: expand(sumsSource, { stored: logits.stored, constants: { WORKGROUP: 8, focal }, flags }),
      bindings: [SHAPE, read(logits.slot), read(masks), write(sums)],
      words: [logits.batch * chunks, pixels, chunks, logits.stride, logits.offset],
      workgroups: [Math.ceil((logits.batch * chunks) / 8), 1],
      flops: 0,
    },
    {
      label: 'loss',
      code: expand(lossSource, { constants }),
      bindings: [SHAPE, read(sums), write(args.result), write(factors)],
      words: [logits.batch, chunks, pixels],
      workgroups: [1, 1],
      flops: 0,
    },
    {
      label: 'loss gradient',
      code: expand(randomSource + gradientSource, { stored: logits.stored, constants, flags }),
      bindings: [SHAPE, STEP, read(logits.slot), read(masks), read(factors), write(gradient.slot)],
      words: [logits.batch * pixels, pixels, logits.stride, logits.offset, gradient.stride, gradient.offset],
      workgroups: grid(logits.batch * pixels, WORKGROUP),
      flops: 0,
    },
  ];
}

/** Sigmoid of the logits into `probabilities`, a float per pixel. */
export function probabilitiesDispatch(logits: View, probabilities: Slot): Dispatch {
  const threads = logits.batch * logits.side * logits.side;
  return {
    label: 'probabilities',
    code: expand(probabilitiesSource, { stored: logits.stored, constants: { WORKGROUP } }),
    bindings: [SHAPE, read(logits.slot), write(probabilities)],
    words: [threads, logits.stride, logits.offset],
    workgroups: grid(threads, WORKGROUP),
    flops: 0,
  };
}
