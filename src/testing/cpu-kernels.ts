/** Runs kernel calls of the CPU engine on plain arrays, in this thread, for the tests of single kernels. */
import { CONSTANT_BYTES, instantiate, loadKernels, PAGE_BYTES } from '../engine/cpu/module.ts';
import { KERNEL_NAMES, type KernelCall } from '../kernels/cpu-kernels.ts';
import type { Slot } from '../kernels/dispatch.ts';

const SLACK = 64;

/** Chunks of each call in an order of its own; a kernel's result must not depend on it. */
export type ChunkOrder = (chunks: number) => number[];

export const inOrder: ChunkOrder = chunks => Array.from({ length: chunks }, (_, i) => i);
export const backwards: ChunkOrder = chunks => inOrder(chunks).reverse();

/** Slots start with `data`, or full of not-a-numbers, so that what was never written is seen. */
export async function runCalls(
  calls: readonly KernelCall[],
  data: ReadonlyMap<Slot, ArrayBufferView<ArrayBuffer>>,
  wanted: readonly Slot[],
  order: ChunkOrder = inOrder,
): Promise<Float32Array[]> {
  let end = CONSTANT_BYTES;
  const take = (bytes: number) => {
    const begin = end;
    end = Math.ceil((end + bytes + SLACK) / 64) * 64;
    return begin;
  };
  const slots = new Set([...data.keys(), ...calls.flatMap(({ bindings }) => bindings.map(({ slot }) => slot))]);
  const places = new Map([...slots].map(slot => [slot, take(slot.bytes)]));
  const shapes = calls.map(({ words }) => take(words.length * 4));
  const scratch = take(Math.max(0, ...calls.map(call => call.scratch)));
  const pages = Math.ceil(end / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  new Uint32Array(memory.buffer).fill(0x7fc00000);
  for (const [slot, values] of data)
    new Uint8Array(memory.buffer, places.get(slot)).set(
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    );
  const computeChunk = instantiate((await loadKernels(false, false)).module, memory);
  calls.forEach(({ kernel, words, chunks }, i) => {
    const address = (slot: Slot) => places.get(slot) ?? Number.NaN;
    const shape = words.map(word => (typeof word === 'number' ? word : address(word.slot) + word.bytes));
    new Int32Array(memory.buffer, shapes[i], shape.length).set(shape);
    for (const chunk of order(chunks)) computeChunk(KERNEL_NAMES.indexOf(kernel), shapes[i] ?? 0, chunk, scratch);
  });
  return wanted.map(
    slot => new Float32Array(memory.buffer.slice(places.get(slot), (places.get(slot) ?? 0) + slot.bytes)),
  );
}
