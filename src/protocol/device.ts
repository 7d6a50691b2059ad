/** What the page may ask about the device that trains. */
import * as v from 'valibot';
import { type Commands, command } from './contract.ts';
import { planDescription } from './inspection.ts';
import { whole } from './schemas.ts';
import { engineChoices, runSettings } from './settings.ts';

export const deviceReport = v.object({
  /** 'webgpu', 'webgl' or 'cpu', for the report. */
  engine: v.string(),
  vendor: v.string(),
  architecture: v.string(),
  description: v.string(),
  features: v.array(v.string()),
  /** A software adapter: works, slowly. */
  fallback: v.boolean(),
  /** Largest single buffer in bytes, 0 where unknown. */
  maxBufferBytes: v.number(),
  /** All that an engine may take, in bytes; missing where nobody tells, as with graphics cards. */
  memoryBytes: v.optional(v.number()),
  /** Of the CPU engine; 1 also where the page is not isolated, because threads then share no memory. */
  threads: v.optional(whole),
  /** Where a GPU and the CPU were tried on a run's settings: training images a second of each. */
  speeds: v.optional(v.object({ gpu: v.number(), cpu: v.optional(v.number()) })),
  /** The WebGPU device's limits by name; runs that older versions kept have none. */
  limits: v.optional(v.record(v.string(), v.number()), {}),
});
export type DeviceReport = v.InferOutput<typeof deviceReport>;

/** The memory that a run with some settings needs; sizes in bytes. */
export const memoryEstimate = v.object({
  bytes: whole,
  largestBuffer: whole,
  /** The device's limit for one buffer. */
  allowed: whole,
  /** Its limit for all of them; null where nobody tells. */
  allowedTotal: v.nullable(whole),
  fits: v.boolean(),
  /** The largest batch that fits; 0 where not even one image does. */
  largestBatch: whole,
});
export type MemoryEstimate = v.InferOutput<typeof memoryEstimate>;

export const deviceChoice = v.object({
  engine: v.picklist(engineChoices),
  /** Of the CPU engine; 0 takes one for each core that the browser reports. */
  threads: whole,
});
export type DeviceChoice = v.InferOutput<typeof deviceChoice>;

export const device = {
  /** Finds the device; the choice holds until the next one. */
  choose: command({ args: deviceChoice, reply: deviceReport }),
  /** null where the engine cannot tell. */
  estimate: command({ args: v.object({ settings: runSettings }), reply: v.nullable(memoryEstimate) }),
  /** The plan of the engine at hand; null where there is none. `timed`: how many of its next steps to time on the GPU. */
  inspect: command({ args: v.object({ timed: whole }), reply: v.nullable(planDescription) }),
} satisfies Commands;
