/**
 * What each shader declares: made from their texts by shaders.test.ts, which fails where the two differ.
 * After changing a struct or a binding: npx vitest run src/kernels/shaders.test.ts -u
 */
import type { Slot } from './dispatch.ts';

type Empty = Readonly<Record<string, never>>;

export interface Shaders {
  readonly 'adam/adam': {
    readonly shape: {
      readonly threads: number;
      readonly kernels: number;
    };
    readonly buffers: {
      readonly gradients: Slot;
      readonly weights: Slot;
      readonly first: Slot;
      readonly second: Slot;
      readonly overflow?: Slot | undefined;
      readonly factor?: Slot | undefined;
      readonly average?: Slot | undefined;
    };
  };
  readonly 'adam/length': {
    readonly shape: {
      readonly threads: number;
      readonly count: number;
    };
    readonly buffers: {
      readonly values: Slot;
      readonly result: Slot;
    };
  };
  readonly 'adam/overflow': {
    readonly shape: {
      readonly threads: number;
      readonly count: number;
    };
    readonly buffers: {
      readonly values: Slot;
      readonly result: Slot;
    };
  };
  readonly 'augmentation/augment': {
    readonly shape: {
      readonly threads: number;
      readonly side: number;
    };
    readonly buffers: {
      readonly bytes: Slot;
      readonly table: Slot;
      readonly output?: Slot | undefined;
    };
  };
  readonly 'bias/bias-gradient': {
    readonly shape: {
      readonly pixels: number;
      readonly channels: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
      readonly to: number;
      readonly chunk: number;
    };
    readonly buffers: {
      readonly gradient: Slot;
      readonly result: Slot;
    };
  };
  readonly 'channel-means/channel-means': {
    readonly shape: {
      readonly threads: number;
      readonly pixels: number;
      readonly channels: number;
      readonly stride: number;
      readonly offset: number;
      readonly to: number;
    };
    readonly buffers: {
      readonly input: Slot;
      readonly means: Slot;
    };
  };
  readonly 'conv/conv-shape': {
    readonly shape: {
      readonly first: number;
      readonly threads: number;
      readonly side: number;
      readonly sourceSide: number;
      readonly inputs: number;
      readonly outputs: number;
      readonly groups: number;
      readonly inputStride: number;
      readonly inputOffset: number;
      readonly outputStride: number;
      readonly outputOffset: number;
      readonly weights: number;
      readonly bias: number;
      readonly residualStride: number;
      readonly residualOffset: number;
      readonly hasBias: number;
      readonly residual: number;
      readonly accumulate: number;
      readonly slope: number;
      readonly stream: number;
      readonly rate: number;
      readonly coefficients: number;
      readonly coefficientStride: number;
      readonly normSlope: number;
      readonly normedStride: number;
      readonly normedOffset: number;
      readonly normedFrom: number;
    };
    readonly buffers: {
      readonly input: Slot;
      readonly weights: Slot;
      readonly output: Slot;
      readonly residual: Slot;
      readonly coefficients?: Slot | undefined;
      readonly partial?: Slot | undefined;
      readonly normed?: Slot | undefined;
    };
  };
  readonly 'conv/derive-weights': {
    readonly shape: Empty;
    readonly buffers: {
      readonly convs: Slot;
      readonly blocks: Slot;
      readonly weights: Slot;
      readonly derived: Slot;
    };
  };
  readonly 'conv/filter-shape': {
    readonly shape: {
      readonly first: number;
      readonly threads: number;
      readonly side: number;
      readonly sourceSide: number;
      readonly inputs: number;
      readonly outputs: number;
      readonly groups: number;
      readonly inputStride: number;
      readonly inputOffset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
      readonly rows: number;
      readonly rowsPerSplit: number;
      readonly to: number;
      readonly coefficients: number;
      readonly coefficientStride: number;
      readonly normSlope: number;
    };
    readonly buffers: {
      readonly input: Slot;
      readonly gradient: Slot;
      readonly sums: Slot;
      readonly coefficients?: Slot | undefined;
    };
  };
  readonly 'conv/join-partials': {
    readonly shape: Empty;
    readonly buffers: {
      readonly tensors: Slot;
      readonly blocks: Slot;
      readonly sums: Slot;
      readonly result: Slot;
    };
  };
  readonly 'conv/sum-partials': {
    readonly shape: {
      readonly threads: number;
      readonly splits: number;
      readonly bundle: number;
      readonly to: number;
    };
    readonly buffers: {
      readonly sums: Slot;
      readonly result: Slot;
    };
  };
  readonly 'instance-norm/apply': {
    readonly shape: {
      readonly threads: number;
      readonly pixels: number;
      readonly channels: number;
      readonly inputStride: number;
      readonly inputOffset: number;
      readonly outputStride: number;
      readonly outputOffset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
      readonly moments: number;
      readonly momentsStride: number;
      readonly sums: number;
      readonly sumsStride: number;
      readonly gamma: number;
      readonly beta: number;
      readonly stream: number;
      readonly rate: number;
      readonly accumulate: number;
    };
    readonly buffers: {
      readonly input: Slot;
      readonly output: Slot;
      readonly moments: Slot;
      readonly parameters: Slot;
      readonly gradient?: Slot | undefined;
      readonly sums?: Slot | undefined;
    };
  };
  readonly 'instance-norm/block-sums': {
    readonly shape: {
      readonly threads: number;
      readonly side: number;
      readonly channels: number;
      readonly stride: number;
      readonly offset: number;
      readonly normedStride: number;
      readonly normedOffset: number;
      readonly coefficients: number;
      readonly coefficientStride: number;
      readonly normSlope: number;
    };
    readonly buffers: {
      readonly values: Slot;
      readonly partial: Slot;
      readonly normed?: Slot | undefined;
      readonly coefficients?: Slot | undefined;
    };
  };
  readonly 'instance-norm/gradient': {
    readonly shape: {
      readonly side: number;
      readonly channels: number;
      readonly inputStride: number;
      readonly inputOffset: number;
      readonly outputStride: number;
      readonly outputOffset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
      readonly coefficients: number;
      readonly coefficientStride: number;
      readonly partialChannels: number;
      readonly partialOffset: number;
      readonly sums: number;
      readonly sumsStride: number;
      readonly stream: number;
      readonly rate: number;
      readonly accumulate: number;
      readonly normSlope: number;
    };
    readonly buffers: {
      readonly input: Slot;
      readonly output: Slot;
      readonly gradient: Slot;
      readonly coefficients: Slot;
      readonly pairs?: Slot | undefined;
      readonly partial?: Slot | undefined;
    };
  };
  readonly 'instance-norm/joined': {
    readonly shape: {
      readonly side: number;
      readonly channels: number;
      readonly partialChannels: number;
      readonly partialOffset: number;
      readonly to: number;
      readonly imageStride: number;
      readonly gamma: number;
      readonly beta: number;
    };
    readonly buffers: {
      readonly partial: Slot;
      readonly coefficients?: Slot | undefined;
      readonly parameters?: Slot | undefined;
      readonly pairs?: Slot | undefined;
    };
  };
  readonly 'instance-norm/parameter-gradients': {
    readonly shape: {
      readonly threads: number;
      readonly images: number;
    };
    readonly buffers: {
      readonly sums: Slot;
      readonly targets: Slot;
      readonly gradients: Slot;
    };
  };
  readonly 'instance-norm/statistics-of-chunks': {
    readonly shape: {
      readonly threads: number;
      readonly pixels: number;
      readonly channels: number;
      readonly to: number;
      readonly imageStride: number;
      readonly chunk: number;
      readonly chunks: number;
    };
    readonly buffers: {
      readonly partial: Slot;
      readonly result: Slot;
    };
  };
  readonly 'instance-norm/statistics': {
    readonly shape: {
      readonly pixels: number;
      readonly channels: number;
      readonly inputStride: number;
      readonly inputOffset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
      readonly to: number;
      readonly imageStride: number;
      readonly moments: number;
      readonly momentsStride: number;
      readonly gamma: number;
      readonly beta: number;
      readonly stream: number;
      readonly rate: number;
      readonly chunk: number;
      readonly chunks: number;
    };
    readonly buffers: {
      readonly input: Slot;
      readonly result: Slot;
      readonly gradient?: Slot | undefined;
      readonly moments?: Slot | undefined;
      readonly parameters?: Slot | undefined;
    };
  };
  readonly 'leaky-relu/leaky-relu-gradient': {
    readonly shape: {
      readonly threads: number;
      readonly channels: number;
      readonly outputStride: number;
      readonly outputOffset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
    };
    readonly buffers: {
      readonly output: Slot;
      readonly gradient: Slot;
    };
  };
  readonly 'pooling/max-pool': {
    readonly shape: {
      readonly threads: number;
      readonly side: number;
      readonly channels: number;
      readonly inputStride: number;
      readonly inputOffset: number;
      readonly outputStride: number;
      readonly outputOffset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
    };
    readonly buffers: {
      readonly input: Slot;
      readonly output: Slot;
      readonly gradient?: Slot | undefined;
    };
  };
  readonly random: {
    readonly step: {
      readonly learningRate: number;
      readonly firstCorrection: number;
      readonly secondCorrection: number;
      readonly dropoutKey: number;
      readonly dropoutOn: number;
      readonly lossScale: number;
      readonly averageKeep: number;
    };
  };
  readonly 'segmentation/loss-gradient': {
    readonly shape: {
      readonly threads: number;
      readonly pixels: number;
      readonly stride: number;
      readonly offset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
    };
    readonly buffers: {
      readonly logits: Slot;
      readonly masks: Slot;
      readonly factors: Slot;
      readonly gradient: Slot;
    };
  };
  readonly 'segmentation/loss-sums': {
    readonly shape: {
      readonly threads: number;
      readonly pixels: number;
      readonly chunk: number;
      readonly chunks: number;
      readonly stride: number;
      readonly offset: number;
    };
    readonly buffers: {
      readonly logits: Slot;
      readonly masks: Slot;
      readonly sums: Slot;
    };
  };
  readonly 'segmentation/loss': {
    readonly shape: {
      readonly images: number;
      readonly chunks: number;
      readonly pixels: number;
    };
    readonly buffers: {
      readonly sums: Slot;
      readonly result: Slot;
      readonly factors: Slot;
    };
  };
  readonly 'segmentation/probabilities': {
    readonly shape: {
      readonly threads: number;
      readonly stride: number;
      readonly offset: number;
    };
    readonly buffers: {
      readonly logits: Slot;
      readonly probabilities: Slot;
    };
  };
  readonly 'upsample/upsample-gradient': {
    readonly shape: {
      readonly threads: number;
      readonly side: number;
      readonly channels: number;
      readonly outputStride: number;
      readonly outputOffset: number;
      readonly gradientStride: number;
      readonly gradientOffset: number;
    };
    readonly buffers: {
      readonly gradient: Slot;
      readonly output: Slot;
    };
  };
}
