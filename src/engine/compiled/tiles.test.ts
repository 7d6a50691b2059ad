/**
 * What is computed must not depend on what a measurement found fastest: every variant on offer, for every shape that a network
 * asks for, on either kind of adapter, gives the same bits as the first.
 */
import { expect, vi } from 'vitest';
import type { Slot } from '../../kernels/dispatch.ts';
import { architectures, buildNetwork } from '../../network/catalogue.ts';
import { failOnGpuErrors, longGpuTest } from '../../testing/gpu.ts';
import { noise, runKernels } from '../../testing/kernels.ts';
import { buildGpuPlan } from './gpu-plan.ts';
import { type Question, rememberedChoices, tilesFor } from './questions.ts';
import { trial } from './trial.ts';

failOnGpuErrors();
vi.setConfig({ testTimeout: 900_000 });

/** A question's kernel on 10×10 pixels, which are no whole number of tiles, and with few channels. */
function small<Q extends Question>({ kind, question }: Q): Question {
  if (kind === 'sums') return { kind, question: { ...question, side: 10 } };
  // 12 input channels are whole for every tile; a filter gradient's gradient, 64 output channels likewise.
  const inputs = Math.min(question.inputs, 12);
  return { kind, question: { ...question, inputs, outputs: Math.min(question.outputs, 64), side: 10 } } as Question;
}

const compared = new Set<string>();

// They compile for half a minute on a software adapter; conv.test.ts has each tile against the reference at all times.
for (const kind of ['software', 'gpu'] as const)
  longGpuTest(`all variants that a ${kind} adapter is offered give the same bits`, async ({ device }) => {
    const adapter = { kind, subgroups: device.features.has('subgroups') };
    const { choices, asked } = rememberedChoices(adapter, {});
    for (const arch of architectures) {
      // Large enough that a GPU is offered more than one thread per pixel; they are compared at a small size below.
      const network = buildNetwork(arch, 8);
      buildGpuPlan({ network, size: 256, batch: 2, crossEntropy: 0, l2: 0, dropout: false }, choices);
    }
    const before = compared.size;
    for (const [key, { question }] of asked) {
      const [first, ...others] = tilesFor(question, adapter).map(tile => ({ tile, ...trial(small(question), tile) }));
      // Another shape of the same shaders, with another number of threads, says nothing new.
      // Of the tiles in workgroup memory, which compile slowly on a software adapter, one each: conv.test.ts has them all.
      const shared = others.find(({ tile }) => 'shared' in tile);
      const fresh = others.filter(other => {
        // The size of a workgroup decides nothing of what a thread computes.
        const code = other.dispatches
          .map(({ code }) => code)
          .join('\n')
          .replace(/const WORKGROUP = \d+;/g, '');
        if (compared.has(code) || ('shared' in other.tile && other !== shared)) return false;
        // And one product of matrices: where there is one, it is the first of all.
        if ('gemm' in other.tile) return false;
        compared.add(code);
        return true;
      });
      if (!first || fresh.length === 0) continue;
      let expected: Uint32Array | undefined;
      for (const { tile, dispatches, result } of [first, ...fresh]) {
        const read = dispatches.flatMap(({ bindings }) =>
          bindings.flatMap(binding => (binding.kind === 'read' && binding.slot !== result ? [binding.slot] : [])),
        );
        const data = new Map<Slot, Float32Array<ArrayBuffer>>(
          [...new Set(read)].map((slot, i) => [slot, Float32Array.from(noise(slot.bytes / 4, i + 1))]),
        );
        const [values] = await runKernels(device, dispatches, data, [result]);
        const bits = new Uint32Array(values!.buffer, values!.byteOffset, values!.length);
        expected ??= bits;
        expect(bits, `${key}: ${JSON.stringify(tile)}`).toEqual(expected);
      }
    }
    expect(compared.size - before).toBeGreaterThan(8);
  });
