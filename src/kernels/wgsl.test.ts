import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeDispatch, type Slot } from './dispatch.ts';
import type { Shaders } from './shaders.ts';
import { declaredBindings, floatBits, structFields, structValues, structWords, workgroupSize } from './wgsl.ts';

const CODE = `
// struct Shape { wrong: u32 }
struct Shape {
  threads: u32,   // of all: workgroups
  shift: i32, slope: f32,
}
@group(0) @binding(0) var<uniform> shape: Shape;
// @group(0) @binding(1) var<storage, read> gone: array<f32>;
@group(0) @binding(2) var<storage, read> input: array<f32>;
@group(0) @binding(7) var<storage, read_write> result: array<f32>;
@group(0) @binding(8) var<uniform> step: Step;
`;
const slot = (name: string): Slot => ({ name, bytes: 16, persistent: false });
const parts = {
  label: 'made up',
  code: CODE,
  shape: { slope: 1, shift: -2, threads: 3 },
  buffers: { input: slot('in'), result: slot('out') },
  workgroups: [1, 1] as const,
};

test('fields and bindings as declared, comments left out', () => {
  expect(structFields(CODE, 'Shape')).toEqual([
    { name: 'threads', type: 'u32' },
    { name: 'shift', type: 'i32' },
    { name: 'slope', type: 'f32' },
  ]);
  expect(declaredBindings(CODE).map(({ name, at, access }) => `${at} ${access} ${name}`)).toEqual([
    '0 uniform shape',
    '2 read input',
    '7 write result',
    '8 uniform step',
  ]);
});

test('words lie in the order of the struct, whatever the order of the object', () => {
  const { words, bindings } = makeDispatch(parts);
  expect(words).toEqual([3, 2 ** 32 - 2, 0x3f800000]);
  expect(bindings.map(({ kind, at }) => `${at} ${kind}`)).toEqual(['0 shape', '2 read', '7 write', '8 step']);
  expect(bindings.flatMap(binding => ('slot' in binding ? [binding.slot.name] : []))).toEqual(['in', 'out']);
});

test('a name that is missing or unknown throws and is named, with the dispatch', () => {
  const { threads: _, ...fewer } = parts.shape;
  expect(() => makeDispatch({ ...parts, shape: fewer })).toThrow('made up: struct Shape: no value for threads');
  expect(() => makeDispatch({ ...parts, shape: { ...parts.shape, side: 1 } })).toThrow('struct Shape has no side');
  expect(() => makeDispatch({ ...parts, buffers: { input: slot('in') } })).toThrow('no value for result');
  expect(() => makeDispatch({ ...parts, buffers: { ...parts.buffers, gone: slot('x') } })).toThrow('has no gone');
  expect(() => makeDispatch({ ...parts, code: CODE.replace('uniform> step', 'uniform> other') })).toThrow('other');
  const shapeless = { ...parts, code: CODE.replace(/.*var<uniform> shape.*/, '') };
  expect(() => makeDispatch(shapeless)).toThrow('has no slope, shift, threads');
  expect(makeDispatch({ ...shapeless, shape: {} }).words).toEqual([]);
});

test('a number that the type cannot hold throws; a float may be any', () => {
  const words = (values: Partial<typeof parts.shape>) =>
    structWords(CODE, 'Shape', { ...parts.shape, ...values }, 'made up');
  for (const threads of [-1, 0.5, 2 ** 32, Number.NaN]) expect(() => words({ threads })).toThrow('threads');
  for (const shift of [0.5, 2 ** 31, Number.NaN]) expect(() => words({ shift })).toThrow('shift');
  expect(words({ threads: 2 ** 32 - 1 })[0]).toBe(2 ** 32 - 1);
  expect(words({ slope: -0.1 })[2]).toBe(floatBits(-0.1));
  expect(() => structFields('struct Shape { place: vec2f }', 'Shape')).toThrow('vec2f');
  expect(() => structFields('', 'Shape')).toThrow('no struct Shape');
});

test('a shader’s own names are types', () => {
  type Sum = Shaders['conv/sum-partials'];
  const right = { threads: 3, splits: 2, bundle: 1, to: 0 } satisfies Sum['shape'];
  expect(Object.keys(right)).toHaveLength(4);
  // @ts-expect-error: `to` is missing
  expect({ threads: 3, splits: 2, bundle: 1 } satisfies Sum['shape']).not.toHaveProperty('to');
  // @ts-expect-error: there is no `from`
  expect({ ...right, from: 1 } satisfies Sum['shape']).toHaveProperty('from');
  // @ts-expect-error: the result is missing
  expect({ sums: slot('sums') } satisfies Sum['buffers']).not.toHaveProperty('result');
});

test('words give back what was put in', () => {
  fc.assert(
    fc.property(
      fc.record({
        threads: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        shift: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        slope: fc.float(),
      }),
      values => {
        expect(structValues(CODE, 'Shape', structWords(CODE, 'Shape', values, 'made up'))).toEqual(values);
      },
    ),
  );
});

test('the size of a workgroup, by numbers and by constants', () => {
  const size = (sizes: string) =>
    workgroupSize(`const W = 8;\n// @workgroup_size(1)\n@compute @workgroup_size(${sizes})\nfn main() {}`);
  expect(size('64')).toEqual([64, 1, 1]);
  expect(size('W, 4u')).toEqual([8, 4, 1]);
  expect(size('1, 2, W')).toEqual([1, 2, 8]);
  expect(() => size('OTHER')).toThrow('OTHER');
  expect(() => workgroupSize('fn main() {}')).toThrow('no @workgroup_size');
});
