/**
 * Weights as a safetensors file (https://huggingface.co/docs/safetensors): eight bytes with the header's length, the header as
 * JSON, then all values. Names and layouts are PyTorch's (torch-tensors.ts); the network's settings stand in `__metadata__`.
 * Bytes in and out.
 */
import * as v from 'valibot';
import { AppError } from '../protocol/errors.ts';
import { whole } from '../protocol/schemas.ts';
import { describeMetadata, networkOf, type PortableModel, parseMetadata, toPortable } from './tfjs-model.ts';
import { fromTorchTensors, type NamedTensor, toTorchTensors } from './torch-tensors.ts';

/** The key of `__metadata__` with the model's description; its values are texts. */
export const METADATA_KEY = 'lesion_studio';
/** The format's own limit is 100 MB; ours has 200 short entries, and eleven bytes for each image that the model has seen. */
const MOST_HEADER_BYTES = 8_000_000;

export function packSafetensors(model: PortableModel, created = new Date()): Uint8Array<ArrayBuffer> {
  const tensors = toTorchTensors(networkOf(model.info), model.weights);
  let end = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    const begin = end;
    end += values.byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const metadata = { format: 'pt', [METADATA_KEY]: JSON.stringify(describeMetadata(model, created)) };
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  // Spaces at the end keep the values at a multiple of eight bytes.
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(8 + header.length + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  let offset = 8 + header.length;
  for (const { values } of tensors)
    for (const value of values) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  return bytes;
}

const BYTES: Record<string, number> = { F32: 4, F16: 2 };

/** A 16-bit float (IEEE 754 binary16) as a number. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const tensorSchema = v.object({ dtype: v.string(), shape: v.array(whole), data_offsets: v.tuple([whole, whole]) });
const headerSchema = v.objectWithRest({ __metadata__: v.optional(v.record(v.string(), v.string())) }, tensorSchema);

/** Throws AppError 'not-a-model', 'other-network' or 'cut-short'. */
export function unpackSafetensors(bytes: Uint8Array, file: string): PortableModel {
  const { header, values } = readHeader(bytes, file);
  const { __metadata__: given = {}, ...listed } = header;
  const metadata = parseMetadata(parseJson(given[METADATA_KEY]), file);
  const network = networkOf(metadata);
  const end = Math.max(0, ...Object.values(listed).map(({ data_offsets }) => data_offsets[1]));
  if (end > values.length) throw cutShort(file, bytes.length, bytes.length - values.length + end);
  // By their offsets they must cover all values, each once.
  let covered = 0;
  const tensors = Object.entries(listed)
    .sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1])
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]): NamedTensor => {
        const size = BYTES[dtype];
        if (!size) throw notSafetensors(file, `${name} is ${dtype}, and only F32 and F16 are read`);
        const count = shape.reduce((product, side) => product * side, 1);
        if (begin !== covered || end - begin !== size * count)
          throw notSafetensors(file, `${name} does not lie where its shape and the others need it`);
        covered = end;
        if (end > values.length) throw cutShort(file, bytes.length, bytes.length - values.length + end);
        const view = new DataView(values.buffer, values.byteOffset + begin, end - begin);
        const value = (i: number) =>
          size === 2 ? halfToNumber(view.getUint16(2 * i, true)) : view.getFloat32(4 * i, true);
        return { name, shape, values: Float32Array.from({ length: count }, (_, i) => value(i)) };
      },
    );
  if (covered !== values.length) throw notSafetensors(file, `${values.length - covered} bytes belong to no tensor`);
  return toPortable(metadata, fromTorchTensors(network, tensors, file));
}

function readHeader(bytes: Uint8Array, file: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = bytes.length < 8 ? 0 : Number(view.getBigUint64(0, true));
  if (length < 2 || length > MOST_HEADER_BYTES) throw notSafetensors(file, 'it has no header of a length that can be');
  if (bytes.length < 8 + length) throw cutShort(file, bytes.length, 8 + length);
  const parsed = v.safeParse(headerSchema, parseJson(decode(bytes.subarray(8, 8 + length))));
  if (!parsed.success) throw notSafetensors(file, 'its header does not list tensors');
  return { header: parsed.output, values: bytes.subarray(8 + length) };
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** undefined for what is no JSON: the check that follows tells what is missing. */
function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notSafetensors(file: string, why: string): AppError {
  return new AppError(
    'not-a-model',
    `${file} is no safetensors file of this page: ${why}`,
    'choose a file that was exported from this page',
  );
}

function cutShort(file: string, has: number, needs: number): AppError {
  return new AppError(
    'cut-short',
    `${file} is cut short: it has ${has} bytes and needs ${needs}`,
    'export or copy the model again',
  );
}
