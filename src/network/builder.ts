import type { Layer, Operation } from './graph.ts';

/** Writes a network's layers down in order. Each method adds one layer and returns its name. */
export class LayerList {
  readonly layers: Layer[] = [];
  #dropouts = 0;

  add(name: string, operation: Operation, ...inputs: string[]): string {
    if (this.layers.some(layer => layer.name === name)) throw new Error(`two layers are named ${name}`);
    this.layers.push({ name, operation, inputs });
    return name;
  }

  conv(
    name: string,
    input: string,
    filters: number,
    { kernel = 3, stride = 1, bias = false }: { kernel?: 1 | 3; stride?: 1 | 2; bias?: boolean } = {},
  ): string {
    return this.add(name, { kind: 'conv', kernel, stride, filters, bias }, input);
  }

  normAct(name: string, input: string, slope: number): string {
    return this.act(`${name}_act`, this.add(`${name}_norm`, { kind: 'instanceNorm' }, input), slope);
  }

  act(name: string, input: string, slope: number): string {
    return this.add(name, { kind: 'leakyRelu', slope }, input);
  }

  dropout(name: string, input: string, rate: number): string {
    return this.add(name, { kind: 'dropout', rate, stream: this.#dropouts++ }, input);
  }
}
