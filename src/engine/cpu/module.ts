/**
 * The kernels' module: which of the two builds this machine takes, and its memory. This file and the threads are the only places of
 * WebAssembly.
 */
import { plain, relaxed } from 'virtual:cpu-kernels';

export const PAGE_BYTES = 65536;

/** The memory begins with the kernels' own constants, which each instance writes there anew. */
export const CONSTANT_BYTES = 16384;

export interface KernelModule {
  readonly module: WebAssembly.Module;
  /** Whether multiply-adds are relaxed SIMD's: rounded once where the machine has such an instruction. */
  readonly relaxed: boolean;
}

export type ComputeChunk = (kernel: number, shape: number, chunk: number, scratch: number) => void;

/** A function of one relaxed multiply-add, as a module: valid where the browser knows relaxed SIMD. */
export function knowsRelaxedSimd(): boolean {
  const zero = [65, 0, 253, 17];
  const body = [0, ...zero, ...zero, ...zero, 253, 133, 2, 11];
  const types = [1, 5, 1, 96, 0, 1, 123];
  const code = [10, body.length + 2, 1, body.length, ...body];
  return WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, ...types, 3, 2, 1, 0, ...code));
}

/** `shared`: for a memory that threads share. Throws where the browser has no SIMD, or the file cannot be fetched. */
export async function loadKernels(shared: boolean, useRelaxed = knowsRelaxedSimd()): Promise<KernelModule> {
  const response = await fetch(useRelaxed ? relaxed : plain);
  if (!response.ok) throw new Error(`the CPU kernels could not be fetched: status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { module: await WebAssembly.compile(shared ? bytes : withoutSharing(bytes)), relaxed: useRelaxed };
}

/**
 * The same module for a memory of one thread's own: whether an imported memory is shared is one bit of the import's description, and
 * without cross-origin isolation there is none to share. Throws where the bytes are no module that imports a shared memory.
 */
export function withoutSharing(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = copy[at++];
      if (byte === undefined) throw new Error('the module ends early');
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  const IMPORTS = 2;
  const MEMORY = 2;
  const SHARED_WITH_MAXIMUM = 3;
  while (at < copy.length) {
    const section = copy[at++];
    const size = number();
    if (section !== IMPORTS) {
      at += size;
      continue;
    }
    // Their number, then the names of the first and only one.
    if (number() !== 1) throw new Error('the module imports more than a memory');
    for (const _ of ['module', 'field']) {
      const length = number();
      at += length;
    }
    if (copy[at++] !== MEMORY || copy[at] !== SHARED_WITH_MAXIMUM)
      throw new Error('the module imports no shared memory');
    copy[at] = 1;
    return copy;
  }
  throw new Error('the module imports no memory');
}

/** Throws where the kernels' constants take more than is left to them. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): ComputeChunk {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { computeChunk, constantBytes } = exports as { computeChunk: ComputeChunk; constantBytes: () => number };
  if (constantBytes() > CONSTANT_BYTES) throw new Error(`the kernels have ${constantBytes()} bytes of constants`);
  return computeChunk;
}
