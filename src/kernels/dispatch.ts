/**
 * What a kernel's host code gives to whoever replays it: shader text, the buffers it binds, its shape constants and the size of
 * its grid. Pure data; nothing here touches a GPU.
 */

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

export type Binding =
  /** The dispatch's own constants, 32-bit words; see Dispatch.words. */
  | { readonly kind: 'shape' }
  /** The one uniform that changes from step to step. */
  | { readonly kind: 'step' }
  | { readonly kind: 'read' | 'write'; readonly slot: Slot };

export interface Dispatch {
  /** For people: operation and layer. */
  readonly label: string;
  readonly code: string;
  /** In the order of the shader's bindings in group 0. */
  readonly bindings: readonly Binding[];
  /** The shape uniform's 32-bit words: unsigned integers, or the bits of a float. */
  readonly words: readonly number[];
  /** Workgroups in x and y. */
  readonly workgroups: readonly [number, number];
  /** Multiply-adds counted as two, for the benchmark. */
  readonly flops: number;
}

export const read = (slot: Slot): Binding => ({ kind: 'read', slot });
export const write = (slot: Slot): Binding => ({ kind: 'write', slot });
export const SHAPE: Binding = { kind: 'shape' };
export const STEP: Binding = { kind: 'step' };

/** The 32 bits of a float, as an unsigned integer. */
export function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

/** Values in the slot of a view. */
export function count(view: View): number {
  return view.batch * view.side * view.side * view.stride;
}

/** Workgroups in x and y: at most 65,535 in a dimension; shaders take their index from both. */
export function grid(threads: number, workgroup: number): [number, number] {
  const groups = Math.max(1, Math.ceil(threads / workgroup));
  const y = Math.ceil(groups / 65535);
  return [Math.ceil(groups / y), y];
}
