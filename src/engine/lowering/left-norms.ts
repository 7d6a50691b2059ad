/**
 * Which norms need not be written out, because all who read them are convolutions, which can normalise what they load; and when the gradient
 * of such a norm's output is whole. Pure but for what it is told along the way.
 */
import type { Layer, Network } from '../../network/graph.ts';
import type { NormLayer } from './operations.ts';

export interface NormToLeave {
  /** The layer whose tensor it is the norm of. */
  readonly tensor: string;
  /** The norm, or the leaky ReLU that alone reads it: under this name it is read. */
  readonly output: string;
  /** Of the leaky ReLU; 1 for none. */
  readonly slope: number;
  /** Between the tensor and the norm. */
  readonly dropout: string | undefined;
}

export class LeftNorms {
  readonly #layers: ReadonlyMap<string, Layer>;
  readonly #consumers: (name: string) => readonly Layer[];
  readonly #norms = new Map<string, NormLayer>();
  readonly #written = new Map<string, number>();

  constructor(network: Network, consumers: (name: string) => readonly Layer[]) {
    this.#layers = new Map(network.layers.map(layer => [layer.name, layer]));
    this.#consumers = consumers;
  }

  /** The norm of the tensor `name`, a convolution's, if it can be left to its readers. */
  of(name: string): NormToLeave | undefined {
    const norm = this.#normOf(name);
    if (!norm) return undefined;
    const readers = this.#consumers(norm.output);
    return readers.length > 0 && readers.every(reader => this.#canRead(reader, norm.slope)) ? norm : undefined;
  }

  /** By way of dropout or not; undefined where there is none, or where it is not a convolution's. */
  #normOf(name: string): NormToLeave | undefined {
    const kind = this.#layers.get(name)?.operation.kind;
    if (kind !== 'conv' && kind !== 'add') return undefined;
    const dropout = this.#only(name, 'dropout');
    const norms = this.#consumers(dropout ?? name).filter(({ operation }) => operation.kind === 'instanceNorm');
    const [norm, ...others] = norms;
    if (!norm || others.length > 0 || (dropout && this.#consumers(dropout).length > 1)) return undefined;
    const activation = this.#only(norm.name, 'leakyRelu');
    const operation = activation === undefined ? undefined : this.#layers.get(activation)?.operation;
    const slope = operation?.kind === 'leakyRelu' ? operation.slope : 1;
    return { tensor: name, output: activation ?? norm.name, slope, dropout };
  }

  #only(name: string, kind: Layer['operation']['kind']): string | undefined {
    const [only, ...others] = this.#consumers(name);
    return others.length === 0 && only?.operation.kind === kind ? only.name : undefined;
  }

  /**
   * A concatenation is read as one tensor: all of its parts must be left, and alike. What makes a part then writes into it, so that it
   * cannot read another part.
   */
  #canRead({ name, operation, inputs }: Layer, slope: number): boolean {
    switch (operation.kind) {
      case 'conv':
        return true;
      case 'upsample':
        return this.#consumers(name).every(({ operation: { kind } }) => kind === 'conv');
      case 'concat':
        return (
          this.#consumers(name).every(({ operation: { kind } }) => kind === 'conv') &&
          inputs.every(part => {
            const norm = this.#before(part);
            return (
              norm?.slope === slope &&
              this.#readByConvolutions(part, name) &&
              !this.#readFor(norm.tensor).some(read => inputs.includes(read))
            );
          })
        );
      default:
        return false;
    }
  }

  /** What is read to make a convolution's tensor, of which a sum and upsampling may be a part. */
  #readFor(name: string): readonly string[] {
    const read = this.#layers.get(name)?.inputs ?? [];
    const inside = read.filter(input => ['conv', 'upsample'].includes(this.#layers.get(input)?.operation.kind ?? ''));
    return [...read, ...inside.flatMap(input => this.#layers.get(input)?.inputs ?? [])];
  }

  /** The norm whose output is `output`. */
  #before(output: string): NormToLeave | undefined {
    const layer = this.#layers.get(output);
    const norm = layer?.operation.kind === 'leakyRelu' ? this.#layers.get(layer.inputs[0] ?? '') : layer;
    if (norm?.operation.kind !== 'instanceNorm') return undefined;
    const input = this.#layers.get(norm.inputs[0] ?? '');
    const found = this.#normOf((input?.operation.kind === 'dropout' ? input.inputs[0] : input?.name) ?? '');
    return found?.output === output ? found : undefined;
  }

  /** Whether all who read it do, but for one concatenation. */
  #readByConvolutions(name: string, concat: string): boolean {
    return this.#consumers(name).every(
      reader => reader.name === concat || (reader.operation.kind !== 'concat' && this.#canRead(reader, Number.NaN)),
    );
  }

  /** That the norm with this output was left. */
  leave(output: string, norm: NormLayer): void {
    this.#norms.set(output, norm);
  }

  /** A convolution has written its part of the gradient of `tensor`: the norms left of which that was the last part. */
  completedBy(tensor: string): NormLayer[] {
    const layer = this.#layers.get(tensor);
    const parts = layer?.operation.kind === 'concat' ? layer.inputs : [tensor];
    return parts.flatMap(part => {
      const written = (this.#written.get(part) ?? 0) + 1;
      this.#written.set(part, written);
      const norm = this.#norms.get(part);
      return norm && written === this.#writers(part) ? [norm] : [];
    });
  }

  /** Convolutions that read a tensor, in whatever way. */
  #writers(name: string): number {
    return this.#consumers(name).reduce(
      (sum, reader) => sum + (reader.operation.kind === 'conv' ? 1 : this.#writers(reader.name)),
      0,
    );
  }
}
