/**
 * What a worker understands, as a value. A command is two schemas, of its arguments and of its reply; a contract is a worker's commands
 * by column (data, run, …) and the schema of the events that it sends by itself. Both ends are derived from it: `createClient`
 * (client.ts) gives `client.inference.test(args)`, `serve` (server.ts) takes an object of handlers of the same shape. Each end parses
 * what arrives: the server the arguments, the client replies and events.
 *
 * Every command gets exactly one reply. Events are snapshots: they may be dropped, and come at most ten times a second (throttle.ts).
 */
import * as v from 'valibot';
import { errorData } from './errors.ts';

export interface Command<A extends v.GenericSchema = v.GenericSchema, R extends v.GenericSchema = v.GenericSchema> {
  readonly args: A;
  readonly reply: R;
  /** Buffers of the arguments that the worker takes over; the others are copied. */
  handsOver?(args: v.InferInput<A>): Transferable[];
  /** Buffers of the reply that are handed over rather than copied. */
  handsBack?(reply: v.InferInput<R>): Transferable[];
}

export type Commands = Readonly<Record<string, Command>>;
export type Columns = Readonly<Record<string, Commands>>;

export interface Contract<C extends Columns = Columns, E extends v.GenericSchema = v.GenericSchema> {
  readonly columns: C;
  readonly event: E;
}

export type EventOf<T extends Contract> = v.InferOutput<T['event']>;

/** Lets the schemas' types reach `handsOver` and `handsBack`. */
export function command<A extends v.GenericSchema, R extends v.GenericSchema>(parts: Command<A, R>): Command<A, R> {
  return parts;
}

type Call<T extends Command> =
  undefined extends v.InferInput<T['args']>
    ? () => Promise<v.InferOutput<T['reply']>>
    : (args: v.InferInput<T['args']>) => Promise<v.InferOutput<T['reply']>>;

/** The page's side: a function for each command. It rejects with AppError. */
export type Calls<C extends Columns> = {
  readonly [Column in keyof C]: { readonly [Name in keyof C[Column]]: Call<C[Column][Name]> };
};

/** A handler of a command whose reply is nothing need not return any. */
type Answer<T> = undefined extends T ? void | Promise<void> : T | Promise<T>;

/** One column of the worker's side. The compiler asks for a handler of every command. */
export type ColumnHandlers<C extends Commands> = {
  [Name in keyof C]: (args: v.InferOutput<C[Name]['args']>) => Answer<v.InferInput<C[Name]['reply']>>;
};

export type Handlers<C extends Columns> = { readonly [Column in keyof C]: ColumnHandlers<C[Column]> };

/** How a command travels. The number comes back with its reply. */
export const commandMessage = v.object({
  kind: v.literal('command'),
  number: v.number(),
  column: v.string(),
  name: v.string(),
  args: v.optional(v.unknown()),
});

const reply = v.variant('ok', [
  v.object({ kind: v.literal('reply'), to: v.number(), ok: v.literal(true), value: v.optional(v.unknown()) }),
  v.object({ kind: v.literal('reply'), to: v.number(), ok: v.literal(false), error: errorData }),
]);

/** What a worker says. */
export const workerMessage = v.union([
  reply,
  v.object({ kind: v.literal('event'), event: v.unknown() }),
  /** Its first message: it holds this Web Lock for as long as it lives. */
  v.object({ kind: v.literal('alive'), lock: v.string() }),
  /** A failure that belongs to no command. */
  v.object({ kind: v.literal('stray'), error: errorData }),
]);
export type WorkerMessage = v.InferOutput<typeof workerMessage>;
