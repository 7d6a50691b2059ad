import { expect, test } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { noise, relativeError, runKernels, slot } from '../../testing/kernels.ts';
import { JoinedTogether, joinedAtOnce } from './partial-sums.ts';

failOnGpuErrors();

gpuTest('partial sums joined together are those joined one by one, to the last bit', async ({ device }) => {
  const result = slot('result', 1000);
  // More than one block, a count that is no multiple of four, and a gap between the results.
  const parts = [
    { label: 'a', splits: 3, count: 601, result, to: 2 },
    { label: 'b', splits: 5, bundle: 2, count: 7, result, to: 700 },
  ];
  const together = new JoinedTogether('sums');
  const placed = parts.map(part => together.place(part));
  const sums = parts.map((part, i) => noise(part.splits * part.count, i));
  const { tensors, blocks } = together.tables();
  const slots = { tensors: slot('tensors', tensors.length), blocks: slot('blocks', blocks.length) };
  const whole = new Float32Array(placed[0]!.slot.bytes / 4);
  sums.forEach((values, i) => {
    whole.set(values, placed[i]!.at);
  });
  const [joined] = await runKernels(
    device,
    [together.join(slots.tensors, slots.blocks)],
    new Map<typeof result, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>([
      [slots.tensors, tensors],
      [slots.blocks, blocks],
      [placed[0]!.slot, whole],
      [result, new Float32Array(1000).fill(77)],
    ]),
    [result],
  );
  const untouched = [...joined!.keys()].filter(i => parts.every(({ to, count }) => i < to || i >= to + count));
  expect(untouched.every(i => joined![i] === 77)).toBe(true);
  for (const [i, part] of parts.entries()) {
    const { slot: own, joins } = joinedAtOnce(bytes => slot('own', bytes / 4)).place(part);
    const [alone] = await runKernels(device, joins, new Map([[own, Float32Array.from(sums[i]!)]]), [result]);
    const range = [part.to, part.to + part.count] as const;
    expect(joined!.slice(...range)).toEqual(alone!.slice(...range));
    const expected = Array.from({ length: part.count }, (_, at) =>
      Array.from({ length: part.splits }, (_, s) => sums[i]![s * part.count + at]!).reduce((a, b) => a + b, 0),
    );
    expect(relativeError(joined!.slice(...range), expected)).toBeLessThan(1e-6);
  }
});

test('results in two slots are refused, and nothing to join', () => {
  const together = new JoinedTogether('sums');
  const tables = [slot('tensors', 4), slot('blocks', 4)] as const;
  expect(() => together.join(...tables)).toThrow();
  for (const name of ['one', 'two']) together.place({ label: name, splits: 2, count: 4, result: slot(name, 4), to: 0 });
  expect(() => together.join(...tables)).toThrow('into one slot');
});
