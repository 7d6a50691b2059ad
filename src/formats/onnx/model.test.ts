import * as fc from 'fast-check';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { referenceStep } from '../../engine/reference/interpreter.ts';
import { architectures, buildNetwork } from '../../network/catalogue.ts';
import { AppError } from '../../protocol/errors.ts';
import { makeModel } from '../../testing/model.ts';
import { testBatch } from '../../testing/weights.ts';
import { packOnnx, unpackOnnx } from './model.ts';
import { decodeModel, encodeModel } from './schema.ts';

function failure(bytes: Uint8Array): AppError {
  try {
    unpackOnnx(bytes, 'm.onnx');
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
  throw new Error('it was taken');
}

// At 16² the deepest level has one pixel, and instance norm there is all rounding.
test.each(architectures.flatMap(arch => [[arch, 1, 48] as const, [arch, 3, 32] as const]))(
  '%s: onnxruntime gives the reference’s masks for a batch of %s at %s²',
  async (arch, batch, size) => {
    const model = makeModel({ arch });
    const { images, masks } = testBatch(batch, size);
    const network = buildNetwork(arch, model.info.filters);
    const { probabilities } = referenceStep(network, size, { images, masks }, model.weights, {
      crossEntropy: 0,
      l2: 0,
    });
    const session = await ort.InferenceSession.create(packOnnx(model));
    expect(session.inputNames).toEqual(['image']);
    expect(session.outputNames).toEqual(['probability']);
    // NHWC bytes to NCHW in 0..1.
    const area = size * size;
    const input = Float32Array.from({ length: batch * 3 * area }, (_, i) => {
      const [image, channel, place] = [Math.floor(i / (3 * area)), Math.floor(i / area) % 3, i % area];
      return (images[(image * area + place) * 3 + channel] ?? 0) / 255;
    });
    const { probability } = await session.run({ image: new ort.Tensor('float32', input, [batch, 3, size, size]) });
    await session.release();
    expect(probability?.dims).toEqual([batch, 1, size, size]);
    const given = probability?.data as Float32Array;
    const worst = Math.max(...given.map((p, i) => Math.abs(p - (probabilities[i] ?? Number.NaN))));
    expect(worst).toBeLessThan(1e-4);
    // Not a constant, which would agree by chance.
    expect(Math.max(...given) - Math.min(...given)).toBeGreaterThan(0.05);
  },
);

test.each(architectures)('%s: the graph is valid: what onnx.checker asks of it', arch => {
  const model = decodeModel(packOnnx(makeModel({ arch })));
  expect(model.opset).toBeGreaterThanOrEqual(17);
  const standard = [
    'Conv',
    'InstanceNormalization',
    'LeakyRelu',
    'Relu',
    'Resize',
    'Concat',
    'Add',
    'Sigmoid',
    'MaxPool',
  ];
  expect(model.inputs.map(({ shape }) => shape)).toEqual([['batch', 3, 'height', 'width']]);
  expect(model.outputs.map(({ shape }) => shape)).toEqual([['batch', 1, 'height', 'width']]);
  const known = new Set([...model.inputs, ...model.initializers].map(({ name }) => name));
  expect(known.size).toBe(model.inputs.length + model.initializers.length);
  const used = new Set<string>();
  for (const { operator, inputs, outputs } of model.nodes) {
    expect(standard).toContain(operator);
    // Every value is made before it is read, and made once.
    for (const input of inputs.filter(name => name !== '')) {
      expect(known, `${input} is read`).toContain(input);
      used.add(input);
    }
    for (const output of outputs) {
      expect(known).not.toContain(output);
      known.add(output);
    }
  }
  const outputs = model.outputs.map(({ name }) => name);
  expect([...known].filter(name => !used.has(name))).toEqual(outputs);
  for (const { shape, type, raw, name } of model.initializers) {
    expect(type, name).toBe(1);
    expect(raw.length, name).toBe(4 * shape.reduce((product, side) => product * side, 1));
  }
  expect(new Set(model.nodes.map(({ name }) => name)).size).toBe(model.nodes.length);
});

test.each(architectures.flatMap(arch => [[arch, 'free'] as const, [arch, 'fixed'] as const]))(
  '%s, sides %s: written and read back',
  (arch, sides) => {
    const model = makeModel({ arch });
    expect(unpackOnnx(packOnnx(model, sides), 'm.onnx')).toEqual(model);
  },
);

describe.each(architectures)('%s with fixed sides', arch => {
  const model = makeModel({ arch, size: 48 });
  const fixed = packOnnx(model, 'fixed');

  test('it is the same graph, for one image of the model’s size', () => {
    const [one, other] = [decodeModel(fixed), decodeModel(packOnnx(model))];
    expect(one.inputs).toEqual([{ name: 'image', shape: [1, 3, 48, 48] }]);
    expect(one.outputs).toEqual([{ name: 'probability', shape: [1, 1, 48, 48] }]);
    expect(one.nodes).toEqual(other.nodes);
    expect(one.initializers).toEqual(other.initializers);
  });

  test('each size in it follows from what stands in the file: a Resize has constant scales', () => {
    const { nodes, initializers } = decodeModel(fixed);
    const constants = new Set(initializers.map(({ name }) => name));
    const resizes = nodes.filter(({ operator }) => operator === 'Resize');
    expect(resizes.length).toBeGreaterThan(0);
    for (const { inputs } of resizes)
      expect(inputs.slice(1).every(name => name === '' || constants.has(name))).toBe(true);
  });

  test('onnxruntime gives what it gives for the file with free sides, and takes no other size', async () => {
    const [one, other] = await Promise.all([fixed, packOnnx(model)].map(bytes => ort.InferenceSession.create(bytes)));
    const { images } = testBatch(1, 48);
    const image = new ort.Tensor(
      'float32',
      Float32Array.from(images, value => value / 255),
      [1, 3, 48, 48],
    );
    const [mine, theirs] = await Promise.all([one, other].map(session => session!.run({ image })));
    const given = mine?.probability?.data as Float32Array;
    // It plans another order of sums where it knows the sizes.
    const apart = given.map((p, i) => Math.abs(p - ((theirs?.probability?.data[i] as number) ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(1e-5);
    const larger = new ort.Tensor('float32', new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
    await expect(one!.run({ image: larger })).rejects.toThrow(/invalid dimensions/i);
    await Promise.all([one, other].map(session => session!.release()));
  });
});

test('refuses what is no model of this page', () => {
  const model = makeModel();
  const parts = decodeModel(packOnnx(model));
  expect(failure(encodeModel({ ...parts, metadata: {} }))).toMatchObject({
    code: 'other-network',
    happened: 'm.onnx holds no network of this page: it was not exported from this page',
  });
  expect(failure(encodeModel({ ...parts, metadata: { lesion_studio: '{' } })).code).toBe('other-network');
  expect(failure(encodeModel({ ...parts, nodes: parts.nodes.slice(1) }))).toMatchObject({
    code: 'other-network',
    happened: expect.stringContaining('its operator 1 is not the one'),
  });
  expect(failure(encodeModel({ ...parts, nodes: [...parts.nodes, parts.nodes[0]!] })).code).toBe('other-network');
  const otherSlope = parts.nodes.map(node =>
    node.operator === 'LeakyRelu' ? { ...node, attributes: { alpha: { float: 0.2 } } } : node,
  );
  expect(failure(encodeModel({ ...parts, nodes: otherSlope })).code).toBe('other-network');
  const wider = decodeModel(packOnnx(makeModel({ filters: 3 })));
  expect(failure(encodeModel({ ...parts, initializers: wider.initializers }))).toMatchObject({
    code: 'other-network',
    happened: expect.stringContaining('level1_conv.weight is [3, 3, 3, 3], and the Improved UNet'),
  });
  expect(failure(encodeModel({ ...parts, initializers: parts.initializers.slice(1) })).happened).toContain(
    'level1_conv.weight [2, 3, 3, 3] of the Improved UNet (Isensee et al. 2017) is missing',
  );
  const half = parts.initializers.map((tensor, i) => (i === 0 ? { ...tensor, type: 10 } : tensor));
  expect(failure(encodeModel({ ...parts, initializers: half })).code).toBe('other-network');
  const twice = [...parts.initializers, parts.initializers[0]!];
  expect(failure(encodeModel({ ...parts, initializers: twice })).happened).toContain(
    'level1_conv.weight is in it twice',
  );
  // Enlarging by other factors gives other masks than the page's.
  const scaled = parts.initializers.map(tensor =>
    tensor.name === 'upsample_scales'
      ? { ...tensor, raw: new Uint8Array(new Float32Array([1, 1, 2, 4]).buffer) }
      : tensor,
  );
  expect(failure(encodeModel({ ...parts, initializers: scaled })).happened).toContain(
    'enlarges by other factors than 2',
  );
  const notNumbers = parts.initializers.map((tensor, i) =>
    i === 0 ? { ...tensor, raw: new Uint8Array(tensor.raw.length).fill(255) } : tensor,
  );
  expect(failure(encodeModel({ ...parts, initializers: notNumbers })).code).toBe('not-a-model');
  expect(failure(new Uint8Array()).code).toBe('other-network');
});

test('a file of countless empty parts is refused before it fills the memory', () => {
  // A graph (field 7) of empty operators (field 1), two bytes each; and one shape of 20 million sides, packed.
  const sized = (tag: number, body: Uint8Array) => {
    const length = [0, 7, 14, 21].map((shift, place) => ((body.length >> shift) & 127) | (place < 3 ? 128 : 0));
    const bytes = new Uint8Array(5 + body.length);
    bytes.set([tag, ...length]);
    bytes.set(body, 5);
    return bytes;
  };
  const operators = new Uint8Array(20_000_000).map((_, i) => (i % 2 ? 0 : 0x0a));
  const shape = sized(0x2a, sized(0x0a, new Uint8Array(20_000_000).fill(1)));
  for (const graph of [operators, shape]) {
    const begin = performance.now();
    expect(failure(sized(0x3a, graph)).code).toBe('cut-short');
    expect(performance.now() - begin).toBeLessThan(2000);
  }
});

test('whatever is damaged is refused in words or still a model', () => {
  const bytes = packOnnx(makeModel({ filters: 1 }));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(7), fc.boolean(), (place, bit, cut) => {
      const damaged = cut ? bytes.slice(0, place) : bytes.slice();
      if (!cut) damaged[place] = (damaged[place] ?? 0) ^ (1 << bit);
      try {
        unpackOnnx(damaged, 'm.onnx');
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AppError);
        expect((thrown as AppError).happened).toContain('m.onnx');
      }
    }),
    { numRuns: 150 },
  );
  for (const share of [0.1, 0.5, 0.9, 0.999]) expect(failure(bytes.slice(0, bytes.length * share)).code).toMatch(/cut/);
});
