import { describe, expect, test } from 'vitest';
import { architectures, buildNetwork } from './catalogue.ts';
import { parameterCount, parameters, shapes } from './graph.ts';

const conv3 = (from: number, to: number) => 9 * from * to;
const conv1 = (from: number, to: number) => from * to;
const norm = (maps: number) => 2 * maps;
const sum = (...counts: number[]) => counts.reduce((total, count) => total + count, 0);

describe('parameters, counted by hand', () => {
  test('Improved UNet, 16 filters: 3,186,483', () => {
    // Convolutions before a norm have no bias. A level: entry, two context convolutions, three norms.
    const level = (from: number, maps: number) => sum(conv3(from, maps), 2 * conv3(maps, maps), 3 * norm(maps));
    const levels = sum(level(3, 16), level(16, 32), level(32, 64), level(64, 128), level(128, 256));
    // Up from twice the maps, then localization of the concatenation: 3×3 at 2C, 1×1 back to C.
    const up = (maps: number) => sum(conv3(2 * maps, maps), norm(maps));
    const local = (maps: number) => sum(conv3(2 * maps, 2 * maps), norm(2 * maps), conv1(2 * maps, maps), norm(maps));
    const deep = [128, 64, 32].map(maps => up(maps) + local(maps));
    // At the top the 3×3 convolution with 32 maps stays wide.
    const top = sum(up(16), conv3(32, 32), norm(32));
    const segments = sum(64 + 1, 32 + 1, 32 + 1);
    const total = sum(levels, ...deep, top, segments);
    expect(total).toBe(3_186_483);
    expect(parameterCount(buildNetwork('improved-unet', 16))).toBe(total);
  });

  test('Basic U-Net, 16 filters: 2,158,705', () => {
    const double = (from: number, maps: number) => sum(conv3(from, maps), maps, conv3(maps, maps), maps);
    const down = sum(double(3, 16), double(16, 32), double(32, 64), double(64, 128), double(128, 256));
    const up = [128, 64, 32, 16].map(maps => sum(conv3(2 * maps, maps), maps, double(2 * maps, maps)));
    const total = sum(down, ...up, 16 + 1);
    expect(total).toBe(2_158_705);
    expect(parameterCount(buildNetwork('basic-unet', 16))).toBe(total);
  });
});

describe.each([256, 64])('shapes at %i²', size => {
  test('Improved UNet', () => {
    const at = shapes(buildNetwork('improved-unet', 16), size);
    for (const [index, maps] of [16, 32, 64, 128, 256].entries()) {
      const shape = { size: size / 2 ** index, channels: maps };
      for (const part of ['conv', 'context1', 'dropout', 'context2', 'add', 'norm', 'act'])
        expect(at.get(`level${index + 1}_${part}`), part).toEqual(shape);
    }
    for (const [index, maps] of [16, 32, 64, 128].entries()) {
      const level = index + 1;
      const side = size / 2 ** index;
      expect(at.get(`up${level}_act`)).toEqual({ size: side, channels: maps });
      expect(at.get(`up${level}_concat`)).toEqual({ size: side, channels: 2 * maps });
      expect(at.get(`local${level}_wide_act`)).toEqual({ size: side, channels: 2 * maps });
      expect(at.get(`local${level}_act`)).toEqual(level === 1 ? undefined : { size: side, channels: maps });
    }
    expect(at.get('segment3')).toEqual({ size: size / 4, channels: 1 });
    expect(at.get('segment2_sum')).toEqual({ size: size / 2, channels: 1 });
    expect(at.get('segment1_sum')).toEqual({ size, channels: 1 });
  });

  test('Basic U-Net', () => {
    const at = shapes(buildNetwork('basic-unet', 16), size);
    for (const [index, maps] of [16, 32, 64, 128, 256].entries()) {
      const level = index + 1;
      const side = size / 2 ** index;
      expect(at.get(`level${level}_act2`)).toEqual({ size: side, channels: maps });
      if (level === 5) continue;
      expect(at.get(`up${level}_concat`)).toEqual({ size: side, channels: 2 * maps });
      expect(at.get(`merge${level}_act2`)).toEqual({ size: side, channels: maps });
    }
    expect(at.get('segment')).toEqual({ size, channels: 1 });
  });
});

describe.each(architectures)('%s', arch => {
  const network = buildNetwork(arch, 4);

  test('names are unique, inputs come before, parameters are counted as shaped', () => {
    const seen = new Set<string>();
    for (const { name, inputs } of network.layers) {
      expect(seen.has(name), name).toBe(false);
      for (const input of inputs) expect(seen.has(input), `${name} reads ${input}`).toBe(true);
      seen.add(name);
    }
    const names = parameters(network).map(parameter => parameter.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { shape, count } of parameters(network)) expect(shape.reduce((product, n) => product * n)).toBe(count);
  });

  test('every layer but the last is read by another', () => {
    const read = new Set(network.layers.flatMap(layer => layer.inputs));
    expect(network.layers.filter(layer => !read.has(layer.name))).toEqual([network.layers.at(-1)]);
    expect(shapes(network, 16).get(network.layers.at(-1)?.name ?? '')).toEqual({ size: 16, channels: 1 });
  });

  test('dropout streams are numbered from 0', () => {
    const streams = network.layers.flatMap(({ operation }) => (operation.kind === 'dropout' ? [operation.stream] : []));
    expect(streams).toEqual(streams.map((_, place) => place));
  });

  test.each([0, -16, 8, 17, 24, 16.5, Number.NaN, Number.POSITIVE_INFINITY])('side %d is refused', size => {
    expect(() => shapes(network, size)).toThrow(RangeError);
  });

  test.each([0, -1, 1.5, Number.NaN])('%d base filters are refused', filters => {
    expect(() => buildNetwork(arch, filters)).toThrow(RangeError);
  });
});
