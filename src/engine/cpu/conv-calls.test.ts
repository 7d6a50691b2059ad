/** Every form of convolution on the CPU against the double-precision reference: values, both gradients, slices, odd shapes. */
import { expect, test } from 'vitest';
import { outputSide, padBefore } from '../../kernels/conv/geometry.ts';
import { conv, convFilterGradient, convInputGradient } from '../../kernels/conv/reference.ts';
import type { Slot } from '../../kernels/dispatch.ts';
import { leakyRelu } from '../../kernels/leaky-relu/reference.ts';
import { upsample, upsampleGradient } from '../../kernels/upsample/reference.ts';
import { backwards, inOrder, runCalls } from '../../testing/cpu-kernels.ts';
import { embed, extract, noise, relativeError, slot, tensor } from '../../testing/kernels.ts';
import type { PlanSlots } from '../lowering/operations.ts';
import { ConvCalls } from './conv-calls.ts';

interface Case {
  readonly kernel: 1 | 3;
  readonly stride: 1 | 2;
  readonly raised: boolean;
  readonly batch: number;
  /** Of the input as it lies in memory. */
  readonly side: number;
  readonly inputs: number;
  readonly outputs: number;
}

const plain = { kernel: 3, stride: 1, raised: false, batch: 2, side: 6, inputs: 4, outputs: 8 } as const;

const cases: Case[] = [
  plain,
  { ...plain, inputs: 3, outputs: 5, side: 5 },
  { ...plain, inputs: 1, outputs: 1, side: 1, batch: 1 },
  { ...plain, inputs: 7, outputs: 17, side: 9 },
  { ...plain, inputs: 40, outputs: 24, side: 32, batch: 1 },
  { ...plain, inputs: 64, outputs: 64, side: 8 },
  { ...plain, kernel: 1 },
  { ...plain, kernel: 1, inputs: 16, outputs: 1, side: 13 },
  { ...plain, kernel: 1, inputs: 1, outputs: 9, side: 8 },
  { ...plain, stride: 2 },
  { ...plain, stride: 2, inputs: 5, outputs: 11, side: 14 },
  { ...plain, stride: 2, inputs: 16, outputs: 32, side: 34, batch: 3 },
  { ...plain, kernel: 1, stride: 2, side: 8 },
  { ...plain, raised: true },
  { ...plain, raised: true, inputs: 6, outputs: 3, side: 5 },
  { ...plain, raised: true, inputs: 32, outputs: 16, side: 20 },
  { ...plain, raised: true, inputs: 2, outputs: 2, side: 1, batch: 1 },
];

const INPUT_AT = 5;

function prepare({ kernel, stride, raised, batch, side, inputs, outputs }: Case) {
  const inputSide = raised ? 2 * side : side;
  const pad = padBefore({ kernel, stride, inputSide });
  const shape = { batch, inputSide, inputs, outputs, kernel, stride };
  const outSide = outputSide(shape);
  const weights = noise(kernel * kernel * inputs * outputs, 1);
  const bias = noise(outputs, 2);
  const x = noise(batch * side * side * inputs, 3);
  const g = noise(batch * outSide * outSide * outputs, 4);
  const parameters = Float32Array.from([...noise(INPUT_AT, 9), ...weights, ...bias]);
  const slots = { weights: slot('weights', parameters.length), gradients: slot('gradients', parameters.length) };
  const form = { kernel, stride, pad, raised, weightsAt: INPUT_AT };
  const calls = new ConvCalls(slots as Record<string, Slot> as unknown as PlanSlots);
  const seen = raised ? upsample(batch, side, inputs, x) : x;
  return { form, shape, outSide, weights, bias, x, g, parameters, slots, calls, seen };
}

for (const one of cases) {
  const { kernel, stride, raised, batch, side, inputs, outputs } = one;
  const name = `${batch}×${side}²×${inputs}→${outputs}, ${kernel}×${kernel}, stride ${stride}${raised ? ', upsampled' : ''}`;

  test(`forward with bias, residual and leaky ReLU: ${name}`, async () => {
    const { form, shape, outSide, weights, bias, x, parameters, slots, calls, seen } = prepare(one);
    const input = tensor('input', batch, side, inputs, 3, 2);
    const output = tensor('output', batch, outSide, outputs, 1, 4);
    const residual = tensor('residual', batch, outSide, outputs, 2, 0);
    const r = noise(batch * outSide ** 2 * outputs, 5);
    const forward = calls.forward({
      ...{ ...form, label: 'conv', input, output, residual, slope: 0.1 },
      biasAt: INPUT_AT + weights.length,
    });
    const all = [...calls.packForward(), ...forward];
    const expected = leakyRelu(
      conv(shape, seen, weights, bias).map((v, i) => v + r[i]!),
      0.1,
    );
    for (const order of [inOrder, backwards]) {
      const [y] = await runCalls(
        all,
        new Map<Slot, ArrayBufferView<ArrayBuffer>>([
          [slots.weights, parameters],
          [input.slot, embed(input, x)],
          [output.slot, embed(output, [])],
          [residual.slot, embed(residual, r)],
          ...calls.tables.map(table => [table.slot, table.words] as const),
        ]),
        [output.slot],
        order,
      );
      expect(relativeError(extract(output, y!), expected)).toBeLessThan(1e-5);
    }
  });

  test(`input gradient, set and added: ${name}`, async () => {
    for (const accumulate of [false, true]) {
      const { form, shape, outSide, weights, g, parameters, slots, calls, x } = prepare(one);
      const input = tensor('input', batch, side, inputs);
      const gradient = tensor('gradient', batch, outSide, outputs, 1, 2);
      const target = tensor('target', batch, side, inputs, 0, 3);
      const backward = calls.inputGradient({ ...form, label: 'conv', input, gradient, target, accumulate });
      const all = [...calls.packBackward(), ...backward];
      const base = noise(x.length, 6);
      const [dx] = await runCalls(
        all,
        new Map<Slot, ArrayBufferView<ArrayBuffer>>([
          [slots.weights, parameters],
          [gradient.slot, embed(gradient, g)],
          [target.slot, embed(target, base)],
          ...calls.tables.map(table => [table.slot, table.words] as const),
        ]),
        [target.slot],
      );
      const wide = convInputGradient(shape, weights, g);
      const expected = (raised ? upsampleGradient(batch, side, inputs, wide) : wide).map(
        (v, i) => v + (accumulate ? base[i]! : 0),
      );
      expect(relativeError(extract(target, dx!), expected)).toBeLessThan(1e-5);
    }
  });

  test(`filter gradient: ${name}`, async () => {
    const { form, shape, outSide, weights, g, x, slots, calls, seen } = prepare(one);
    const input = tensor('input', batch, side, inputs, 2, 1);
    const gradient = tensor('gradient', batch, outSide, outputs, 3, 5);
    const all = calls.filterGradient({ ...form, label: 'conv', input, gradient });
    const results = await Promise.all(
      [inOrder, backwards].map(order =>
        runCalls(
          all,
          new Map([
            [input.slot, embed(input, x)],
            [gradient.slot, embed(gradient, g)],
          ]),
          [slots.gradients],
          order,
        ),
      ),
    );
    const [dw] = results[0]!;
    expect(results[1]).toEqual(results[0]);
    const found = dw!.subarray(INPUT_AT, INPUT_AT + weights.length);
    expect(relativeError(found, convFilterGradient(shape, seen, g))).toBeLessThan(1e-5);
    expect([...dw!.subarray(0, INPUT_AT)].every(Number.isNaN)).toBe(true);
  });
}
