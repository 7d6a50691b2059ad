/**
 * A run between two steps as bytes, and back: all that it needs to continue as if it had never stopped. Pure.
 *
 *   0   8 bytes   "LSCHECK" and the version
 *   8   32 bytes  SHA-256 of all that follows
 *   40  u32       length of the header
 *   44  header    JSON: the run, its history, and which arrays follow
 *   …   arrays    32-bit floats, little-endian as the machine, or masks at a bit per pixel, in the header's order
 */
import * as v from 'valibot';
import type { OptimizerState, Weights } from '../engine/engine.ts';
import { epochRecord, startRun } from '../protocol/run.ts';
import { whole } from '../protocol/schemas.ts';
import { augments } from '../protocol/settings.ts';

/**
 * SCHEMA: raise it when the layout or the meaning changes; versions that are not listed are refused, never half read.
 *   1  between epochs only: read as one without `partial`
 *   2  `partial`: weights and moments are those after some steps of the next epoch
 *   3  `lossScale`, in runs of half precision; one of version 2 goes on with the first scale
 *   4  `average` arrays, in runs that keep a moving average of the weights
 *   5  `drawn` and `seen` arrays, in runs that draw hard examples
 *   6  each draw of the augmentation has its own stream: an older run with augmentation would go on with other draws than its seed gave
 *      it, and is refused. The header has the version too, where the digest covers it
 *   7  epochs without masks, in long runs
 */
const VERSION = 7;
const READABLE = [1, 2, 3, 4, 5, 6, 7];
/** Whatever version 6 brought. */
const STREAMS_SINCE = 6;
const MAGIC = 'LSCHECK';
const DIGEST = 8;
const SIZE = 40;
const PREFIX = 44;

const mean = v.object({ sum: v.number(), count: whole });
const array = v.object({
  kind: v.picklist(['weights', 'first', 'second', 'average', 'best', 'drawn', 'seen', 'mask']),
  name: v.string(),
  length: whole,
});
const header = v.object({
  version: v.optional(whole),
  run: startRun,
  /** Milliseconds since 1970. */
  savedAt: v.number(),
  epochs: v.array(epochRecord),
  bestEpoch: v.nullable(whole),
  /** A person ended the run here, and may continue it. */
  stopped: v.optional(v.boolean()),
  /** Adam's updates so far. */
  step: whole,
  lossScale: v.optional(v.object({ value: v.pipe(v.number(), v.finite(), v.minValue(1)), clean: whole })),
  /** Of the engine that it is of; earlier pages pass them over, and the bits are promised to be the same. */
  variants: v.optional(v.record(v.string(), v.looseObject({}))),
  /** What is done of the epoch that follows. */
  partial: v.optional(v.object({ step: whole, seconds: v.number(), loss: mean, dice: mean, accuracy: mean })),
  /** Masks per epoch that has some. */
  samples: whole,
  arrays: v.array(array),
});

export interface Checkpoint
  extends Pick<v.InferOutput<typeof header>, 'run' | 'savedAt' | 'epochs' | 'bestEpoch' | 'stopped' | 'partial'> {
  readonly weights: Weights;
  readonly optimizer: OptimizerState;
  /** Of each training image, in the order of the split: see training/run/loop.ts. */
  readonly errors?: { readonly drawn: Float32Array; readonly seen: Float32Array } | undefined;
  /** Of `bestEpoch`; empty where there is none. */
  readonly best: Weights;
  /** Predicted masks of the samples after each epoch, 0/1 [S,S]; none of some epochs in long runs. */
  readonly masks: readonly (readonly Uint8Array[])[];
}

/** The bytes are no whole checkpoint of this version. */
export class DamagedCheckpointError extends Error {
  override readonly name = 'DamagedCheckpointError';
}

/** The digest is made beside the worker's own thread. */
export async function encodeCheckpoint(checkpoint: Checkpoint): Promise<Uint8Array<ArrayBuffer>> {
  const { run, savedAt, epochs, bestEpoch, stopped, partial, weights, optimizer, errors, best, masks } = checkpoint;
  const named = (kind: string, values: Weights) =>
    [...values].map(([name, data]) => ({ kind, name, data, length: data.length }));
  const arrays = [
    ...named('weights', weights),
    ...named('first', optimizer.first),
    ...named('second', optimizer.second),
    ...named('average', optimizer.average ?? new Map()),
    ...named('best', best),
    ...(errors
      ? [...named('drawn', new Map([['', errors.drawn]])), ...named('seen', new Map([['', errors.seen]]))]
      : []),
    ...masks.flatMap((epoch, i) =>
      epoch.map(mask => ({ kind: 'mask', name: String(i + 1), data: pack(mask), length: mask.length })),
    ),
  ];
  const text = new TextEncoder().encode(
    JSON.stringify({
      version: VERSION,
      run,
      savedAt,
      epochs,
      bestEpoch,
      stopped,
      partial,
      step: optimizer.step,
      lossScale: optimizer.lossScale,
      variants: optimizer.variants,
      samples: Math.max(0, ...masks.map(epoch => epoch.length)),
      arrays: arrays.map(({ kind, name, length }) => ({ kind, name, length })),
    }),
  );
  const size = arrays.reduce((sum, { data }) => sum + data.byteLength, PREFIX + text.length);
  const bytes = new Uint8Array(size);
  bytes.set(text, PREFIX);
  let at = PREFIX + text.length;
  for (const { data } of arrays) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  bytes.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(bytes.buffer);
  view.setUint8(7, VERSION);
  view.setUint32(SIZE, text.length, true);
  bytes.set(await digest(bytes.subarray(SIZE)), DIGEST);
  return bytes;
}

/** Throws DamagedCheckpointError. */
export async function decodeCheckpoint(bytes: Uint8Array<ArrayBuffer>): Promise<Checkpoint> {
  if (bytes.length < PREFIX) throw new DamagedCheckpointError('the file is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder().decode(bytes.subarray(0, 7)) !== MAGIC)
    throw new DamagedCheckpointError('this is no checkpoint');
  const version = view.getUint8(7);
  if (!READABLE.includes(version))
    throw new DamagedCheckpointError(`its version is ${version}, and this page reads ${READABLE.join(', ')}`);
  const found = await digest(bytes.subarray(SIZE));
  if (found.some((byte, i) => byte !== bytes[DIGEST + i]))
    throw new DamagedCheckpointError('its checksum does not fit');
  let at = PREFIX + view.getUint32(SIZE, true);
  const parsed = v.safeParse(header, parse(bytes.subarray(PREFIX, at)));
  if (!parsed.success) throw new DamagedCheckpointError(`its header does not fit: ${parsed.issues[0].message}`);
  if (parsed.output.version !== (version < STREAMS_SINCE ? undefined : version))
    throw new DamagedCheckpointError('its version is not that of its header');
  const { run, savedAt, epochs, bestEpoch, stopped, partial, step, lossScale, variants, samples, arrays } =
    parsed.output;
  if (version < STREAMS_SINCE && augments(run.settings))
    throw new DamagedCheckpointError('it is of a run with augmentation, which earlier versions drew otherwise');
  const values = {
    weights: new Map<string, Float32Array>(),
    first: new Map<string, Float32Array>(),
    second: new Map<string, Float32Array>(),
    average: new Map<string, Float32Array>(),
    best: new Map<string, Float32Array>(),
    drawn: new Map<string, Float32Array>(),
    seen: new Map<string, Float32Array>(),
  };
  const masks: Uint8Array[][] = epochs.map(() => []);
  for (const { kind, name, length } of arrays) {
    const size = kind === 'mask' ? Math.ceil(length / 8) : length * 4;
    // A copy: floats must lie at a multiple of four.
    const part = bytes.slice(at, at + size);
    if (part.length !== size) throw new DamagedCheckpointError('an array is cut short');
    at += size;
    if (kind !== 'mask') values[kind].set(name, new Float32Array(part.buffer));
    else masks[Number(name) - 1]?.push(unpack(part, length));
  }
  if (at !== bytes.length || masks.some(epoch => epoch.length !== samples && epoch.length > 0))
    throw new DamagedCheckpointError('its arrays do not fit its header');
  const { weights, first, second, average, best } = values;
  const [drawn, seen] = [values.drawn.get(''), values.seen.get('')];
  const errors = drawn && seen ? { errors: { drawn, seen } } : {};
  const between = {
    ...{ run, savedAt, epochs, bestEpoch },
    ...(stopped ? { stopped } : {}),
    ...(partial ? { partial } : {}),
    ...errors,
  };
  const optimizer = {
    ...{ step, first, second },
    ...(average.size > 0 ? { average } : {}),
    ...(lossScale ? { lossScale } : {}),
    ...(variants ? { variants } : {}),
  };
  return { ...between, weights, optimizer, best, masks };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** A bit per value, the first in the lowest bit. */
function pack(mask: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((value, i) => {
    if (value) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return bits;
}

function unpack(bits: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => ((bits[i >> 3] ?? 0) >> (i & 7)) & 1);
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
