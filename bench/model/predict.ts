/**
 * What a dispatch would take on a GPU, computed from its shader's text and its grid: an estimate to compare variants and measurements with. It
 * knows of occupancy (registers and workgroup memory against what a core has), of the loads beside the multiply-adds, of the bytes that must
 * come from memory, of the tail of the last wave and of what a launch costs; it knows nothing of caches between, and is optimistic.
 */
import { loadsPerFma } from '../../src/engine/compiled/plan-figures.ts';
import { touchedBytes } from '../../src/engine/lowering/describe.ts';
import type { Dispatch, Slot } from '../../src/kernels/dispatch.ts';
import { workgroupSize } from '../../src/kernels/wgsl.ts';
import type { ModelDevice } from './devices.ts';

export interface Prediction {
  readonly milliseconds: number;
  /** Threads that a core holds at a time, of those that it could. */
  readonly occupancy: number;
  readonly bound: 'launch' | 'arithmetic' | 'memory';
}

/** Assumed of all: what a load takes beside a multiply-add, clocks until a value is there, and memory's yield. */
const LOAD_COST = 4;
const LATENCY = { storage: 250, workgroup: 60 };
const MEMORY_YIELD = 0.8;
/** A thread's registers besides its sums. */
const OTHER_REGISTERS = 32;
/** Instructions for each value that a dispatch without multiply-adds reads or writes. */
const PER_VALUE = 8;

/** Multiply-adds of a loop's body, during which the next loads may be under way; four of a vector. */
function between(code: string): number {
  const count = (pattern: RegExp) => code.match(pattern)?.length ?? 0;
  return count(/= fma\((?!vec4f)/g) + 4 * count(/= fma\(vec4f\(/g) || PER_VALUE;
}

/** Sums that a thread keeps, in 32-bit registers: what its multiply-adds add to. */
function sums(code: string): number {
  const widths = new Map<string, number>();
  for (const [, name = '', four] of code.matchAll(/(\w+) = fma\((vec4f)?/g)) widths.set(name, four ? 4 : 1);
  return [...widths.values()].reduce((sum, width) => sum + width, 0);
}

function constantsOf(code: string): Map<string, number> {
  const constants = new Map<string, number>();
  for (const [, name = '', text = ''] of code.matchAll(/\bconst (\w+) = ([^;]+);/g))
    constants.set(name, evaluate(text, constants));
  return constants;
}

/** Whole numbers, products, sums and brackets over constants. */
function evaluate(text: string, constants: ReadonlyMap<string, number>): number {
  const tokens = text.match(/\d+\.?\d*|[A-Za-z_]\w*|[()*+/-]/g) ?? [];
  let at = 0;
  const factor = (): number => {
    const token = tokens[at++] ?? '';
    if (token === '(') {
      const value = sum();
      at++;
      return value;
    }
    return constants.get(token) ?? Number.parseFloat(token);
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === '*' || tokens[at] === '/')
      value = tokens[at++] === '*' ? value * factor() : Math.floor(value / factor());
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  return sum();
}

/** Bytes of workgroup memory. */
export function workgroupBytes(code: string): number {
  const constants = constantsOf(code);
  const BYTES: Record<string, number> = { f32: 4, u32: 4, vec2f: 8, vec4f: 16 };
  return [...code.matchAll(/var<workgroup> \w+: array<(\w+), ([^>]+)>/g)].reduce(
    (total, [, type = '', size = '']) => total + (BYTES[type] ?? 4) * evaluate(size, constants),
    0,
  );
}

/** The parts of all sums lie in one slot, of which only what joins them reads the whole. */
function withoutOthersParts(dispatch: Dispatch): Dispatch {
  const bindings = dispatch.bindings.filter(
    binding => binding.kind !== 'write' || binding.slot.name !== 'partial sums',
  );
  return { ...dispatch, bindings };
}

/** `images`: of the batch, that this dispatch does; `parameters`: see parameterSlots. */
export function predict(
  dispatch: Dispatch,
  _images: number,
  parameters: ReadonlySet<Slot>,
  device: ModelDevice,
): Prediction {
  const { code, flops, workgroups } = dispatch;
  const size = workgroupSize(code).reduce((a, b) => a * b, 1);
  const groups = workgroups[0] * workgroups[1];
  const shared = workgroupBytes(code);
  const registers = Math.min(255, sums(code) + OTHER_REGISTERS);
  const fitting = Math.min(
    device.mostWorkgroups,
    Math.floor(device.mostThreads / size),
    Math.floor(device.registerBytes / (4 * registers * size)),
    shared > 0 ? Math.floor(device.workgroupBytes / shared) : Number.POSITIVE_INFINITY,
  );
  const perCore = Math.min(Math.max(1, fitting), groups / device.cores);
  const resident = perCore * size;
  const lanes = device.gflops / (2 * device.gigahertz * device.cores);
  const bytes = touchedBytes(withoutOthersParts(dispatch), parameters);
  const slots = flops > 0 ? (flops / 2) * (1 + LOAD_COST * (loadsPerFma(code) ?? 0)) : (bytes / 4) * PER_VALUE;
  const body = between(code);
  const latency = shared > 0 && flops > 0 ? LATENCY.workgroup : LATENCY.storage;
  const busy = Math.min(1, ((resident / lanes) * body) / (body + latency));
  // All cores wait for those that have one workgroup more.
  const waves = groups / (device.cores * Math.max(1, fitting));
  const tail = waves > 1 ? Math.ceil(waves) / waves : 1;
  const arithmetic = (slots / (lanes * device.cores * device.gigahertz * 1e9 * busy)) * tail * 1e3;
  const memory = (bytes / (device.GBs * 1e9 * MEMORY_YIELD * Math.min(1, resident / (lanes * 2)))) * 1e3;
  const launch = device.launchMicroseconds / 1e3;
  return {
    milliseconds: launch + Math.max(arithmetic, memory),
    occupancy: Math.min(1, resident / device.mostThreads),
    bound: launch > Math.max(arithmetic, memory) ? 'launch' : arithmetic > memory ? 'arithmetic' : 'memory',
  };
}

/** Of a training step: milliseconds by the device's own time, dispatch after dispatch. */
export function predictAll(
  dispatches: readonly Dispatch[],
  batch: number,
  parameters: ReadonlySet<Slot>,
  device: ModelDevice,
): Prediction[] {
  // One that was cut has a part of the images, and each part its layer's label.
  const whole = new Map<string, number>();
  for (const { label, flops } of dispatches) whole.set(label, (whole.get(label) ?? 0) + flops);
  return dispatches.map(dispatch =>
    predict(
      dispatch,
      (batch * dispatch.flops) / (whole.get(dispatch.label) || dispatch.flops || 1),
      parameters,
      device,
    ),
  );
}
