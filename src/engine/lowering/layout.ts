/**
 * Where each parameter lies in the one flat buffer of parameters (and likewise in those of gradients and of Adam's moments): the
 * convolutions' weights first, for they alone bear the L2 penalty, then all others, each in the network's order.
 */
import { type Network, type Parameter, parameters } from '../../network/graph.ts';
import type { Weights } from '../engine.ts';

export interface ParameterLayout {
  readonly parameters: readonly Parameter[];
  /** First value of each, by name. */
  readonly at: ReadonlyMap<string, number>;
  /** Values in all, and in the convolutions' weights. */
  readonly count: number;
  readonly kernels: number;
}

export function parameterLayout(network: Network): ParameterLayout {
  const all = parameters(network);
  const ordered = [...all.filter(p => p.role === 'kernel'), ...all.filter(p => p.role !== 'kernel')];
  const at = new Map<string, number>();
  let count = 0;
  let kernels = 0;
  for (const parameter of ordered) {
    at.set(parameter.name, count);
    count += parameter.count;
    if (parameter.role === 'kernel') kernels = count;
  }
  return { parameters: all, at, count, kernels };
}

/** First value of a parameter; throws if the network has none of that name. */
export function parameterAt(layout: ParameterLayout, name: string): number {
  const at = layout.at.get(name);
  if (at === undefined) throw new Error(`no parameter ${name}`);
  return at;
}

/** Named values to the flat array. Throws if one is missing or has another count. */
export function flatten(layout: ParameterLayout, values: Weights): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(layout.count);
  for (const { name, count } of layout.parameters) {
    const part = values.get(name);
    if (!part) throw new RangeError(`parameter ${name} is missing`);
    if (part.length !== count) throw new RangeError(`parameter ${name} has ${part.length} values, not ${count}`);
    flat.set(part, parameterAt(layout, name));
  }
  return flat;
}

/** The flat array to named values, copied. */
export function unflatten(layout: ParameterLayout, flat: Float32Array): Map<string, Float32Array> {
  return new Map(
    layout.parameters.map(({ name, count }) => {
      const at = parameterAt(layout, name);
      return [name, flat.slice(at, at + count)];
    }),
  );
}
