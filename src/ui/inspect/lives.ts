/** The picture of a plan's memory in numbers: time from left to right, one column for each operation; bytes from top to bottom. Pure. */
import type { PlanDescription, PlannedSlot } from '../../protocol/inspection.ts';

export type SlotKind = 'persistent' | 'gradient' | 'other';

export interface Life {
  readonly slot: PlannedSlot;
  readonly kind: SlotKind;
  /** Operations and bytes. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LivesPicture {
  readonly lives: readonly Life[];
  /** Operations across and bytes down: buffers lie below each other, the largest first. */
  readonly width: number;
  readonly height: number;
  /** Where predictions alone and training begin. */
  readonly borders: readonly number[];
}

export function livesPicture({ operations, slots, buffers }: PlanDescription): LivesPicture {
  const order = buffers.map((bytes, buffer) => ({ bytes, buffer })).sort((a, b) => b.bytes - a.bytes);
  const top = new Map<number, number>();
  let height = 0;
  for (const { bytes, buffer } of order) {
    top.set(buffer, height);
    height += bytes;
  }
  const lives = slots.map((slot): Life => {
    const [begin, end] = slot.persistent ? [0, operations.length - 1] : [slot.begin, slot.end];
    const y = top.get(slot.buffer) ?? 0;
    return { slot, kind: kindOf(slot), x: begin, y, width: end - begin + 1, height: slot.bytes };
  });
  const borders = operations.flatMap(({ part }, i) => (i > 0 && part !== operations[i - 1]?.part ? [i] : []));
  return { lives, width: operations.length, height, borders };
}

function kindOf({ name, persistent }: PlannedSlot): SlotKind {
  if (persistent) return 'persistent';
  return name.endsWith('gradient') ? 'gradient' : 'other';
}
