import * as v from 'valibot';
import { expect, test } from 'vitest';
import { architectures, buildNetwork } from '../../network/catalogue.ts';
import { planDescription } from '../../protocol/inspection.ts';
import type { EngineSettings } from '../engine.ts';
import { allOperations, planMemory } from '../lowering/memory.ts';
import { describeGpuPlan } from './describe.ts';
import { buildGpuPlan } from './gpu-plan.ts';
import { planBytes } from './plan-bytes.ts';

function settingsOf(changes: Partial<EngineSettings> = {}): EngineSettings {
  const network = buildNetwork('improved-unet', 4);
  return { network, size: 64, batch: 2, crossEntropy: 0, l2: 0, dropout: true, ...changes };
}

test.each(architectures)('%s: one row for each dispatch, in order, and each layer’s own', arch => {
  const settings = settingsOf({ network: buildNetwork(arch, 4), average: 0.9, clip: 1 });
  const plan = buildGpuPlan(settings);
  const { operations, shaders } = describeGpuPlan(plan, settings.network);
  const dispatches = allOperations(plan);
  expect(operations.map(({ label }) => label)).toEqual(dispatches.map(({ label }) => label));
  expect(operations.map(({ kernel }) => shaders[kernel?.shader ?? -1])).toEqual(dispatches.map(({ code }) => code));
  expect(new Set(shaders).size).toBe(shaders.length);
  expect(operations.filter(({ part }) => part === 'forward')).toHaveLength(plan.forward.length);
  expect(operations.filter(({ part }) => part === 'prediction').map(({ label }) => label)).toEqual([
    'probabilities',
    'features',
  ]);
  const named = new Set(operations.flatMap(({ layer }) => layer ?? []));
  for (const { name, operation } of settings.network.layers)
    if (operation.kind === 'conv' || operation.kind === 'instanceNorm') expect(named, name).toContain(name);
  expect(operations.filter(({ layer }) => layer === null).map(({ label }) => label)).toEqual(
    dispatches
      .map(({ label }) => label)
      .filter(label =>
        /^(augment|probabilities|features|derive|loss|norm parameter|join|gradient length|adam)/.test(label),
      ),
  );
  for (const { kernel, flops, label } of operations) {
    const [across = 0, down = 0, x = 0, y = 0] = [...(kernel?.workgroups ?? []), ...(kernel?.workgroupSize ?? [])];
    if (kernel?.constants.threads)
      expect(across * down * x * y, label).toBeGreaterThanOrEqual(kernel.constants.threads);
    expect(flops > 0, label).toBe(
      / forward$| filter$| input gradient$/.test(label) && kernel?.constants.inputs !== undefined,
    );
  }
});

test('constants by name are those of the layer', () => {
  const settings = settingsOf();
  const { operations } = describeGpuPlan(buildGpuPlan(settings), settings.network);
  const first = settings.network.layers.find(({ operation }) => operation.kind === 'conv');
  const forward = operations.find(({ layer, part }) => layer === first?.name && part === 'forward');
  expect(forward?.kernel?.constants).toMatchObject({ side: 64, inputs: 3, outputs: 4, inputStride: 3, weights: 0 });
  expect(forward?.bindings.map(({ name, access }) => `${access} ${name}`)).toEqual([
    'read input',
    'read weights',
    'write output',
    'read residual',
  ]);
});

test('no two slots of one buffer live at the same time, and each fits in it', () => {
  const settings = settingsOf();
  const plan = buildGpuPlan(settings);
  const { slots, buffers, operations } = describeGpuPlan(plan, settings.network);
  const whole = { begin: 0, end: operations.length };
  buffers.forEach((bytes, buffer) => {
    const tenants = slots.filter(slot => slot.buffer === buffer);
    expect(Math.max(...tenants.map(slot => slot.bytes))).toBe(bytes);
    const lives = tenants.map(slot => (slot.persistent ? whole : slot)).sort((a, b) => a.begin - b.begin);
    lives.slice(1).forEach((life, i) => {
      expect(life.begin).toBeGreaterThan(lives[i]?.end ?? 0);
    });
  });
  expect(buffers).toEqual(planMemory(plan).buffers);
  const sum = buffers.reduce((total, bytes) => total + bytes, 0);
  expect(planBytes(settings).total).toBeGreaterThan(sum);
  expect(planBytes(settings).total).toBeLessThan(sum * 1.1);
  for (const { bindings } of operations) for (const { slot } of bindings) expect(slots[slot]).toBeDefined();
});

test('bytes are those of the tensors, by hand', () => {
  const settings = settingsOf();
  const { operations } = describeGpuPlan(buildGpuPlan(settings), settings.network);
  const bytes = (label: string) => operations.find(operation => operation.label === label)?.bytes;
  // 3 bytes a pixel in, 3 floats a pixel out, and the table.
  expect(bytes('augment images')).toBe(2 * 64 * 64 * (3 + 12) + 2 * 88 * 4);
  expect(bytes('probabilities')).toBe(2 * 64 * 64 * 4 * 2);
});

test('it fits the protocol, and a plan for predictions only has no training', () => {
  const settings = settingsOf({ predictOnly: true });
  const described = describeGpuPlan(buildGpuPlan(settings), settings.network);
  expect(described.operations.some(({ part }) => part === 'training')).toBe(false);
  const rest = { engine: 'compiled', size: 64, batch: 2, timing: { possible: false, steps: 0 } };
  expect(v.parse(planDescription, structuredClone({ ...rest, ...described }))).toEqual({ ...rest, ...described });
});

test('each choice says its question, and what was measured for it', () => {
  const settings = settingsOf();
  const plan = buildGpuPlan(settings);
  const bare = describeGpuPlan(plan, settings.network).operations;
  const kinds = new Set(bare.flatMap(({ kernel }) => kernel?.variant?.question.split(' ')[0] ?? []));
  expect(kinds).toEqual(new Set(['conv', 'filter', 'sums']));
  for (const { label, kernel } of bare)
    if (/ forward$| filter$| input gradient$| moments$| apply$/.test(label))
      expect(kernel?.variant, label).not.toBeNull();
    else if (/^(augment|probabilities|features|derive|loss|join|adam)/.test(label))
      expect(kernel?.variant, label).toBeNull();
  const { question = '', chosen } = bare.find(({ label }) => / forward$/.test(label))?.kernel?.variant ?? {};
  const tried = [
    { tile: { pixels: 8, channels: 4, workgroup: 64, gemm: { rows: 8, lanes: 4, block: 8 } }, milliseconds: 2 },
    { tile: { pixels: 2, channels: 1, workgroup: 64, quads: true as const }, milliseconds: null },
  ];
  const answers = { [question]: { tried, complete: false } };
  const told = describeGpuPlan(plan, settings.network, answers).operations.find(
    ({ kernel }) => kernel?.variant?.question === question,
  );
  expect(told?.kernel?.variant).toEqual({
    ...{ question, chosen, complete: false },
    tried: [
      { variant: 'pixels 8, channels 4, workgroup 64, gemm (rows 8, lanes 4, block 8)', milliseconds: 2 },
      { variant: 'pixels 2, channels 1, workgroup 64, quads', milliseconds: null },
    ],
  });
});
