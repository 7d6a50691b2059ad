/**
 * What a kernel's host code gives to whoever replays it: shader text, the buffers it binds, its shape constants and the size of
 * its grid. Pure data; nothing here touches a GPU.
 */

import { declaredBindings, sameNames, structWords } from './wgsl.ts';

/** Memory that a plan needs: not yet a buffer. Two slots may come to share one where their uses do not overlap. */
export interface Slot {
  readonly name: string;
  readonly bytes: number;
  /** Kept for the engine's whole life, never shared: weights, optimizer state, what the host reads and writes. */
  readonly persistent: boolean;
}

/** How activations and their gradients lie in memory. Sums, statistics and weights are f32 whatever this is. */
export type Stored = 'f32' | 'f16';

/** A tensor [batch, side, side, channels] inside a slot: channels may be a slice of a wider tensor's. */
export interface View {
  readonly slot: Slot;
  readonly batch: number;
  /** Height and width, in pixels. */
  readonly side: number;
  readonly channels: number;
  /** Values from one pixel to the next, ≥ channels. */
  readonly stride: number;
  /** First channel's place within a pixel. */
  readonly offset: number;
  readonly stored: Stored;
}

/** What a shader reads or writes: by the name and the number that its text declares. */
export type Binding = { readonly name: string; readonly at: number } & (
  | /** The dispatch's own constants; see Dispatch.words. */
  { readonly kind: 'shape' }
  /** The one uniform that changes from step to step. */
  | { readonly kind: 'step' }
  | { readonly kind: 'read' | 'write'; readonly slot: Slot }
);

export interface Dispatch {
  /** For people: operation and layer. */
  readonly label: string;
  readonly code: string;
  /** In the order of the shader's declarations. */
  readonly bindings: readonly Binding[];
  /** The 32-bit words of the shader's `struct Shape`; none if it has no such uniform. */
  readonly words: readonly number[];
  /** Workgroups in x and y. */
  readonly workgroups: readonly [number, number];
  /** Multiply-adds counted as two, for the benchmark. */
  readonly flops: number;
  /** Of several shaders that would do, the one that was chosen, and for which question; none where there is but one. */
  readonly variant?: { readonly question: string; readonly kind: string; readonly tile: object } | undefined;
  /** That it reads and writes, each value once; without it all of the slots that it binds. */
  readonly bytes?: number | undefined;
}

/** What a shader's text declares: the fields of its `struct Shape` and its storage bindings. See shaders.ts. */
export interface ShaderInterface {
  readonly shape: Readonly<Record<string, number>>;
  /** A binding that only some of the shader's variants have may be undefined. */
  readonly buffers: Readonly<Record<string, Slot | undefined>>;
}

export interface DispatchParts<S extends ShaderInterface> {
  readonly label: string;
  /** The expanded text. */
  readonly code: string;
  readonly shape: S['shape'];
  readonly buffers: S['buffers'];
  readonly workgroups: readonly [number, number];
  readonly flops?: number;
  readonly bytes?: number;
}

/**
 * A dispatch from values and slots by the names in the shader's text. Throws if a name is missing or unknown, or a value does not fit
 * its type.
 */
export function makeDispatch<S extends ShaderInterface>(parts: DispatchParts<S>): Dispatch {
  const { label, code, shape, workgroups, flops = 0, bytes } = parts;
  const buffers: Readonly<Record<string, Slot | undefined>> = parts.buffers;
  const declared = declaredBindings(code);
  const given = Object.keys(buffers).filter(name => buffers[name]);
  sameNames(
    `${label}: the shader's bindings`,
    declared.filter(({ access }) => access !== 'uniform').map(({ name }) => name),
    given,
  );
  const bindings = declared.map(({ name, at, access }): Binding => {
    const slot = buffers[name];
    if (access !== 'uniform' && slot) return { name, at, kind: access, slot };
    if (name === 'shape' || name === 'step') return { name, at, kind: name };
    throw new Error(`${label}: the uniform ${name} is neither shape nor step`);
  });
  const shaped = bindings.some(({ kind }) => kind === 'shape');
  if (!shaped) sameNames(`${label}: a shader without a shape`, [], Object.keys(shape));
  const words = shaped ? structWords(code, 'Shape', shape, label) : [];
  return { label, code, bindings, words, workgroups, flops, bytes };
}

/** Values in the slot of a view. */
export function count(view: View): number {
  return view.batch * view.side * view.side * view.stride;
}

/** Bytes of a view's own channels. */
export function bytesOf({ batch, side, channels, stored }: View): number {
  return batch * side * side * channels * (stored === 'f16' ? 2 : 4);
}

/** A kernel with more is cut into several dispatches: on a GPU of 50 GFLOP/s this many take 80 ms, in which the screen stands still. */
export const LARGEST_FLOPS = 4e9;

export interface Range {
  readonly first: number;
  /** The one after the last. */
  readonly end: number;
}

/** Equal ranges of `units`, each of a whole number of `whole` but for the last, in which none has more than `largest` of `flops`. */
export function cut(flops: number, units: number, whole: number, largest = LARGEST_FLOPS): Range[] {
  const most = Math.max(1, Math.floor((units * largest) / flops / whole)) * whole;
  const parts = Math.ceil(units / most);
  const each = Math.ceil(units / parts / whole) * whole;
  return Array.from({ length: Math.ceil(units / each) }, (_, i) => ({
    first: i * each,
    end: Math.min((i + 1) * each, units),
  }));
}

/** Workgroups in x and y: at most 65,535 in a dimension; shaders take their index from both. */
export function grid(threads: number, workgroup: number): [number, number] {
  const groups = Math.max(1, Math.ceil(threads / workgroup));
  const y = Math.ceil(groups / 65535);
  return [Math.ceil(groups / y), y];
}
