/**
 * A run between two epochs as bytes, and back: what it takes to go on as if it had never stopped. Pure.
 *
 *   0   8 bytes   "LSCHECK" and the version
 *   8   u32       length of the header
 *   12  u32       CRC-32 of all that follows
 *   16  header    JSON: the run, its history, and which arrays follow
 *   …   arrays    32-bit floats or bytes, little-endian as the machine, in the header's order
 */
import * as v from 'valibot';
import type { OptimizerState, Weights } from '../engine/engine.ts';
import { epochRecord, startRun } from '../protocol/training.ts';

/** SCHEMA: raise it when the layout or the meaning changes; other versions are refused, never half read. */
const VERSION = 1;
const MAGIC = 'LSCHECK';
const PREFIX = 16;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));
const array = v.object({
  kind: v.picklist(['weights', 'first', 'second', 'best', 'mask']),
  name: v.string(),
  length: whole,
});
const header = v.object({
  run: startRun,
  /** Milliseconds since 1970. */
  savedAt: v.number(),
  epochs: v.array(epochRecord),
  bestEpoch: v.nullable(whole),
  /** Adam's updates so far. */
  step: whole,
  /** Masks per epoch. */
  samples: whole,
  arrays: v.array(array),
});

export interface Checkpoint extends Pick<v.InferOutput<typeof header>, 'run' | 'savedAt' | 'epochs' | 'bestEpoch'> {
  readonly weights: Weights;
  readonly optimizer: OptimizerState;
  /** Of `bestEpoch`; empty where there is none. */
  readonly best: Weights;
  /** Predicted masks of the samples after each epoch, 0/1 [S,S]. */
  readonly masks: readonly (readonly Uint8Array[])[];
}

/** The bytes are no whole checkpoint of this version. */
export class DamagedCheckpointError extends Error {
  override readonly name = 'DamagedCheckpointError';
}

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const { run, savedAt, epochs, bestEpoch, weights, optimizer, best, masks } = checkpoint;
  const named = (kind: string, values: Weights) => [...values].map(([name, data]) => ({ kind, name, data }));
  const arrays = [
    ...named('weights', weights),
    ...named('first', optimizer.first),
    ...named('second', optimizer.second),
    ...named('best', best),
    ...masks.flatMap((epoch, i) => epoch.map(data => ({ kind: 'mask', name: String(i + 1), data }))),
  ];
  const text = new TextEncoder().encode(
    JSON.stringify({
      run,
      savedAt,
      epochs,
      bestEpoch,
      step: optimizer.step,
      samples: masks[0]?.length ?? 0,
      arrays: arrays.map(({ kind, name, data }) => ({ kind, name, length: data.length })),
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
  view.setUint32(8, text.length, true);
  view.setUint32(12, crc32(bytes.subarray(PREFIX)), true);
  return bytes;
}

/** Throws DamagedCheckpointError. */
export function decodeCheckpoint(bytes: Uint8Array<ArrayBuffer>): Checkpoint {
  if (bytes.length < PREFIX) throw new DamagedCheckpointError('the file is cut short');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (new TextDecoder().decode(bytes.subarray(0, 7)) !== MAGIC)
    throw new DamagedCheckpointError('this is no checkpoint');
  const version = view.getUint8(7);
  if (version !== VERSION)
    throw new DamagedCheckpointError(`its version is ${version}, and this page reads ${VERSION}`);
  if (view.getUint32(12, true) !== crc32(bytes.subarray(PREFIX)))
    throw new DamagedCheckpointError('its checksum does not fit');
  let at = PREFIX + view.getUint32(8, true);
  const parsed = v.safeParse(header, parse(bytes.subarray(PREFIX, at)));
  if (!parsed.success) throw new DamagedCheckpointError(`its header does not fit: ${parsed.issues[0].message}`);
  const { run, savedAt, epochs, bestEpoch, step, samples, arrays } = parsed.output;
  const values = {
    weights: new Map<string, Float32Array>(),
    first: new Map<string, Float32Array>(),
    second: new Map<string, Float32Array>(),
    best: new Map<string, Float32Array>(),
  };
  const masks: Uint8Array[][] = epochs.map(() => []);
  for (const { kind, name, length } of arrays) {
    const size = kind === 'mask' ? length : length * 4;
    // A copy: floats must lie at a multiple of four.
    const part = bytes.slice(at, at + size);
    if (part.length !== size) throw new DamagedCheckpointError('an array is cut short');
    at += size;
    if (kind !== 'mask') values[kind].set(name, new Float32Array(part.buffer));
    else masks[Number(name) - 1]?.push(part);
  }
  if (at !== bytes.length || masks.some(epoch => epoch.length !== samples))
    throw new DamagedCheckpointError('its arrays do not fit its header');
  const { weights, first, second, best } = values;
  return { run, savedAt, epochs, bestEpoch, weights, optimizer: { step, first, second }, best, masks };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC-32 as in zip and PNG (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (TABLE[(c ^ byte) & 255] ?? 0) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
