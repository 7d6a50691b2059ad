import { expect, test } from 'vitest';
import { failOnGpuErrors, gpuTest, longGpuTest } from '../../testing/gpu.ts';
import { dot, embed, extract, noise, relativeError, runKernels, slot, tensor } from '../../testing/kernels.ts';
import { upsample, upsampleGradient } from '../upsample/reference.ts';
import {
  type ConvArguments,
  type ConvTile,
  convDispatches,
  convTiles,
  gemmConvTiles,
  sharedConvTiles,
} from './conv.ts';
import { deriveDispatch, derivedCount, deriveTables } from './derive-weights.ts';
import { type FilterTile, filterGradientDispatches, filterTiles } from './filter-gradient.ts';
import { outputSide, padBefore } from './geometry.ts';
import { joinedAtOnce } from './partial-sums.ts';
import { type ConvShape, conv, convFilterGradient, convInputGradient } from './reference.ts';

failOnGpuErrors();

interface Case extends ConvShape {
  readonly upsampled?: boolean;
}

const cases: Case[] = [
  { batch: 2, inputSide: 8, inputs: 4, outputs: 8, kernel: 3, stride: 1 },
  { batch: 1, inputSide: 7, inputs: 3, outputs: 5, kernel: 3, stride: 1 },
  { batch: 3, inputSide: 1, inputs: 6, outputs: 16, kernel: 3, stride: 1 },
  { batch: 2, inputSide: 8, inputs: 5, outputs: 8, kernel: 3, stride: 2 },
  { batch: 3, inputSide: 7, inputs: 4, outputs: 3, kernel: 3, stride: 2 },
  { batch: 1, inputSide: 2, inputs: 8, outputs: 16, kernel: 3, stride: 2 },
  { batch: 3, inputSide: 5, inputs: 8, outputs: 1, kernel: 1, stride: 1 },
  { batch: 1, inputSide: 9, inputs: 16, outputs: 6, kernel: 1, stride: 1 },
  { batch: 2, inputSide: 8, inputs: 8, outputs: 4, kernel: 3, stride: 1, upsampled: true },
  { batch: 3, inputSide: 6, inputs: 3, outputs: 5, kernel: 3, stride: 1, upsampled: true },
  { batch: 1, inputSide: 2, inputs: 2, outputs: 8, kernel: 3, stride: 1, upsampled: true },
  // Wide enough for an input gradient as a product of matrices.
  { batch: 1, inputSide: 9, inputs: 16, outputs: 12, kernel: 3, stride: 1 },
  { batch: 1, inputSide: 18, inputs: 16, outputs: 4, kernel: 3, stride: 1, upsampled: true },
];

/** Channels in fours, for products of matrices: a last block that is not full, and two parts of a sum. */
const inFours: Case[] = [
  { batch: 2, inputSide: 9, inputs: 36, outputs: 32, kernel: 3, stride: 1 },
  { batch: 1, inputSide: 17, inputs: 12, outputs: 16, kernel: 3, stride: 2 },
  { batch: 1, inputSide: 9, inputs: 20, outputs: 64, kernel: 1, stride: 1 },
  { batch: 1, inputSide: 10, inputs: 8, outputs: 16, kernel: 3, stride: 1, upsampled: true },
];

/** Enough pixels and output channels for tiles in workgroup memory, and no whole number of blocks of input channels. */
const wide: Case[] = [
  { batch: 2, inputSide: 9, inputs: 11, outputs: 32, kernel: 3, stride: 1 },
  { batch: 1, inputSide: 17, inputs: 9, outputs: 32, kernel: 3, stride: 2 },
  { batch: 1, inputSide: 9, inputs: 17, outputs: 64, kernel: 1, stride: 1 },
  { batch: 1, inputSide: 10, inputs: 3, outputs: 16, kernel: 3, stride: 1, upsampled: true },
];

const title = (c: Case) =>
  `${c.kernel}×${c.kernel}/${c.stride} ${c.inputs}→${c.outputs} at ${c.batch}×${c.inputSide}²${c.upsampled ? ' upsampled' : ''}`;

/** The tensors of a case; `small` is what is stored where the input is read as if upsampled. */
function make(c: Case, seed = 1) {
  const side = outputSide(c);
  const small = noise((c.batch * c.inputSide ** 2 * c.inputs) / (c.upsampled ? 4 : 1), seed, 1);
  return {
    side,
    storedSide: c.upsampled ? c.inputSide / 2 : c.inputSide,
    small,
    input: c.upsampled ? upsample(c.batch, c.inputSide / 2, c.inputs, small) : small,
    weights: noise(c.kernel ** 2 * c.inputs * c.outputs, seed, 2),
    bias: noise(c.outputs, seed, 3),
    gradient: noise(c.batch * side ** 2 * c.outputs, seed, 4),
  };
}

for (const [place, c] of cases.entries()) {
  // Each compiles for seconds: every second one, and all with LONG=1. Engines' tests compare the gradients of whole networks.
  const everyTile = place % 2 === 0 ? gpuTest : longGpuTest;

  test(`reference: its gradients are central differences and adjoints, ${title(c)}`, () => {
    const { input, weights, gradient } = make(c);
    const inputGradient = convInputGradient(c, weights, gradient);
    const filterGradient = convFilterGradient(c, input, gradient);
    const output = conv(c, input, weights);
    // ⟨conv(x), g⟩ is bilinear: it equals ⟨x, ∂x⟩ and ⟨w, ∂w⟩.
    expect(dot(input, inputGradient)).toBeCloseTo(dot(output, gradient), 8);
    expect(dot(weights, filterGradient)).toBeCloseTo(dot(output, gradient), 8);
    const h = 1e-4;
    for (const [array, slope] of [
      [input, inputGradient],
      [weights, filterGradient],
    ] as const)
      for (const at of [0, array.length >> 1, array.length - 1]) {
        const kept = array[at]!;
        array[at] = kept + h;
        const up = dot(conv(c, input, weights), gradient);
        array[at] = kept - h;
        const down = dot(conv(c, input, weights), gradient);
        array[at] = kept;
        expect((up - down) / (2 * h)).toBeCloseTo(slope[at]!, 6);
      }
  });

  gpuTest(`input gradient, set and added: ${title(c)}`, async ({ device }) => {
    const { side, storedSide, weights, gradient } = make(c);
    const raised = c.upsampled === true;
    const whole = convInputGradient(c, weights, gradient);
    const expected = raised ? upsampleGradient(c.batch, storedSide, c.inputs, whole) : whole;
    const from = tensor('gradient', c.batch, side, c.outputs, 2, 1);
    const to = tensor('result', c.batch, storedSide, c.inputs, 0, 3);
    const pad = padBefore(c);
    const derivedConv = { source: 3, to: 7, kernel: c.kernel, inputs: c.inputs, outputs: c.outputs, raised };
    const tables = deriveTables([derivedConv]);
    const slots = {
      convs: slot('convs', tables.convs.length),
      blocks: slot('blocks', tables.blocks.length),
      weights: slot('weights', 3 + weights.length),
      derived: slot('derived', 7 + derivedCount(derivedConv)),
    };
    const gradientForm = c.stride === 2 ? 'dilated' : 'plain';
    const taps = raised
      ? { kernel: 4, stride: 2, pad: 1 }
      : { kernel: c.kernel, stride: 1, pad: c.stride === 2 ? pad : c.kernel - 1 - pad };
    const base = noise(expected.length, 6);
    const same = sameBits();
    for (const accumulate of [false, true])
      for (const tile of [
        ...convTiles(gradientForm, taps.stride, c.inputs, storedSide),
        ...gemmConvTiles({ form: gradientForm, ...taps, outputs: c.inputs, side: storedSide }),
      ]) {
        const dispatches = [
          deriveDispatch(slots, tables.blocks.length / 2),
          ...convDispatches({
            label: title(c),
            form: gradientForm,
            ...taps,
            input: from,
            output: to,
            weights: slots.derived,
            weightsAt: 7,
            accumulate,
            tile,
          }),
        ];
        const data = new Map<typeof from.slot, Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>([
          [slots.convs, tables.convs],
          [slots.blocks, tables.blocks],
          [slots.weights, Float32Array.from([0, 0, 0, ...weights])],
          [from.slot, embed(from, gradient)],
          [to.slot, embed(to, base)],
        ]);
        const [result] = await runKernels(device, dispatches, data, [to.slot]);
        const sum = expected.map((v, i) => v + (accumulate ? base[i]! : 0));
        expect(relativeError(extract(to, result!), sum), JSON.stringify({ tile, accumulate })).toBeLessThan(2e-6);
        same(accumulate, extract(to, result!));
      }
  });

  everyTile(`filter gradient with every tile, whole and in splits: ${title(c)}`, async ({ device }) => {
    const { side, storedSide, small, input, gradient } = make(c);
    const expected = convFilterGradient(c, input, gradient);
    // Some cases where pixels begin at multiples of four values, some where they do not.
    const apart = c.inputs % 8 === 0 ? 4 : 1;
    const from = tensor('input', c.batch, storedSide, c.inputs, 2 * apart, apart);
    const back = tensor('gradient', c.batch, side, c.outputs, 0, apart);
    const result = slot('result', 4 + expected.length);
    const rows = c.batch * side;
    const tiles = filterTiles(c.kernel, c.inputs, c.outputs, rows, 64, true).flatMap((tile): FilterTile[] => [
      { ...tile, splits: 1, bundle: 1 },
      { ...tile, splits: Math.min(rows, 5), bundle: 1 },
      { ...tile, splits: Math.min(rows, 7), bundle: 4 },
    ]);
    const same = sameBits();
    for (const tile of tiles) {
      const dispatches = filterGradientDispatches({
        label: title(c),
        kernel: c.kernel,
        stride: c.stride,
        pad: padBefore(c),
        upsampled: c.upsampled === true,
        input: from,
        gradient: back,
        result,
        to: 4,
        tile,
        partials: joinedAtOnce(bytes => slot('sums', bytes / 4)),
      });
      const data = new Map([
        [from.slot, embed(from, small)],
        [back.slot, embed(back, gradient)],
      ]);
      const [values] = await runKernels(device, dispatches, data, [result]);
      const found = values!.subarray(4, 4 + expected.length);
      expect(relativeError(found, expected), JSON.stringify(tile)).toBeLessThan(3e-6);
      same(`${tile.splits} ${tile.bundle}`, found);
    }
  });
}

gpuTest('in several dispatches, a convolution and its filter gradient are what they are in one', async ({ device }) => {
  const c: Case = { batch: 2, inputSide: 9, inputs: 16, outputs: 16, kernel: 3, stride: 1 };
  const { side, input, weights, gradient } = make(c);
  const from = tensor('input', c.batch, side, 16);
  const to = tensor('output', c.batch, side, 16);
  const back = tensor('gradient', c.batch, side, 16);
  const [parameters, result] = [slot('weights', weights.length), slot('result', weights.length)] as const;
  const shape = { label: title(c), kernel: 3, stride: 1, pad: 1, input: from };
  const data = new Map([
    [from.slot, embed(from, input)],
    [back.slot, embed(back, gradient)],
    [parameters, Float32Array.from(weights)],
  ]);
  const flops = 2 * weights.length * c.batch * side ** 2;
  const products = gemmConvTiles({ form: 'plain', ...c, side }).slice(0, 1);
  const tiles = [...convTiles('plain', 1, 16, side).slice(0, 1), ...products];
  const forward = tiles.map(tile => (largest: number) => ({
    wanted: to.slot,
    dispatches: convDispatches({
      ...{ ...shape, form: 'plain', output: to, weights: parameters, weightsAt: 0, tile, largest },
    }),
  }));
  const filter = filterTiles(3, 16, 16, c.batch * side, 512, true).map(tile => (largest: number) => ({
    wanted: result,
    dispatches: filterGradientDispatches({
      ...{ ...shape, upsampled: false, gradient: back, result, to: 0, tile, largest },
      partials: joinedAtOnce(bytes => slot('sums', bytes / 4)),
    }),
  }));
  for (const kernel of [...forward, ...filter]) {
    const [whole, parts] = [kernel(flops), kernel(flops / 2.5)];
    expect(parts.dispatches.length).toBeGreaterThan(whole.dispatches.length + 1);
    expect(parts.dispatches.reduce((all, one) => all + one.flops, 0)).toBeCloseTo(flops, 3);
    const [a] = await runKernels(device, whole.dispatches, data, [whole.wanted]);
    const [b] = await runKernels(device, parts.dispatches, data, [parts.wanted]);
    expect(b).toEqual(a);
    expect(Math.max(...a!)).toBeGreaterThan(0);
  }
});

test('the tiles on offer for a filter gradient differ in nothing that orders its sums', () => {
  for (const [inputs, outputs, rows] of [
    [3, 8, 128],
    [16, 32, 64],
    [64, 1, 7],
    [5, 7, 3],
  ] as const)
    for (const kernel of [1, 3])
      for (const products of [false, true]) {
        const tiles = filterTiles(kernel, inputs, outputs, rows, 512, products);
        expect(new Set(tiles.map(({ splits, bundle }) => `${splits} ${bundle}`)).size).toBe(1);
      }
});

/** `aligned`: pixels and weights begin at multiples of four values, where some kernels read four at once. */
for (const [c, aligned] of [
  ...[...cases, ...wide, ...inFours].map(c => [c, false] as const),
  ...inFours.map(c => [c, true] as const),
]) {
  const form = c.upsampled ? 'upsampled' : 'plain';
  // Many tiles for each of the wide ones: one of them is made every time.
  const often = aligned ? c !== inFours[2] : c === wide[0] || !(wide.includes(c) || inFours.includes(c));
  const forward = often ? gpuTest : longGpuTest;

  forward(
    `forward with every tile, bias, residual, leaky ReLU, in slices${aligned ? ' of fours' : ''}: ${title(c)}`,
    async ({ device }) => {
      const { side, storedSide, small, input, weights, bias } = make(c);
      const [few, more] = aligned ? [4, 8] : [1, 2];
      const from = tensor('input', c.batch, storedSide, c.inputs, few, more);
      const to = tensor('output', c.batch, side, c.outputs, more + few, 0);
      const first = aligned ? 8 : 5;
      const parameters = slot('weights', first + weights.length + bias.length);
      const flat = Float32Array.from([...Array(first).fill(9), ...weights, ...bias]);
      const plain = conv(c, input, weights, bias);
      const same = sameBits();
      const tiles = allTiles(c, form, side);
      expect(tiles.some(({ gemm }) => gemm)).toBe(inFours.includes(c));
      for (const tile of tiles)
        for (const residual of residuals(tile, tiles, side)) {
          const added =
            residual && tensor('residual', c.batch, residual === 'raised' ? side / 2 : side, c.outputs, 0, few);
          const extra = added ? noise(c.batch * added.side ** 2 * c.outputs, 5) : undefined;
          const sum = extra && (residual === 'raised' ? upsample(c.batch, side / 2, c.outputs, extra) : extra);
          const expected = plain.map((v, i) => v + (sum?.[i] ?? 0)).map(v => (v > 0 ? v : 0.1 * v));
          const args: ConvArguments = {
            label: title(c),
            form,
            kernel: c.kernel,
            stride: c.stride,
            pad: padBefore(c),
            input: from,
            output: to,
            weights: parameters,
            weightsAt: first,
            biasAt: first + weights.length,
            slope: 0.1,
            residual: added || undefined,
            tile,
          };
          const data = new Map([
            [from.slot, embed(from, small)],
            [parameters, flat],
            [to.slot, embed(to, [])],
          ]);
          if (added && extra) data.set(added.slot, embed(added, extra));
          const [result] = await runKernels(device, convDispatches(args), data, [to.slot]);
          expect(relativeError(extract(to, result!), expected), JSON.stringify({ tile, residual })).toBeLessThan(2e-6);
          same(residual ?? 'alone', extract(to, result!));
        }
    },
  );
}

/**
 * Tiles in workgroup memory compile for long on a software adapter: the first has every residual, the others one. LONG=1 (npm run
 * test:soak) gives all of them all.
 */
function residuals(tile: ConvTile, tiles: readonly ConvTile[], side: number) {
  const first = tiles.find(({ shared, gemm }) => (tile.gemm ? gemm : shared));
  if ((tile.shared ?? tile.gemm) && tile !== first && !process.env.LONG) return ['equal'] as const;
  return [undefined, 'equal', ...(side % 2 === 0 ? (['raised'] as const) : [])] as const;
}

/** A run must not depend on which tile a measurement found: the same sums in the same order, to the last bit. */
function sameBits(): (kind: unknown, values: Float32Array) => void {
  const first = new Map<unknown, Float32Array>();
  return (kind, values) => {
    const before = first.get(kind);
    if (before) expect(values).toEqual(before);
    else first.set(kind, values.slice());
  };
}

/** What the tuner may choose from, and small ones that leave remainders. */
function allTiles(c: Case, form: 'plain' | 'upsampled', side: number): ConvTile[] {
  const tiles = convTiles(form, c.stride, c.outputs, side);
  if (inFours.includes(c)) {
    const products = gemmConvTiles({ form, ...c, side });
    // They compile slowly on a software adapter, too: the first and the last differ in all that a tile says.
    return [
      ...tiles.slice(0, 1),
      ...products.filter((_, i, { length }) => process.env.LONG || i === 0 || i === length - 1),
    ];
  }
  return [
    ...tiles,
    { pixels: 2, channels: 1, workgroup: 8 },
    ...(form === 'plain' ? [{ pixels: 3, channels: 1, workgroup: 8 }] : []),
    ...sharedConvTiles(form, c.kernel, c.outputs, side),
  ];
}
