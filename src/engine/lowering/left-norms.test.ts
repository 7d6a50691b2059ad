import { expect, test } from 'vitest';
import { LayerList } from '../../network/builder.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import type { Layer, Network } from '../../network/graph.ts';
import { LeftNorms } from './left-norms.ts';
import type { NormLayer } from './operations.ts';

function leftNorms({ layers, ...rest }: Pick<Network, 'layers'>) {
  const network: Network = { arch: 'test', title: '', sizeMultiple: 1, bottleneck: 'conv', ...rest, layers };
  return new LeftNorms(network, name => layers.filter(({ inputs }: Layer) => inputs.includes(name)));
}

function made(build: (net: LayerList, conv: string) => void) {
  const net = new LayerList();
  build(net, net.conv('conv', net.add('input', { kind: 'input', channels: 3 }), 4));
  return leftNorms(net);
}

test('every norm of the improved UNet is left, each under the name by which it is read', () => {
  const network = buildNetwork('improved-unet', 2);
  const norms = leftNorms(network);
  const left = network.layers.flatMap(({ name }) => norms.of(name)?.output ?? []);
  const all = network.layers.filter(({ operation }) => operation.kind === 'instanceNorm');
  expect(left.sort()).toEqual(all.map(({ name }) => name.replace(/_norm$/, '_act')).sort());
  expect(norms.of('level1_context1')).toEqual({
    ...{ tensor: 'level1_context1', output: 'level1_context2_act', slope: 0.01, dropout: 'level1_dropout' },
  });
});

test('a norm that others than convolutions read is written', () => {
  const pooled = made((net, conv) => {
    net.conv('next', net.add('pool', { kind: 'maxPool' }, net.normAct('a', conv, 0.1)), 1);
  });
  expect(pooled.of('conv')).toBeUndefined();
  const twice = made((net, conv) => {
    const act = net.normAct('a', conv, 0.1);
    net.conv('next', net.add('sum', { kind: 'add' }, act, net.conv('other', act, 4)), 1);
  });
  expect(twice.of('conv')).toBeUndefined();
  const last = made((net, conv) => net.normAct('a', conv, 0.1));
  expect(last.of('conv')).toBeUndefined();
});

test('a concatenation is left as a whole or not at all', () => {
  const concat = (slope: number | null, dense = false) =>
    made((net, conv) => {
      const act = net.normAct('a', conv, 0.1);
      const second = net.conv('second', dense ? act : 'input', 4);
      const other = slope === null ? second : net.normAct('b', second, slope);
      net.conv('next', net.add('both', { kind: 'concat' }, act, other), 1);
    });
  expect(concat(0.1).of('conv')?.output).toBe('a_act');
  expect(concat(0.1).of('second')?.output).toBe('b_act');
  // A convolution would read and write one buffer.
  for (const name of ['conv', 'second']) expect(concat(0.1, true).of(name)).toBeUndefined();
  // Parts that differ, or one without a norm.
  for (const slope of [0.2, null])
    for (const name of ['conv', 'second']) expect(concat(slope).of(name)).toBeUndefined();
});

test('a gradient is whole with the last of its writers', () => {
  const norms = made((net, conv) => {
    const act = net.normAct('a', conv, 0.1);
    const second = net.normAct('b', net.conv('second', 'input', 4), 0.1);
    net.conv('other', act, 4);
    net.conv('next', net.add('both', { kind: 'concat' }, act, second), 1);
  });
  const norm = (label: string) => ({ label }) as NormLayer;
  norms.leave('a_act', norm('a'));
  norms.leave('b_act', norm('b'));
  const labels = (tensor: string) => norms.completedBy(tensor).map(({ label }) => label);
  expect(labels('both')).toEqual(['b']);
  expect(labels('a_act')).toEqual(['a']);
});
