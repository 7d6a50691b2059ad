/** A plan at hand, as the page shows it under `?inspect`: plain data, parsed where it arrives. */
import * as v from 'valibot';
import { whole } from './schemas.ts';

const variant = v.object({
  /** The shape that variants were compared for. */
  question: v.string(),
  chosen: v.string(),
  /** Those measured on this device, in the order on offer; null where one computes wrongly. */
  tried: v.array(v.object({ variant: v.string(), milliseconds: v.nullable(v.number()) })),
  /** All that are on offer were. */
  complete: v.boolean(),
});

const kernel = v.object({
  /** Its text, by number among `shaders`. */
  shader: whole,
  workgroups: v.tuple([whole, whole]),
  /** Threads in a workgroup. */
  workgroupSize: v.tuple([whole, whole, whole]),
  /** Its shape uniform, by the names in its text. */
  constants: v.record(v.string(), v.number()),
  /** Null where there is but one shader for it. */
  variant: v.nullable(variant),
});

const plannedOperation = v.object({
  /** When it runs: in steps and predictions, in predictions alone, in steps alone. */
  part: v.picklist(['forward', 'prediction', 'training']),
  label: v.string(),
  /** The layer that it is of; null for what is of none, such as the optimizer. */
  layer: v.nullable(v.string()),
  /** The slots that it binds, by number among `slots`, with the shader's names; `use` where a kernel does not say which it writes. */
  bindings: v.array(v.object({ name: v.string(), access: v.picklist(['read', 'write', 'use']), slot: whole })),
  /** Of the slots that it binds, each once; see touchedBytes. */
  bytes: whole,
  /** Multiply-adds counted as two; 0 where they are not counted. */
  flops: v.number(),
  /** Null where it is no GPU dispatch. */
  kernel: v.nullable(kernel),
  /** Mean over the steps that were timed; null where none was. */
  milliseconds: v.nullable(v.number()),
});

const plannedSlot = v.object({
  name: v.string(),
  bytes: whole,
  /** Kept for the engine's whole life; others share buffers with those whose lives do not touch theirs. */
  persistent: v.boolean(),
  /** By number among `buffers`. */
  buffer: whole,
  /** First and last operation that names it. */
  begin: whole,
  end: whole,
});

export const planDescription = v.object({
  engine: v.string(),
  size: whole,
  batch: whole,
  /** In the order in which lives are read off: forward, prediction, training. */
  operations: v.array(plannedOperation),
  shaders: v.array(v.string()),
  slots: v.array(plannedSlot),
  /** Bytes of each. */
  buffers: v.array(whole),
  /** Whether this device can time dispatches, and how many steps the times are a mean of. */
  timing: v.object({ possible: v.boolean(), steps: whole }),
});
export type PlanDescription = v.InferOutput<typeof planDescription>;
export type PlannedOperation = PlanDescription['operations'][number];
export type PlannedSlot = PlanDescription['slots'][number];
