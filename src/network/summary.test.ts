import { expect, test } from 'vitest';
import { architectures, buildNetwork } from './catalogue.ts';
import { parameterCount } from './graph.ts';
import { summarise } from './summary.ts';

test.each(architectures)('%s: the levels add up to the network', arch => {
  const network = buildNetwork(arch, 16);
  const { parameters, levels } = summarise(network, 64);
  expect(parameters).toBe(parameterCount(network));
  expect(levels[0]).toMatchObject({ name: 'level1', size: 64, channels: 16 });
  expect(levels.find(level => level.name === 'level5')).toMatchObject({ size: 4, channels: 256 });
  expect(levels.at(-1)).toMatchObject({ name: arch === 'basic-unet' ? 'segment' : 'segment1', size: 64, channels: 1 });
});

test('Improved UNet, 16 filters, 256²: 5.5 GMAC, counted by hand', () => {
  const area = (level: number) => (256 / 2 ** (level - 1)) ** 2;
  const maps = (level: number) => 16 * 2 ** (level - 1);
  let count = 0;
  for (let level = 1; level <= 5; level++)
    count += area(level) * 9 * ((level === 1 ? 3 : maps(level - 1)) * maps(level) + 2 * maps(level) ** 2);
  for (let level = 1; level <= 4; level++) count += area(level) * (9 * 2 * maps(level) ** 2 + 9 * 4 * maps(level) ** 2);
  for (let level = 2; level <= 4; level++) count += area(level) * 2 * maps(level) ** 2;
  count += area(3) * 64 + area(2) * 32 + area(1) * 32;
  expect(summarise(buildNetwork('improved-unet', 16), 256).multiplyAdds).toBe(count);
  expect(count / 1e9).toBeGreaterThan(5.4);
  expect(count / 1e9).toBeLessThan(5.7);
});

test('work grows with the area, parameters do not', () => {
  const network = buildNetwork('basic-unet', 4);
  const [small, large] = [summarise(network, 32), summarise(network, 64)];
  expect(large.multiplyAdds).toBe(4 * small.multiplyAdds);
  expect(large.parameters).toBe(small.parameters);
});
