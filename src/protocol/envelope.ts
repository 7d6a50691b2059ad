/**
 * How commands, replies and events travel between the page and a worker: every command gets exactly one reply, with the
 * command's number; events may be dropped. Whatever arrives is parsed, not cast.
 */
import * as v from 'valibot';
import { type ErrorData, errorData } from './errors.ts';

export const reply = v.variant('ok', [
  v.object({ kind: v.literal('reply'), to: v.number(), ok: v.literal(true), value: v.unknown() }),
  v.object({ kind: v.literal('reply'), to: v.number(), ok: v.literal(false), error: errorData }),
]);
export type Reply = v.InferOutput<typeof reply>;

export interface CommandEnvelope<C> {
  readonly kind: 'command';
  readonly number: number;
  readonly command: C;
}

export interface EventEnvelope<E> {
  readonly kind: 'event';
  readonly event: E;
}

export function succeeded(to: number, value: unknown): Reply {
  return { kind: 'reply', to, ok: true, value };
}

export function failed(to: number, error: ErrorData): Reply {
  return { kind: 'reply', to, ok: false, error };
}

/** A worker's first message: it holds this Web Lock for as long as it lives. */
export const alive = v.object({ kind: v.literal('alive'), lock: v.string() });

/** A failure in a worker that belongs to no command. */
export const stray = v.object({ kind: v.literal('stray'), error: errorData });
