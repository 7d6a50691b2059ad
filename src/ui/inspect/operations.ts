/** A plan's operations as the inspector lists them: found, ordered and added up. Pure. */
import type { PlanDescription, PlannedOperation } from '../../protocol/inspection.ts';

export interface NumberedOperation extends PlannedOperation {
  /** Its place in the plan, from 0. */
  readonly number: number;
}

export const orders = ['as run', 'time', 'FLOP', 'bytes'] as const;
export type Order = (typeof orders)[number];

/** Those with `text` in their label, shader names or part; the costliest first unless as they run. */
export function listed(plan: PlanDescription, text: string, order: Order): NumberedOperation[] {
  const wanted = text.trim().toLowerCase();
  const found = plan.operations
    .map((operation, number) => ({ ...operation, number }))
    .filter(({ label, part }) => `${label} ${part}`.toLowerCase().includes(wanted));
  return order === 'as run' ? found : found.sort((a, b) => cost(b, order) - cost(a, order));
}

function cost({ milliseconds, flops, bytes }: PlannedOperation, order: Exclude<Order, 'as run'>): number {
  switch (order) {
    case 'time':
      return milliseconds ?? 0;
    case 'FLOP':
      return flops;
    case 'bytes':
      return bytes;
    default:
      throw order satisfies never;
  }
}

export interface Totals {
  readonly count: number;
  readonly bytes: number;
  readonly flops: number;
  /** null where nothing was timed. */
  readonly milliseconds: number | null;
}

export function totals(operations: readonly PlannedOperation[]): Totals {
  const sum = (of: (operation: PlannedOperation) => number) =>
    operations.reduce((total, operation) => total + of(operation), 0);
  const timed = operations.some(({ milliseconds }) => milliseconds !== null);
  return {
    count: operations.length,
    bytes: sum(({ bytes }) => bytes),
    flops: sum(({ flops }) => flops),
    milliseconds: timed ? sum(({ milliseconds }) => milliseconds ?? 0) : null,
  };
}
