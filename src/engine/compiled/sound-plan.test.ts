import { expect, test } from 'vitest';
import type { Dispatch } from '../../kernels/dispatch.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { AppError } from '../../protocol/errors.ts';
import { allOperations } from '../lowering/memory.ts';
import { buildGpuPlan } from './gpu-plan.ts';
import { soundPlan } from './sound-plan.ts';

const network = buildNetwork('improved-unet', 16);
const settings = { network, size: 64, batch: 1, crossEntropy: 0, l2: 0, dropout: false };
const adapter = { kind: 'gpu', subgroups: false } as const;

/** A device that computes wrongly whatever `bad` says. */
const planOn = (bad: (dispatch: Dispatch) => boolean) =>
  soundPlan({
    ...{ adapter, tiles: {}, build: choices => buildGpuPlan(settings, choices) },
    wrong: async dispatches => dispatches.filter(bad),
  });

test('variants that compute wrongly are replaced, and all others stay', async () => {
  const fine = await planOn(() => false);
  expect(fine.replaced).toEqual([]);
  const bad = ({ code }: Dispatch) => code.includes('var<workgroup> filters: array<vec4f');
  expect(allOperations(fine.plan).some(bad)).toBe(true);
  const { plan, replaced } = await planOn(bad);
  expect(allOperations(plan).some(bad)).toBe(false);
  expect(replaced.length).toBeGreaterThan(0);
  const others = ({ variant }: Dispatch) => variant?.kind !== 'conv';
  expect(allOperations(plan).filter(others)).toEqual(allOperations(fine.plan).filter(others));
});

test('where no variant is left, or there is but one, training on the device is refused by name', async () => {
  for (const [bad, name] of [
    [({ variant }: Dispatch) => variant?.kind === 'filter', / filter”/],
    [({ label }: Dispatch) => label === 'adam', /“adam”/],
  ] as const) {
    const refusal: unknown = await planOn(bad).catch(error => error);
    expect(refusal).toBeInstanceOf(AppError);
    expect(refusal).toMatchObject({ code: 'wrong-kernels', happened: expect.stringMatching(name) });
  }
});
