/** The self-test against shaders as they are, and against ones that are wrong on purpose, as a driver's compiler may make them. */
import { expect, test, vi } from 'vitest';
import type { Dispatch } from '../../../kernels/dispatch.ts';
import { architectures, buildNetwork } from '../../../network/catalogue.ts';
import { failOnGpuErrors, gpuTest, longGpuTest } from '../../../testing/gpu.ts';
import type { EngineSettings } from '../../engine.ts';
import { allOperations } from '../../lowering/memory.ts';
import { type AdapterKind, defaultChoices } from '../choices.ts';
import { GpuMemory } from '../gpu-memory.ts';
import { buildGpuPlan } from '../gpu-plan.ts';
import { PipelineCache } from '../pipelines.ts';
import { rememberedChoices, tilesFor } from '../questions.ts';
import { SubmitCount } from '../submit-count.ts';
import { trial } from '../trial.ts';
import { SelfTest, untested } from './self-test.ts';

failOnGpuErrors();
vi.setConfig({ testTimeout: 240_000 });

function dispatchesOf(kind: AdapterKind, over: Partial<EngineSettings> = {}): Dispatch[] {
  const network = buildNetwork('improved-unet', 4);
  const settings = { network, size: 64, batch: 2, crossEntropy: 0.5, l2: 1e-5, dropout: true, ...over };
  return allOperations(buildGpuPlan(settings, defaultChoices(kind), true));
}

const ALL = { focal: 2, tversky: 0.7, clip: 1, average: 0.9, weightDecay: 0.01 };

test.each(architectures)('%s: every shader that may train is tested', arch => {
  for (const kind of ['software', 'gpu'] as const)
    for (const [filters, over] of [
      [3, ALL],
      [16, { half: true }],
    ] as const) {
      const network = buildNetwork(arch, filters);
      const plan = dispatchesOf(kind, { network, size: 64, ...over });
      expect(untested(plan).map(({ label }) => label)).toEqual([]);
    }
});

test.each(['software', 'gpu'] as const)(
  'every variant that a %s adapter may be given is tested, and of bounded length',
  kind => {
    const adapter = { kind, subgroups: true };
    const { choices, asked } = rememberedChoices(adapter, {});
    for (const arch of architectures) {
      const network = buildNetwork(arch, 16);
      buildGpuPlan({ network, size: 256, batch: 2, crossEntropy: 0, l2: 0, dropout: false }, choices);
    }
    for (const [key, { question }] of asked)
      for (const tile of tilesFor(question, adapter)) {
        const { dispatches } = trial(question, tile);
        expect(untested(dispatches), `${key} ${JSON.stringify(tile)}`).toEqual([]);
        // Some compilers take minutes for what is unrolled without end.
        for (const { code } of dispatches)
          expect(code.match(/= fma\(/g)?.length ?? 0, key).toBeLessThanOrEqual(MOST_UNROLLED);
      }
  },
);

/** Multiply-adds that a shader writes out, of one value or four. */
const MOST_UNROLLED = 400;

function tester(device: GPUDevice) {
  const memory = new GpuMemory(device);
  const cache = new PipelineCache(device);
  const own = new SelfTest(device, cache, new SubmitCount(device, memory));
  return async (dispatches: readonly Dispatch[]) => {
    await cache.compile(dispatches);
    return (await own.wrong(dispatches)).map(({ label }) => label);
  };
}

// Compiles for many seconds; engine.test.ts prepares with the self-test on either kind of adapter, too.
longGpuTest('all shaders of a plan are right', async ({ device }) => {
  const wrong = tester(device);
  expect(await wrong(dispatchesOf('software', ALL))).toEqual([]);
  // Pools, and the network of others that has them.
  const network = buildNetwork('basic-unet', 3);
  expect(await wrong(dispatchesOf('software', { network }))).toEqual([]);
});

longGpuTest(
  'all shaders that a GPU gets are right, in either width and with pixels in fours or not',
  async ({ device }) => {
    const wrong = tester(device);
    for (const filters of [3, 16]) {
      const network = buildNetwork('improved-unet', filters);
      expect(await wrong(dispatchesOf('gpu', { network, size: 128, ...ALL }))).toEqual([]);
    }
  },
);

longGpuTest(
  'so are all variants of its costliest shapes',
  async ({ device }) => {
    const adapter = { kind: 'gpu', subgroups: device.features.has('subgroups') } as const;
    const { choices, asked } = rememberedChoices(adapter, {});
    const network = buildNetwork('improved-unet', 16);
    buildGpuPlan({ network, size: 256, batch: 1, crossEntropy: 0, l2: 0, dropout: false }, choices);
    const wrong = tester(device);
    for (const [key, { question }] of [...asked].filter(([, { times }]) => times > 1))
      for (const tile of tilesFor(question, adapter))
        expect(await wrong(trial(question, tile).dispatches), `${key} ${JSON.stringify(tile)}`).toEqual([]);
  },
  900_000,
);

/** One mistake each, in the shader of a dispatch of that name. */
const MISTAKES: readonly (readonly [label: RegExp, from: string | RegExp, to: string])[] = [
  [/level1_conv forward/, /left \+ 2 < sourceSide/, 'left + 3 < sourceSide'],
  [/ forward$/, 'if (row < 0 || row >= sourceSide)', 'if (row < 1 || row >= sourceSide)'],
  [/ filter$/, 'let end = min((split + 1)', 'let end = min((split + 2)'],
  [/ moments$/, 'let shifted = x - origin;', 'let shifted = x;'],
  [/ apply$/, 'affine * slope', 'affine * 0.5'],
  [/ gradient$/, '- mean.x -', '-'],
  [/^loss$/, 'tversky * soft.y', 'soft.y'],
  [/^loss sums$/, 'probability * g, entropy', 'probability, entropy'],
  [/^adam$/, '(1.0 - beta2) * g * g', '(1.0 - beta1) * g * g'],
  [/^derive weights$/, 'conv.kernel * conv.kernel - 1u - tap', 'tap'],
  [/^augment images$/, /byte\(at \+ 2u\)/, 'byte(at + 1u)'],
  [/^join partial sums$/, 's < tensor.splits', 's + 1u < tensor.splits'],
];

gpuTest('a shader with one mistake is told, and only that one', async ({ device }) => {
  const plan = [...dispatchesOf('software', ALL), ...dispatchesOf('gpu').filter(({ label }) => /^join/.test(label))];
  const broken = MISTAKES.map(([label, from, to]) => {
    const dispatch = plan.find(
      one => label.test(one.label) && (typeof from === 'string' ? one.code.includes(from) : from.test(one.code)),
    );
    if (!dispatch) throw new Error(`no ${label} with ${from}`);
    return { ...dispatch, label: `${label}`, code: dispatch.code.replace(from, to) };
  });
  const fine = dispatchesOf('software').filter(({ label }) => / sums$|^probabilities$/.test(label));
  expect((await tester(device)([...broken, ...fine])).sort()).toEqual(broken.map(({ label }) => label).sort());
});
