/**
 * The state of a plan under construction: tensors and their gradients by layer name, the operations so far, and the
 * backward pass as it piles up. Layers are lowered in lower.ts.
 */
import type { Stored, View } from '../../kernels/dispatch.ts';
import type { Layer, Shape } from '../../network/graph.ts';
import type { EngineSettings } from '../engine.ts';
import { type ParameterLayout, parameterAt } from './layout.ts';
import { LeftNorms, type NormToLeave } from './left-norms.ts';
import { type BackEnd, type Dropout, type Planned, scratch } from './operations.ts';

/** How a layer's output can be read. */
export interface Value {
  /** The layer whose tensor this is; several layers may read one tensor in different ways. */
  readonly tensor: string;
  readonly view: View;
  /** To be read as if upsampled by 2. */
  readonly raised?: boolean;
  /** To be read through dropout. */
  readonly dropout?: Dropout;
  /** Its norm is left to those who read it under the norm's name. */
  readonly left?: NormToLeave | undefined;
  /** To be read through the norm that was left, and leaky ReLU of this slope. */
  readonly through?: { readonly slope: number } | undefined;
}

export class PlanBuilder<Op extends Planned> {
  readonly #values = new Map<string, Value>();
  readonly #gradients = new Map<string, View>();
  readonly #consumers = new Map<string, Layer[]>();
  readonly #backward: (() => void)[] = [];
  #operations: Op[] = [];
  readonly #normTargets: number[] = [];
  readonly leftNorms: LeftNorms;

  constructor(
    readonly settings: EngineSettings,
    readonly backEnd: BackEnd<Op>,
    readonly layout: ParameterLayout,
    readonly shapes: ReadonlyMap<string, Shape>,
  ) {
    for (const layer of settings.network.layers)
      for (const name of layer.inputs) this.#consumers.set(name, [...(this.#consumers.get(name) ?? []), layer]);
    this.leftNorms = new LeftNorms(settings.network, name => this.consumers(name));
  }

  /** How the network's tensors lie in memory. */
  get stored(): Stored {
    return this.settings.half ? 'f16' : 'f32';
  }

  shape(name: string): Shape {
    const shape = this.shapes.get(name);
    if (!shape) throw new Error(`no layer ${name}`);
    return shape;
  }

  consumers(name: string): readonly Layer[] {
    return this.#consumers.get(name) ?? [];
  }

  /** The one layer that reads `name`, if it is one and of that kind. */
  soleConsumer<K extends Layer['operation']['kind']>(name: string, kind: K) {
    const [only, ...others] = this.consumers(name);
    return only && others.length === 0 && only.operation.kind === kind
      ? { name: only.name, inputs: only.inputs, operation: only.operation as Extract<Layer['operation'], { kind: K }> }
      : undefined;
  }

  emit(operations: readonly Op[]): void {
    this.#operations.push(...operations);
  }

  /** The operations since the last call. */
  take(): Op[] {
    const taken = this.#operations;
    this.#operations = [];
    return taken;
  }

  /** Will be run after all later layers' backward passes. */
  onBackward(emit: () => void): void {
    this.#backward.push(emit);
  }

  runBackward(): void {
    for (const emit of this.#backward.reverse()) emit();
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  value(name: string): Value {
    const value = this.#values.get(name);
    if (!value) throw new Error(`${name} is read before it is made`);
    return value;
  }

  /** Another way to read what `value` holds, under a layer's name. */
  alias(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  /**
   * The tensor that layer `name` will write: a slice where a concatenation is to hold it, else one of its own. Where the norm `left` is left
   * to its readers, the tensor lies where its output would.
   */
  define(name: string, left?: NormToLeave): View {
    const { size, channels } = this.shape(name);
    const held = left?.output ?? name;
    const concats = this.consumers(held).filter(layer => layer.operation.kind === 'concat');
    let view: View;
    const concat = concats[0];
    if (concat) {
      if (concats.length > 1) throw new Error(`${name} is part of two concatenations, which no kernel covers`);
      view = this.#part(concat, this.#whole(concat.name, left && { slope: left.slope }), held);
    } else {
      view = this.#tensor(name, size, channels);
    }
    this.#values.set(name, { tensor: name, view, left });
    return view;
  }

  #tensor(name: string, side: number, channels: number): View {
    const { batch } = this.settings;
    const { stored } = this;
    const slot = scratch(name, batch * side * side * channels * (stored === 'f16' ? 2 : 4));
    return { slot, batch, side, channels, stride: channels, offset: 0, stored };
  }

  #whole(concat: string, through: Value['through']): View {
    const known = this.#values.get(concat);
    if (known) return known.view;
    const { size, channels } = this.shape(concat);
    const view = this.#tensor(concat, size, channels);
    this.#values.set(concat, { tensor: concat, view, through });
    return view;
  }

  #part(concat: Layer, whole: View, name: string): View {
    let offset = whole.offset;
    for (const input of concat.inputs) {
      const { channels } = this.shape(input);
      if (input === name) return { ...whole, channels, offset };
      offset += channels;
    }
    throw new Error(`${concat.name} does not read ${name}`);
  }

  /** The finished gradient of a tensor; throws if nothing has written it. */
  gradient(name: string): View {
    const view = this.#gradients.get(name);
    if (!view) throw new Error(`${name} has no gradient: it does not reach the output`);
    return view;
  }

  /** Where to put a gradient of a tensor, and whether to add to what is there. */
  gradientTarget(name: string): { view: View; accumulate: boolean } {
    const known = this.#gradients.get(name);
    if (known) return { view: known, accumulate: true };
    if (this.consumers(name).some(layer => layer.operation.kind === 'concat'))
      throw new Error(`${name} gets a gradient before its concatenation does, which no kernel covers`);
    const { view } = this.value(name);
    const gradient = this.#tensor(`${name} gradient`, view.side, view.channels);
    this.#gradients.set(name, gradient);
    const layer = this.settings.network.layers.find(candidate => candidate.name === name);
    if (layer?.operation.kind === 'concat')
      for (const part of layer.inputs) this.#gradients.set(part, this.#part(layer, gradient, part));
    return { view: gradient, accumulate: false };
  }

  /** Let a tensor's gradient be another's that is no longer needed, so that a sum's gradient is not copied. */
  passGradient(name: string, gradient: View): void {
    if (this.#gradients.has(name) || this.consumers(name).some(layer => layer.operation.kind === 'concat'))
      throw new Error(`${name} is added to a tensor before its other uses, which no kernel covers`);
    this.#gradients.set(name, gradient);
  }

  parameterAt(layer: string, role: 'kernel' | 'bias' | 'gamma' | 'beta'): number {
    return parameterAt(this.layout, `${layer}/${role}`);
  }

  /** Place of a norm's first channel among the channels of all norms. */
  placeNorm(layer: string): number {
    const at = this.#normTargets.length / 2;
    const gamma = this.parameterAt(layer, 'gamma');
    const beta = this.parameterAt(layer, 'beta');
    for (let c = 0; c < this.shape(layer).channels; c++) this.#normTargets.push(gamma + c, beta + c);
    return at;
  }

  /** Of every norm channel, the places of γ's and β's gradients. */
  get normTargets(): readonly number[] {
    return this.#normTargets;
  }
}
