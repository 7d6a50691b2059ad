/** A network as the page summarises it: its size, its work, its levels. All from the description. */
import { type Network, parameters, shapes } from './graph.ts';

export interface LevelSummary {
  /** From the layers' names: 'level1', 'up4', 'local2' … */
  readonly name: string;
  /** Side and channels of the level's output. */
  readonly size: number;
  readonly channels: number;
  readonly parameters: number;
}

export interface NetworkSummary {
  readonly parameters: number;
  /** Of one image's forward pass, convolutions only. */
  readonly multiplyAdds: number;
  /** In the order of the layers. */
  readonly levels: readonly LevelSummary[];
}

/** Throws RangeError where the image side does not fit the network. */
export function summarise(network: Network, size: number): NetworkSummary {
  const at = shapes(network, size);
  const perLayer = new Map<string, number>();
  for (const { layer, count } of parameters(network)) perLayer.set(layer, (perLayer.get(layer) ?? 0) + count);

  let multiplyAdds = 0;
  const levels = new Map<string, LevelSummary>();
  for (const { name, operation, inputs } of network.layers) {
    const output = at.get(name);
    const input = at.get(inputs[0] ?? '');
    if (!output) throw new Error(`${name} has no shape`);
    if (operation.kind === 'conv' && input)
      multiplyAdds += output.size ** 2 * operation.filters * input.channels * operation.kernel ** 2;
    if (operation.kind === 'input') continue;
    const level = name.split('_')[0] ?? name;
    const before = levels.get(level)?.parameters ?? 0;
    levels.set(level, { name: level, ...output, parameters: before + (perLayer.get(name) ?? 0) });
  }
  const all = [...levels.values()];
  return { parameters: all.reduce((sum, level) => sum + level.parameters, 0), multiplyAdds, levels: all };
}
