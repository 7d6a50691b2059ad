/**
 * The state of a plan under construction: tensors and their gradients by layer name, the dispatches so far, and the
 * backward pass as it piles up. Layers are lowered in lower.ts.
 */
import type { DerivedConv } from '../../kernels/conv/derive-weights.ts';
import { derivedCount } from '../../kernels/conv/derive-weights.ts';
import type { Dispatch, Slot, Stored, View } from '../../kernels/dispatch.ts';
import type { Pairs } from '../../kernels/instance-norm/instance-norm.ts';
import type { Layer, Shape } from '../../network/graph.ts';
import type { EngineSettings } from '../engine.ts';
import type { Choices } from './choices.ts';
import { type ParameterLayout, parameterAt } from './layout.ts';
import type { PlanSlots } from './plan.ts';

/** How a layer's output can be read. */
export interface Value {
  /** The layer whose tensor this is; several layers may read one tensor in different ways. */
  readonly tensor: string;
  readonly view: View;
  /** To be read as if upsampled by 2. */
  readonly raised?: boolean;
  /** To be read through dropout. */
  readonly dropout?: { readonly rate: number; readonly stream: number };
}

export class PlanBuilder {
  readonly derived: DerivedConv[] = [];
  readonly #values = new Map<string, Value>();
  readonly #gradients = new Map<string, View>();
  readonly #consumers = new Map<string, Layer[]>();
  readonly #backward: (() => void)[] = [];
  #dispatches: Dispatch[] = [];
  #derivedCount = 0;
  #normChannels = 0;
  readonly #normTargets: number[] = [];
  readonly #normMoments: { slot: Slot; channels: number };
  readonly #normSums: Slot;
  readonly #derivedSlot: Slot;

  constructor(
    readonly settings: EngineSettings,
    readonly choices: Choices,
    readonly layout: ParameterLayout,
    readonly slots: PlanSlots,
    readonly shapes: ReadonlyMap<string, Shape>,
  ) {
    for (const layer of settings.network.layers)
      for (const name of layer.inputs) this.#consumers.set(name, [...(this.#consumers.get(name) ?? []), layer]);
    const channels = settings.network.layers
      .filter(layer => layer.operation.kind === 'instanceNorm')
      .reduce((sum, layer) => sum + this.shape(layer.name).channels, 0);
    const pairs = (name: string) => this.scratch(name, Math.max(1, settings.batch * channels) * 8);
    this.#normMoments = { slot: pairs('norm moments'), channels };
    this.#normSums = pairs('norm sums');
    this.#derivedSlot = this.scratch('derived weights', this.#countDerived() * 4);
  }

  #countDerived(): number {
    return this.settings.network.layers.reduce((sum, { operation, inputs }) => {
      if (operation.kind !== 'conv') return sum;
      const source = this.settings.network.layers.find(layer => layer.name === inputs[0]);
      if (!source || source.operation.kind === 'input') return sum;
      const raised = source.operation.kind === 'upsample';
      const channels = { inputs: this.shape(source.name).channels, outputs: operation.filters };
      return sum + derivedCount({ kernel: operation.kernel, ...channels, raised });
    }, 0);
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

  emit(...dispatches: Dispatch[]): void {
    this.#dispatches.push(...dispatches);
  }

  /** The dispatches since the last call. */
  take(): Dispatch[] {
    const taken = this.#dispatches;
    this.#dispatches = [];
    return taken;
  }

  /** Will be run after all later layers' backward passes. */
  onBackward(emit: () => void): void {
    this.#backward.push(emit);
  }

  runBackward(): void {
    for (const emit of this.#backward.reverse()) emit();
  }

  scratch(name: string, bytes: number): Slot {
    return { name, bytes: Math.max(16, Math.ceil(bytes / 16) * 16), persistent: false };
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

  /** The tensor that layer `name` will write: a slice where a concatenation is to hold it, else one of its own. */
  define(name: string): View {
    const { size, channels } = this.shape(name);
    const concats = this.consumers(name).filter(layer => layer.operation.kind === 'concat');
    let view: View;
    const concat = concats[0];
    if (concat) {
      if (concats.length > 1) throw new Error(`${name} is part of two concatenations, which no kernel covers`);
      view = this.#part(concat, this.#whole(concat.name), name);
    } else {
      view = this.#tensor(name, size, channels);
    }
    this.#values.set(name, { tensor: name, view });
    return view;
  }

  #tensor(name: string, side: number, channels: number): View {
    const { batch } = this.settings;
    const { stored } = this;
    const slot = this.scratch(name, batch * side * side * channels * (stored === 'f16' ? 2 : 4));
    return { slot, batch, side, channels, stride: channels, offset: 0, stored };
  }

  #whole(concat: string): View {
    const known = this.#values.get(concat);
    if (known) return known.view;
    const { size, channels } = this.shape(concat);
    const view = this.#tensor(concat, size, channels);
    this.#values.set(concat, { tensor: concat, view });
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

  derivedSlot(): Slot {
    return this.#derivedSlot;
  }

  /** Asks for the weights of an input gradient; returns the first one's place. */
  derive(conv: Omit<DerivedConv, 'to'>): number {
    const to = this.#derivedCount;
    this.derived.push({ ...conv, to });
    this.#derivedCount += derivedCount(conv);
    return to;
  }

  /** Places for a norm's moments and backward sums. */
  norm(layer: string): { moments: Pairs; sums: Pairs } {
    const at = this.#normChannels;
    const { channels } = this.shape(layer);
    this.#normChannels += channels;
    const gamma = this.parameterAt(layer, 'gamma');
    const beta = this.parameterAt(layer, 'beta');
    for (let c = 0; c < channels; c++) this.#normTargets.push(gamma + c, beta + c);
    const stride = this.#normMoments.channels;
    return { moments: { slot: this.#normMoments.slot, at, stride }, sums: { slot: this.#normSums, at, stride } };
  }

  norms() {
    const words = Uint32Array.from(this.#normTargets);
    const slot: Slot = { name: 'norm targets', bytes: Math.max(16, words.byteLength), persistent: true };
    return { norms: this.#normChannels, normSums: this.#normSums, normTargets: { slot, words } };
  }
}
