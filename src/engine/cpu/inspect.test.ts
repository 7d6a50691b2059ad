import * as v from 'valibot';
import { expect, test } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { planDescription } from '../../protocol/inspection.ts';
import { createCpuEngine } from './engine.ts';

test('the engine on the CPU shows its plan: calls, layers, slots, no shaders and no times', () => {
  const network = buildNetwork('basic-unet', 2);
  const settings = { network, size: 32, batch: 2, crossEntropy: 0, l2: 0, dropout: true };
  const engine = createCpuEngine(settings, { threads: 0 });
  const plan = v.parse(planDescription, engine.inspect?.(3));
  expect(plan).toMatchObject({ engine: 'cpu', size: 32, batch: 2, shaders: [], timing: { possible: false, steps: 0 } });
  const named = new Set(plan.operations.map(({ layer }) => layer));
  for (const { name, operation } of network.layers) if (operation.kind === 'conv') expect(named).toContain(name);
  for (const { kernel, milliseconds, bindings } of plan.operations) {
    expect({ kernel, milliseconds }).toEqual({ kernel: null, milliseconds: null });
    for (const { slot, name } of bindings) expect(plan.slots[slot]?.name).toBe(name);
  }
  engine.dispose();
});
