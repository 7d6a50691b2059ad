/**
 * Each shader in use against double precision, before it trains: drivers compile some shaders wrongly, and a falling loss proves nothing.
 * All specimens run in one submit and are read back at once.
 */
import type { Dispatch, Slot } from '../../../kernels/dispatch.ts';
import { STEP_BYTES } from '../../../kernels/step.ts';
import { GpuMemory } from '../gpu-memory.ts';
import { makeReady, type PipelineCache, pipelineKey, record } from '../pipelines.ts';
import { readOnce } from '../readback.ts';
import type { SubmitCount } from '../submit-count.ts';
import { CONVOLUTIONS } from './convolutions.ts';
import { LEFT_NORMS } from './left-norms.ts';
import { LOSS_AND_UPDATE } from './loss.ts';
import { NORMS } from './norms.ts';
import { type Numbers, numbers } from './numbers.ts';
import { POINTWISE } from './pointwise.ts';
import { familyOf, type Specimen, specimenOf, specimenStep } from './specimen.ts';

const FAMILIES = [...CONVOLUTIONS, ...NORMS, ...LEFT_NORMS, ...POINTWISE, ...LOSS_AND_UPDATE];

/** Furthest from what was counted, by the largest of it: many roundings of the type, and far less than any mistake. */
const TOLERANCE = { f32: 1e-3, f16: 1e-2, u32: 0 };

/** Finds out, and remembers, which shaders of a device compute what they should. */
export class SelfTest {
  readonly #device: GPUDevice;
  readonly #cache: PipelineCache;
  readonly #submits: SubmitCount;
  readonly #right = new Map<string, boolean>();
  /** Of shaders that are still to be tested. */
  readonly #specimens = new Map<string, Specimen>();

  constructor(device: GPUDevice, cache: PipelineCache, submits: SubmitCount) {
    this.#device = device;
    this.#cache = cache;
    this.#submits = submits;
  }

  /** Counts what is to come out of each shader that was not tested before: a good thing to do while they compile. */
  expect(dispatches: readonly Dispatch[]): void {
    for (const [key, dispatch] of distinct(dispatches)) {
      if (this.#right.has(key) || this.#specimens.has(key)) continue;
      const family = familyOf(dispatch, FAMILIES);
      if (family) this.#specimens.set(key, specimenOf(dispatch, family));
      else this.#right.set(key, true);
    }
  }

  /**
   * One dispatch for each shader that gives wrong numbers. Their pipelines must be compiled already. Throws a DeviceLostError where the
   * device did not do its work at all.
   */
  async wrong(dispatches: readonly Dispatch[]): Promise<Dispatch[]> {
    this.expect(dispatches);
    const each = distinct(dispatches);
    const fresh = [...each.keys()].flatMap(key => {
      const specimen = this.#specimens.get(key);
      return specimen ? [{ key, specimen }] : [];
    });
    const found = await this.#run(fresh.map(({ specimen }) => specimen));
    for (const { key, specimen } of fresh) {
      this.#right.set(key, found(specimen));
      this.#specimens.delete(key);
    }
    return [...each].filter(([key]) => this.#right.get(key) === false).map(([, dispatch]) => dispatch);
  }

  /** Whether what came out of a specimen is right. */
  async #run(specimens: readonly Specimen[]): Promise<(specimen: Specimen) => boolean> {
    if (specimens.length === 0) return () => true;
    const device = this.#device;
    const memory = new GpuMemory(device);
    try {
      const buffers = new Map<Slot, GPUBuffer>();
      for (const [slot, words] of specimens.flatMap(({ data }) => [...data])) {
        const buffer = memory.storage(slot.name, words.byteLength);
        device.queue.writeBuffer(buffer, 0, words);
        buffers.set(slot, buffer);
      }
      const bufferOf = (slot: Slot): GPUBuffer => {
        const buffer = buffers.get(slot);
        if (!buffer) throw new Error(`no data for ${slot.name}`);
        return buffer;
      };
      const step = memory.create('step', STEP_BYTES, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
      device.queue.writeBuffer(step, 0, specimenStep());
      const dispatches = specimens.map(({ dispatch }) => dispatch);
      const ready = await makeReady(device, memory, this.#cache, dispatches, step, bufferOf);
      const places = new Map<Slot, number>();
      let bytes = 0;
      for (const { slot } of specimens.flatMap(({ expected }) => expected)) {
        places.set(slot, bytes);
        bytes += slot.bytes;
      }
      const results = memory.storage('specimen results', bytes);
      const encoder = device.createCommandEncoder();
      record(encoder, ready);
      for (const [slot, at] of places) encoder.copyBufferToBuffer(bufferOf(slot), 0, results, at, slot.bytes);
      this.#submits.submit(encoder);
      const { buffer } = await readOnce(device, memory, results, bytes, this.#submits);
      return ({ expected }) =>
        expected.every(({ slot, values, type }) =>
          near(numbers(buffer, places.get(slot) ?? 0, values.length, type), values, TOLERANCE[type]),
        );
    } finally {
      memory.dispose();
    }
  }
}

/** Those of which no family knows what they compute: they are used as they are. */
export function untested(dispatches: readonly Dispatch[]): Dispatch[] {
  return [...distinct(dispatches).values()].filter(dispatch => !familyOf(dispatch, FAMILIES));
}

/** One dispatch of each pipeline: the first. */
function distinct(dispatches: readonly Dispatch[]): Map<string, Dispatch> {
  return new Map([...dispatches].reverse().map(dispatch => [pipelineKey(dispatch), dispatch]));
}

function near(found: ArrayLike<number>, expected: Numbers, tolerance: number): boolean {
  let largest = 0;
  for (const value of expected) if (Math.abs(value) > largest) largest = Math.abs(value);
  // A comparison with what is no number is false: it must fail where something else was expected.
  return expected.every(
    (value: number, i: number) =>
      Number.isNaN(value) || Math.abs((found[i] ?? Number.NaN) - value) <= tolerance * largest,
  );
}
