/**
 * The network in jax-js: forward, backward and Adam in one jit-compiled function, on its WebGPU or its wasm device. Tensors are NCHW, kernels
 * OIHW. A 3×3 convolution at stride 2 is written as space-to-depth and a 2×2 convolution, because jax-js 0.1.25's input
 * gradient of strided convolutions is wrong on WebGPU.
 *
 * jax-js counts references: passing an array to a function gives it away, `.ref` keeps it for one more use.
 */
import { defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { ADAM, DICE_SMOOTH, type Weights } from '../../src/engine/engine.ts';
import { type Layer, type Network, NORM_EPSILON, type Parameter, parameters } from '../../src/network/graph.ts';
import type { Problem, Side } from './side.ts';

type Take = (name: string) => np.Array;

function must<V>(value: V | undefined, name: string): V {
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}

/** [N,C,H,W] by [O,C,3,3] at stride 2, one row and column of zeros after the last. */
function stridedConv(input: np.Array, kernel: np.Array): np.Array {
  const [n = 0, c = 0, h = 0, w = 0] = input.shape;
  const [o = 0] = kernel.shape;
  const deep = np
    .transpose(input.reshape([n, c, h / 2, 2, w / 2, 2]), [0, 1, 3, 5, 2, 4])
    .reshape([n, c * 4, h / 2, w / 2]);
  const padded = np.pad(kernel, [
    [0, 0],
    [0, 0],
    [0, 1],
    [0, 1],
  ]);
  const small = np.transpose(padded.reshape([o, c, 2, 2, 2, 2]), [0, 1, 3, 5, 2, 4]).reshape([o, c * 4, 2, 2]);
  const after: [number, number] = [0, 1];
  return lax.convGeneralDilated(deep, small, [1, 1], [after, after]);
}

function perChannel(values: np.Array): np.Array {
  return values.reshape([1, values.shape[0] ?? 0, 1, 1]);
}

function apply({ name, operation }: Layer, inputs: np.Array[], parameter: Take): np.Array {
  const input = must(inputs[0], `input of ${name}`);
  switch (operation.kind) {
    case 'input':
    case 'dropout':
      return input;
    case 'conv': {
      const kernel = parameter(`${name}/kernel`);
      const pad = operation.kernel === 3 ? 1 : 0;
      const around: [number, number] = [pad, pad];
      const output =
        operation.stride === 2
          ? stridedConv(input, kernel)
          : lax.convGeneralDilated(input, kernel, [1, 1], [around, around]);
      return operation.bias ? output.add(perChannel(parameter(`${name}/bias`))) : output;
    }
    case 'instanceNorm': {
      const centred = input.ref.sub(np.mean(input, [2, 3], { keepdims: true }));
      const variance = np.mean(np.square(centred.ref), [2, 3], { keepdims: true });
      const normalized = centred.div(np.sqrt(variance.add(NORM_EPSILON)));
      return normalized.mul(perChannel(parameter(`${name}/gamma`))).add(perChannel(parameter(`${name}/beta`)));
    }
    case 'leakyRelu':
      return nn.leakyRelu(input, operation.slope);
    case 'add':
      return input.add(must(inputs[1], `second input of ${name}`));
    case 'concat':
      return np.concatenate(inputs, 1);
    case 'upsample': {
      const [n = 0, c = 0, h = 0, w = 0] = input.shape;
      return np.broadcastTo(input.reshape([n, c, h, 1, w, 1]), [n, c, h, 2, w, 2]).reshape([n, c, h * 2, w * 2]);
    }
    case 'maxPool': {
      const [n = 0, c = 0, h = 0, w = 0] = input.shape;
      return np.max(input.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
    }
    default:
      throw operation satisfies never;
  }
}

/** Images [N,S,S,3] in 0..1 → logits [N,1,S,S]. */
function forward(network: Network, images: np.Array, parameter: Take): np.Array {
  const uses = new Map<string, number>();
  for (const name of network.layers.flatMap(({ inputs }) => inputs)) uses.set(name, (uses.get(name) ?? 0) + 1);
  const outputs = new Map<string, np.Array>();
  const take: Take = name => {
    const left = (uses.get(name) ?? 0) - 1;
    uses.set(name, left);
    const output = must(outputs.get(name), name);
    return left > 0 ? output.ref : output;
  };
  let last = np.transpose(images, [0, 3, 1, 2]);
  for (const layer of network.layers) {
    const inputs = layer.operation.kind === 'input' ? [last] : layer.inputs.map(take);
    last = apply(layer, inputs, parameter);
    outputs.set(layer.name, last);
  }
  return last;
}

/** Masks [N,P]. */
function lossOf(logits: np.Array, masks: np.Array): np.Array {
  const probabilities = nn.sigmoid(logits.reshape(masks.shape));
  const both = np.sum(probabilities.ref, 1).add(np.sum(masks.ref, 1));
  const overlap = np.sum(probabilities.mul(masks), 1);
  const dice = overlap.mul(2).add(DICE_SMOOTH).div(both.add(DICE_SMOOTH));
  return np.mean(dice).mul(-1).add(1);
}

/** Kernels [h,w,in,out] to [out,in,h,w] and back; other parameters as they are. */
function reorder({ role, shape }: Parameter, values: Float32Array, back: boolean): Float32Array<ArrayBuffer> {
  if (role !== 'kernel') return values.slice() as Float32Array<ArrayBuffer>;
  const [h = 1, w = 1, i = 1, o = 1] = shape;
  const result = new Float32Array(values.length);
  for (let pixel = 0; pixel < h * w; pixel++)
    for (let c = 0; c < i; c++)
      for (let f = 0; f < o; f++) {
        const hwio = (pixel * i + c) * o + f;
        const oihw = (f * i + c) * h * w + pixel;
        if (back) result[hwio] = values[oihw] ?? 0;
        else result[oihw] = values[hwio] ?? 0;
      }
  return result;
}

function shapeOf({ role, shape }: Parameter): number[] {
  const [h = 1, w = 1, i = 1, o = 1] = shape;
  return role === 'kernel' ? [o, i, h, w] : [...shape];
}

export async function openJaxjs(problem: Problem, on: 'webgpu' | 'wasm' = 'webgpu'): Promise<Side> {
  const { network, size, batch, learningRate } = problem;
  let { data } = problem;
  if (!(await init(on)).includes(on)) throw new Error(`jax-js's device ${on} does not start`);
  // One for the whole page, and another side may have set its own since.
  const begin = () => defaultDevice(on);
  begin();
  const list = parameters(network);
  const index = new Map(list.map(({ name }, i) => [name, i]));
  const loss = (values: np.Array[], images: np.Array, masks: np.Array) => {
    const parameter: Take = name => must(values[index.get(name) ?? -1], name);
    return lossOf(forward(network, images, parameter), masks);
  };
  const { beta1, beta2, epsilon } = ADAM;
  /** `correct1`, `correct2`: 1 / (1 − βᵗ), shape [1]. */
  const update = jit(
    (
      values: np.Array[],
      first: np.Array[],
      second: np.Array[],
      images: np.Array,
      masks: np.Array,
      correct1: np.Array,
      correct2: np.Array,
    ) => {
      const [cost, gradients] = valueAndGrad(loss)(tree.ref(values), images, masks) as [np.Array, np.Array[]];
      const next = values.map((value, i) => {
        const gradient = must(gradients[i], 'gradient');
        const m = must(first[i], 'moment')
          .mul(beta1)
          .add(gradient.ref.mul(1 - beta1));
        const v = must(second[i], 'moment')
          .mul(beta2)
          .add(np.square(gradient).mul(1 - beta2));
        const root = np.sqrt(v.ref.mul(correct2.ref)).add(epsilon);
        const w = value.sub(m.ref.mul(correct1.ref).div(root).mul(learningRate));
        return { w, m, v };
      });
      correct1.dispose();
      correct2.dispose();
      return [cost, next.map(({ w }) => w), next.map(({ m }) => m), next.map(({ v }) => v)];
    },
  );
  const upload = (weights: Weights) =>
    list.map(parameter =>
      np.array(reorder(parameter, must(weights.get(parameter.name), parameter.name), false), {
        shape: shapeOf(parameter),
      }),
    );
  const zeros = () => list.map(parameter => np.zeros(shapeOf(parameter)));
  let values = upload(problem.weights);
  let first = zeros();
  let second = zeros();
  let t = 0;
  return {
    async step() {
      begin();
      t++;
      const images = np.array(
        Float32Array.from(data.images, byte => byte / 255),
        { shape: [batch, size, size, 3] },
      );
      const masks = np.array(Float32Array.from(data.masks), { shape: [batch, size * size] });
      const scalar = (value: number) => np.array(Float32Array.of(value), { shape: [1] });
      const result = update(
        values,
        first,
        second,
        images,
        masks,
        scalar(1 / (1 - beta1 ** t)),
        scalar(1 / (1 - beta2 ** t)),
      );
      const [cost, w, m, v] = result as [np.Array, np.Array[], np.Array[], np.Array[]];
      [values, first, second] = [w, m, v];
      const [value = Number.NaN] = await cost.data();
      return value;
    },
    async firstMoments() {
      const read = list.map(async (parameter, i) => {
        const moments = must(first[i], parameter.name).ref;
        return [parameter.name, reorder(parameter, (await moments.data()) as Float32Array, true)] as const;
      });
      return new Map(await Promise.all(read));
    },
    async reset(weights, batch) {
      begin();
      tree.dispose([values, first, second]);
      [values, first, second] = [upload(weights), zeros(), zeros()];
      data = batch;
      t = 0;
    },
    dispose() {
      tree.dispose([values, first, second]);
      update.dispose();
    },
  };
}
