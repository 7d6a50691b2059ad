import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { architectures } from '../network/catalogue.ts';
import { AppError } from '../protocol/errors.ts';
import { makeModel } from '../testing/model.ts';
import { halfToNumber, packSafetensors, unpackSafetensors } from './safetensors.ts';

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}
type Header = Record<string, Entry> & { __metadata__?: Record<string, string> };

/** Read by the format's own words, apart from the reader under test. */
function parts(bytes: Uint8Array): { header: Header; values: Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  expect(length % 8).toBe(0);
  return {
    header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))),
    values: bytes.slice(8 + length),
  };
}

function join(header: object, values: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(values, 8 + text.length);
  return bytes;
}

function failure(bytes: Uint8Array): AppError {
  try {
    unpackSafetensors(bytes, 'm.safetensors');
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('it was taken');
}

test.each(architectures)('%s: written and read back', arch => {
  const model = makeModel({ arch });
  expect(unpackSafetensors(packSafetensors(model), 'm.safetensors')).toEqual(model);
});

test('names, layouts and values are PyTorch’s', () => {
  const model = makeModel();
  const { header, values } = parts(packSafetensors(model));
  expect(header['level1_conv.weight']).toMatchObject({ dtype: 'F32', shape: [2, 3, 3, 3] });
  expect(header['level1_context1_norm.bias']).toMatchObject({ shape: [2] });
  expect(header['segment1.bias']).toMatchObject({ shape: [1] });
  expect(header.__metadata__).toMatchObject({ format: 'pt' });
  // [out, in, y, x] of the file is [y, x, in, out] of the page.
  const [begin = 0] = header['level1_conv.weight']?.data_offsets ?? [];
  const floats = new DataView(values.buffer, values.byteOffset + begin);
  const ours = model.weights.get('level1_conv/kernel');
  for (const [o, i, y, x] of [
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    [0, 2, 1, 2],
    [1, 1, 2, 0],
  ] as const)
    expect(floats.getFloat32(4 * (((o * 3 + i) * 3 + y) * 3 + x), true)).toBe(ours?.[((y * 3 + x) * 3 + i) * 2 + o]);
});

test('refuses what is cut short, not in order, or another network', () => {
  const bytes = packSafetensors(makeModel());
  const { header, values } = parts(bytes);
  const changed = (name: string, change: Partial<Entry>) =>
    join({ ...header, [name]: { ...header[name], ...change } }, values);
  expect(failure(bytes.slice(0, -5))).toMatchObject({
    code: 'cut-short',
    happened: `m.safetensors is cut short: it has ${bytes.length - 5} bytes and needs ${bytes.length}`,
  });
  expect(failure(bytes.slice(0, 100)).code).toBe('cut-short');
  expect(failure(bytes.slice(0, 4)).code).toBe('not-a-model');
  expect(failure(new Uint8Array(64).fill(255)).code).toBe('not-a-model');
  expect(failure(join({ ...header, __metadata__: {} }, values)).code).toBe('other-network');
  expect(failure(changed('level1_conv.weight', { dtype: 'BF16' })).happened).toContain('level1_conv.weight is BF16');
  expect(failure(changed('level1_conv.weight', { shape: [3, 2, 3, 3] })).code).toBe('other-network');
  expect(failure(changed('level1_conv.weight', { shape: [2, 3, 3, 4] })).code).toBe('not-a-model');
  expect(failure(changed('level1_conv.weight', { data_offsets: [4, 220] })).code).toBe('not-a-model');
  expect(failure(join({ ...header, more: { dtype: 'F32', shape: [0], data_offsets: [0, 0] } }, values))).toMatchObject({
    code: 'other-network',
    happened: expect.stringContaining('has no more'),
  });
  expect(failure(join(header, new Uint8Array([...values, 1, 2, 3, 4]))).code).toBe('not-a-model');
  const other = parts(packSafetensors(makeModel({ filters: 3 })));
  expect(failure(join({ ...other.header, __metadata__: header.__metadata__ }, other.values)).code).toBe(
    'other-network',
  );
  expect(failure(join(['no', 'tensors'], values)).code).toBe('not-a-model');
  // A header's length of 2⁶³ or of 10 MB, a tensor laid over another, one that is missing, and a shape beyond all numbers.
  for (const length of [2n ** 63n, 10_000_000n]) {
    const long = bytes.slice();
    new DataView(long.buffer).setBigUint64(0, length, true);
    expect(failure(long).happened).toContain('it has no header of a length that can be');
  }
  const first = header['level1_conv.weight']?.data_offsets ?? [0, 0];
  expect(failure(changed('level1_context1.weight', { data_offsets: [...first] })).code).toBe('not-a-model');
  const { 'segment1.bias': _, ...without } = header;
  expect(failure(join(without, values.slice(0, -4))).code).toMatch(/not-a-model|other-network/);
  expect(failure(changed('level1_conv.weight', { shape: [2 ** 30, 2 ** 30, 2 ** 30] })).code).toBe('not-a-model');
  expect(failure(changed('level1_conv.weight', { shape: [-2, -3, 3, 3] })).code).toBe('not-a-model');
  expect(failure(join({ ...header, ['__proto__']: 1 }, values.slice(0, 8))).code).toBe('cut-short');
  const notNumbers = values.slice().fill(255, 0, 4);
  expect(failure(join(header, notNumbers)).code).toBe('not-a-model');
});

test('whatever is damaged is refused in words or still a model', () => {
  const bytes = packSafetensors(makeModel({ filters: 1 }));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), (place, bit, cut) => {
      const damaged = cut ? bytes.slice(0, place) : bytes.slice();
      if (!cut) damaged[place] = (damaged[place] ?? 0) ^ (1 << bit);
      try {
        unpackSafetensors(damaged, 'm.safetensors');
        expect(cut).toBe(false);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 100 },
  );
});

test('16-bit floats: examples of IEEE 754, and every one of them in order', () => {
  for (const [bits, value] of [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ] as const)
    expect(halfToNumber(bits)).toBe(value);
  expect(halfToNumber(0x7e00)).toBeNaN();
  for (let bits = 1; bits <= 0x7c00; bits++) {
    if (!(halfToNumber(bits) > halfToNumber(bits - 1))) throw new Error(`${bits} is not above the one before`);
    if (halfToNumber(bits + 0x8000) !== -halfToNumber(bits)) throw new Error(`${bits} has no opposite`);
  }
});

test('the model that comes with the page is whole', () => {
  const file = 'isic2018-64-f8.safetensors';
  const bytes = new Uint8Array(readFileSync(new URL(`../../public/models/${file}`, import.meta.url)));
  const { info, weights } = unpackSafetensors(bytes, file);
  expect(info).toMatchObject({ arch: 'improved-unet', size: 64, filters: 8 });
  const values = [...weights.values()].flatMap(array => [...array]);
  expect(values).toHaveLength(797_979);
  expect(values.every(value => Math.abs(value) < 10)).toBe(true);
});
