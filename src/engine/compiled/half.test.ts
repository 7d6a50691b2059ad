/**
 * Half precision: that every shader of it is valid where there are 16-bit floats (Dawn's null backend has them, and computes
 * nothing), and what it computes, emulated where there are none.
 */
import { expect, vi } from 'vitest';
import { requestGpuDevice } from '../../kernels/device.ts';
import { architectures, buildNetwork } from '../../network/catalogue.ts';
import { failOnGpuErrors, gpuTest, longGpuTest } from '../../testing/gpu.ts';
import { emulateHalf } from '../../testing/half.ts';
import { testBatch, testWeights, withoutKinks } from '../../testing/weights.ts';
import { allOperations } from '../lowering/memory.ts';
import { referenceStep } from '../reference/interpreter.ts';
import { type Choices, convOptions, filterOptions, first, sumsOptions } from './choices.ts';
import { createCompiledEngine } from './engine.ts';
import { buildGpuPlan } from './gpu-plan.ts';
import { planBytes } from './plan-bytes.ts';
import { rememberedChoices, tilesFor } from './questions.ts';
import { trial } from './trial.ts';

failOnGpuErrors();
vi.setConfig({ testTimeout: 240_000 });

gpuTest('every shader, in every variant, is valid with 16-bit floats', async () => {
  const { create } = await import('webgpu');
  const gpu = create(['backend=null']);
  const { device, features } = await requestGpuDevice(gpu);
  expect(features).toContain('shader-f16');
  const codes = new Set<string>();
  const gpu16 = { kind: 'gpu', subgroups: true } as const;
  // A plan for each place among the variants: with norms left to their readers these have other shaders than tried alone.
  let most = 1;
  for (let i = 0; i < most; i++) {
    const nth = <T>(options: readonly T[]): T => {
      most = Math.max(most, options.length);
      return first(options.slice(i % options.length));
    };
    const choices: Choices = {
      conv: question => nth(convOptions(question, gpu16)),
      filter: question => nth(filterOptions(question, gpu16)),
      sums: () => nth(sumsOptions('gpu')),
      trees: true,
      leavesNorms: true,
    };
    const settings = { network: buildNetwork('improved-unet', 16), size: 256, batch: 1, crossEntropy: 0, l2: 0 };
    for (const { code } of allOperations(buildGpuPlan({ ...settings, dropout: true, half: true }, choices)))
      codes.add(code);
  }
  for (const arch of architectures)
    for (const kind of ['software', 'gpu'] as const) {
      const { choices, asked } = rememberedChoices({ kind, subgroups: true }, {});
      const network = buildNetwork(arch, 16);
      const settings = { network, size: 256, batch: 2, crossEntropy: 0, l2: 0, dropout: true, half: true };
      for (const { code } of allOperations(buildGpuPlan(settings, choices))) codes.add(code);
      for (const { question } of asked.values())
        for (const tile of tilesFor(question, { kind, subgroups: true }))
          for (const { code } of trial(question, tile).dispatches) codes.add(code);
    }
  expect(most).toBeGreaterThan(8);
  expect([...codes].filter(code => code.includes('enable f16;')).length).toBeGreaterThan(50);
  const messages: string[] = [];
  for (const code of codes) {
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code });
    device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
    const error = await device.popErrorScope();
    if (error) messages.push(error.message);
  }
  expect(messages).toEqual([]);
  device.destroy();
});

longGpuTest(
  'gradients in half precision are the reference’s to its digits, with about half the memory',
  async ({ device }) => {
    // Without the rectifiers' kinks: many values lie within half precision's rounding of one; see kinks.test.ts.
    const network = withoutKinks(buildNetwork('improved-unet', 4));
    const settings = { network, size: 32, batch: 2, crossEntropy: 0, l2: 0, dropout: false };
    const weights = testWeights(network, 8);
    const batch = testBatch(2, 32, 8);
    const expected = referenceStep(network, 32, batch, weights, { crossEntropy: 0, l2: 0 });
    const norm = (values: ArrayLike<number>) => Math.hypot(...Array.from(values));
    const errors = async () => {
      const engine = createCompiledEngine(
        emulateHalf(device),
        { ...settings, half: true },
        {
          tuneMilliseconds: 0,
          // It keeps in 32 bits what the shaders call 16.
          selfTest: false,
        },
      );
      await engine.writeWeights(weights);
      await engine.prepare();
      const { loss } = await engine.step(batch, { learningRate: 1e-3, step: 1, seed: 1 });
      const gradients = await engine.readGradients();
      engine.dispose();
      const most = Math.max(...[...expected.gradients.values()].map(norm));
      const telling = [...expected.gradients].filter(([, values]) => norm(values) > most * 1e-3);
      const off = telling.map(([name, values]) => {
        const found = gradients.get(name)!;
        return norm(values.map((value, i) => value - found[i]!)) / norm(values);
      });
      return { loss: Math.abs(loss - expected.loss), worst: Math.max(...off), least: Math.min(...off) };
    };
    const half = await errors();
    // A half's last digit is worth 5e-4, and a few dozen roundings follow each other.
    expect(half.loss).toBeLessThan(1e-3);
    expect(half.worst).toBeLessThan(5e-2);
    // Single precision is a hundred times nearer (kinks.test.ts): it is half precision that was measured.
    expect(half.least).toBeGreaterThan(1e-4);
    const large = { ...settings, size: 128, batch: 8 };
    expect(planBytes({ ...large, half: true }).total).toBeLessThan(0.6 * planBytes(large).total);
  },
);

gpuTest('half precision is refused where the GPU has none', async ({ device }) => {
  const network = buildNetwork('basic-unet', 1);
  const settings = { network, size: 16, batch: 1, crossEntropy: 0, l2: 0, dropout: false, half: true };
  if (device.features.has('shader-f16')) return;
  expect(() => createCompiledEngine(device, settings)).toThrow('16-bit');
});
