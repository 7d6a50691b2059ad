/**
 * Commands a worker and supervises it: numbers the commands, matches the replies, parses what arrives, and hands events
 * on. Owns the worker; knows nothing of what the commands mean.
 */
import * as v from 'valibot';
import { alive as aliveSchema, reply as replySchema, stray as straySchema } from './envelope.ts';
import { AppError, type ErrorData, fromErrorData, toErrorData } from './errors.ts';

export interface WorkerLike {
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface Client<C> {
  /** The reply's value, parsed; rejects with AppError. */
  ask<S extends v.GenericSchema>(command: C, schema: S): Promise<v.InferOutput<S>>;
  /** Ends the worker, whatever it does; the next command starts a new one. */
  restart(): void;
}

const eventEnvelope = v.object({ kind: v.literal('event'), event: v.unknown() });

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/**
 * `onFailure` gets what nobody asked for: errors the worker reports by itself, and its death. After a death the next
 * command starts a new worker.
 */
export function createClient<C, S extends v.GenericSchema>(
  start: () => WorkerLike,
  eventSchema: S,
  onEvent: (event: v.InferOutput<S>) => void,
  onFailure: (error: ErrorData) => void,
  {
    locks = globalThis.navigator?.locks,
    gate,
  }: {
    readonly locks?: Pick<LockManager, 'request'> | undefined;
    /** No worker starts before this; it does not reject. */
    readonly gate?: Promise<unknown> | undefined;
  } = {},
): Client<C> {
  let worker: WorkerLike | null = null;
  let lastNumber = 0;
  const waiting = new Map<number, Waiting>();

  const end = (happened: string): AppError => {
    worker?.terminate();
    worker = null;
    const error = new AppError('worker-ended', happened, 'try again; reload the page if it happens again');
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    return error;
  };
  const die = (happened: string) => onFailure(toErrorData(end(happened)));

  const receive = (from: WorkerLike, data: unknown) => {
    const hello = v.safeParse(aliveSchema, data);
    if (hello.success) {
      void locks?.request(hello.output.lock, () => {
        if (worker === from) die('A background worker was ended from outside');
      });
      return;
    }
    const answer = v.safeParse(replySchema, data);
    if (answer.success) {
      const asked = waiting.get(answer.output.to);
      waiting.delete(answer.output.to);
      if (answer.output.ok) asked?.resolve(answer.output.value);
      else asked?.reject(fromErrorData(answer.output.error));
      return;
    }
    const event = v.safeParse(eventEnvelope, data);
    if (event.success) {
      const parsed = v.safeParse(eventSchema, event.output.event);
      if (parsed.success) onEvent(parsed.output);
      else onFailure(toErrorData(new Error(`an event was not understood: ${v.summarize(parsed.issues)}`)));
      return;
    }
    const stray = v.safeParse(straySchema, data);
    onFailure(stray.success ? stray.output.error : toErrorData(new Error('a message was not understood')));
  };

  const running = (): WorkerLike => {
    if (worker) return worker;
    const started = start();
    worker = started;
    // What a worker that was ended still had to say no longer counts.
    started.onmessage = ({ data }) => {
      if (worker === started) receive(started, data);
    };
    started.onerror = event => {
      if (worker === started) die(`A background worker ended (${event.message || 'its script could not be loaded'})`);
    };
    return started;
  };

  return {
    async ask(command, schema) {
      if (gate) await gate;
      const number = ++lastNumber;
      const value = await new Promise<unknown>((resolve, reject) => {
        waiting.set(number, { resolve, reject });
        running().postMessage({ kind: 'command', number, command });
      });
      return v.parse(schema, value);
    },
    restart() {
      end('The background worker was started again');
    },
  };
}
