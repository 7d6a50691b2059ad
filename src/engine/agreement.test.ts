/**
 * The engines against each other: same weights, batches and seed. Loss step by step, every gradient at the start, and all weights at the end.
 * (The tfjs engine runs on its CPU backend here; e2e runs it on WebGPU too.)
 */
import { expect } from 'vitest';
import { channelMeans } from '../kernels/channel-means/reference.ts';
import { architectures, buildNetwork } from '../network/catalogue.ts';
import { featureCount, shapes } from '../network/graph.ts';
import { failOnGpuErrors, gpuTest, longGpuTest } from '../testing/gpu.ts';
import { relativeError } from '../testing/kernels.ts';
import { testBatch, testWeights, withoutKinks } from '../testing/weights.ts';
import { createCompiledEngine } from './compiled/engine.ts';
import { createCpuEngine } from './cpu/engine.ts';
import type { EngineSettings, Weights } from './engine.ts';
import { referenceStep } from './reference/interpreter.ts';
import { createTfjsEngine } from './tfjs/engine.ts';

failOnGpuErrors();

/** ‖a − b‖ / ‖b‖ over all values of all parameters. */
function distance(a: Weights, b: Weights): number {
  let difference = 0;
  let norm = 0;
  for (const [name, values] of b)
    values.forEach((value, i) => {
      difference += ((a.get(name)?.[i] ?? Number.NaN) - value) ** 2;
      norm += value ** 2;
    });
  return Math.sqrt(difference / norm);
}

const cpuEngine = (settings: EngineSettings) => createCpuEngine(settings, { threads: 0, relaxed: false });

// Each takes a tenth of a second on the software adapter: LONG=1 (npm run test:soak) makes more.
const STEPS = process.env.LONG ? 20 : 4;

// A seed at which no value lies within rounding of a kink along the way (see compiled/kinks.test.ts), for the two networks that
// keep theirs.
const SEED = 3;

for (const arch of architectures)
  for (const dropout of [false, true])
    (dropout && arch !== 'improved-unet' ? longGpuTest : gpuTest)(
      `${arch}: GPU and CPU make the same ${STEPS} steps${dropout ? ', dropout on' : ''}`,
      async ({ device }) => {
        const size = 16;
        const batch = 2;
        const whole = buildNetwork(arch, 2);
        const network = arch === 'improved-unet-single' ? withoutKinks(whole) : whole;
        const settings = { network, size, batch, crossEntropy: 0.5, l2: 1e-4, dropout };
        const compiled = createCompiledEngine(device, settings, { tuneMilliseconds: 0 });
        const cpu = cpuEngine(settings);
        const weights = testWeights(network, SEED);
        for (const engine of [compiled, cpu]) {
          await engine.prepare();
          await engine.writeWeights(weights);
        }
        for (let step = 1; step <= STEPS; step++) {
          const images = testBatch(batch, size, step);
          const at = { learningRate: 1e-3, step, seed: 5 };
          // With dropout more values come near a kink: there each step begins at the same weights.
          if (dropout) await compiled.writeWeights(await cpu.readWeights());
          const ours = await compiled.step(images, at);
          const theirs = await cpu.step(images, at);
          expect(Math.abs(ours.loss - theirs.loss) / theirs.loss, `loss of step ${step}`).toBeLessThan(1e-4);
          if (step === 1)
            expect(distance(await compiled.readGradients(), await cpu.readGradients())).toBeLessThan(1e-4);
        }
        expect(distance(await compiled.readWeights(), await cpu.readWeights())).toBeLessThan(1e-4);
        compiled.dispose();
        cpu.dispose();
      },
      60_000,
    );

for (const arch of architectures)
  gpuTest(`${arch}: all engines give the reference’s features, of more images than a batch`, async ({ device }) => {
    const [size, batch, count] = [16, 2, 3];
    const network = buildNetwork(arch, 2);
    const settings = { network, size, batch, l2: 0, dropout: false };
    const predictOnly = { ...settings, predictOnly: true };
    const engines = [
      createCompiledEngine(device, predictOnly, { tuneMilliseconds: 0 }),
      cpuEngine(settings),
      cpuEngine(predictOnly),
      await createTfjsEngine({ kind: 'cpu' }, settings),
    ];
    const weights = testWeights(network, SEED);
    const images = testBatch(count, size, 1);
    const { activations } = referenceStep(network, size, images, weights, { l2: 0 });
    const { size: side, channels } = shapes(network, size).get(network.bottleneck)!;
    const expected = channelMeans(count, side, channels, activations.get(network.bottleneck)!);
    for (const engine of engines) {
      await engine.prepare();
      await engine.writeWeights(weights);
      const features = new Float32Array(count * featureCount(network));
      const probabilities = await engine.predict(images.images, count, features);
      expect(relativeError(features, expected), engine.name).toBeLessThan(1e-5);
      expect(await engine.predict(images.images, count), engine.name).toEqual(probabilities);
      engine.dispose();
    }
  });

gpuTest(
  'all engines make the same steps of the whole recipe, and predict by the same average',
  async ({ device }) => {
    const [size, batch] = [16, 2];
    const network = withoutKinks(buildNetwork('improved-unet', 2));
    const settings = {
      ...{ network, size, batch, dropout: false, l2: 0 },
      ...{ crossEntropy: 0.5, focal: 1.5, tversky: 0.7, weightDecay: 0.05, clip: 0.05, average: 0.9 },
    };
    const compiled = createCompiledEngine(device, settings, { tuneMilliseconds: 0 });
    const tfjs = await createTfjsEngine({ kind: 'cpu' }, settings);
    const cpu = cpuEngine(settings);
    const weights = testWeights(network, SEED);
    for (const engine of [compiled, tfjs, cpu]) {
      await engine.prepare();
      await engine.writeWeights(weights);
    }
    expect(distance(await compiled.readAverage(), weights)).toBe(0);
    const tensors = tfjs.memory().buffers;
    for (let step = 1; step <= STEPS; step++) {
      const at = { learningRate: 1e-3, step, seed: 5 };
      const ours = await compiled.step(testBatch(batch, size, step), at);
      for (const engine of [tfjs, cpu]) {
        const theirs = await engine.step(testBatch(batch, size, step), at);
        expect(Math.abs(ours.loss - theirs.loss) / theirs.loss, `loss of step ${step}, ${engine.name}`).toBeLessThan(
          1e-4,
        );
      }
    }
    const [ours, theirs] = [await compiled.readAverage(), await tfjs.readAverage()];
    expect(distance(ours, theirs)).toBeLessThan(1e-4);
    expect(distance(await cpu.readAverage(), theirs)).toBeLessThan(1e-4);
    expect(distance(ours, await compiled.readWeights())).toBeGreaterThan(1e-3);
    const { images } = testBatch(3, size, 50);
    const predicted = await compiled.predict(images, 3);
    for (const engine of [tfjs, cpu]) {
      const theirs = await engine.predict(images, 3);
      const apart = predicted.reduce((most, p, i) => Math.max(most, Math.abs(p - (theirs[i] ?? Number.NaN))), 0);
      expect(apart, engine.name).toBeLessThan(1e-3);
    }
    expect(tfjs.memory().buffers).toBe(tensors);

    // The same average as weights of an engine without one.
    const plain = createCompiledEngine(device, { ...settings, average: 0 }, { tuneMilliseconds: 0 });
    await plain.prepare();
    await plain.writeWeights(ours);
    expect(await plain.predict(images, 3)).toEqual(predicted);

    // What a checkpoint keeps makes another engine go on to the same bits.
    const other = createCompiledEngine(device, settings, { tuneMilliseconds: 0 });
    await other.prepare();
    await other.writeWeights(await compiled.readWeights());
    await other.writeOptimizer(await compiled.readOptimizer());
    for (const engine of [compiled, other])
      await engine.step(testBatch(batch, size, STEPS + 1), { learningRate: 1e-3, step: STEPS + 1, seed: 5 });
    expect(await other.readAverage()).toEqual(await compiled.readAverage());
    for (const engine of [compiled, tfjs, cpu, plain, other]) engine.dispose();
  },
  60_000,
);
