/** An engine that computes nothing, and images to train it on: for tests of what surrounds an engine. */
import type { Batch, Engine, EngineSettings, StepSettings, Weights } from '../engine/engine.ts';
import { buildNetwork } from '../network/catalogue.ts';
import type { PixelSource } from '../training/pixels.ts';

export const SIZE = 16;
export const AREA = SIZE * SIZE;
export const LEFT_HALF = Uint8Array.from({ length: AREA }, (_, i) => (i % SIZE < SIZE / 2 ? 1 : 0));

/** Image i has the grey value i; every mask is the left half. */
export const pixels: PixelSource = {
  size: SIZE,
  async read(indices) {
    return {
      images: Uint8Array.from(indices.flatMap(index => new Array<number>(AREA * 3).fill(index))),
      masks: Uint8Array.from(indices.flatMap(() => [...LEFT_HALF])),
    };
  },
  ownMask: async () => null,
};

/** Predicts the left half as far as `quality` says; writes down what it was asked. */
export class ScriptedEngine implements Engine {
  readonly name = 'tfjs-cpu';
  stepsUnderWay = 1;
  underWay = 0;
  mostUnderWay = 0;
  readonly settings: EngineSettings;
  readonly asked: StepSettings[] = [];
  readonly trainedOn: number[] = [];
  onStep: (step: number) => void = () => {};
  loss: (step: number) => number = () => 0.5;
  /** Of an image, which is told by its grey value. */
  dice: (image: number, step: number) => number = () => 0.25;
  /** Columns predicted as lesion in the validation that follows step n. */
  columns: (step: number) => number = () => SIZE / 2;
  #written: Weights = new Map();

  constructor(batch: number) {
    const network = buildNetwork('improved-unet', 1);
    this.settings = { network, size: SIZE, batch, crossEntropy: 0, l2: 0, dropout: true };
  }
  async prepare() {}
  async step(batch: Batch, settings: StepSettings) {
    this.asked.push(settings);
    for (let i = 0; i < this.settings.batch; i++) this.trainedOn.push(batch.images[i * AREA * 3] ?? -1);
    this.onStep(settings.step);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await new Promise(resolve => setTimeout(resolve, 0));
    this.underWay--;
    const dice = Float32Array.from({ length: this.settings.batch }, (_, i) =>
      this.dice(batch.images[i * AREA * 3] ?? -1, settings.step),
    );
    return { loss: this.loss(settings.step), dice, accuracy: new Float32Array(this.settings.batch).fill(0.25) };
  }
  async predict(_: Uint8Array, count: number) {
    const columns = this.columns(this.asked.length);
    return Float32Array.from({ length: count * AREA }, (_, i) => (i % SIZE < columns ? 1 : 0));
  }
  async readWeights() {
    return new Map([['steps', Float32Array.of(this.asked.length)]]);
  }
  readAverage() {
    return this.readWeights();
  }
  async writeWeights(weights: Weights) {
    this.#written = weights;
  }
  get written() {
    return this.#written;
  }
  async readOptimizer() {
    return { step: 0, first: new Map(), second: new Map() };
  }
  async writeOptimizer() {}
  memory = () => ({ gpuBytes: 1234, buffers: 1 });
  dispose() {}
}
