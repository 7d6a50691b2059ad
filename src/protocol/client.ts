/**
 * The page's side of a contract: commands a worker and supervises it. Numbers the commands, matches the replies, parses what arrives,
 * and hands events on. Owns the worker; knows nothing of what the commands mean.
 */
import * as v from 'valibot';
import { type Calls, type Columns, type Command, type Contract, type EventOf, workerMessage } from './contract.ts';
import { AppError, type ErrorData, fromErrorData, toErrorData } from './errors.ts';

export interface WorkerLike {
  postMessage(message: unknown, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** A function for each command, by column. `restart` ends the worker, whatever it is doing; the next command starts a new one. */
export type Client<C extends Columns> = Calls<C> & { restart(): void };

export interface ClientOptions<E> {
  readonly onEvent: (event: E) => void;
  /** Gets what nobody asked for: errors that the worker reports by itself, and its death. */
  readonly onFailure: (error: ErrorData) => void;
  readonly locks?: Pick<LockManager, 'request'> | undefined;
  /** No worker starts before this; it does not reject. */
  readonly gate?: Promise<unknown> | undefined;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** `start` makes the worker when it is first needed, and again after each death. */
export function createClient<C extends Columns, E extends v.GenericSchema>(
  start: () => WorkerLike,
  contract: Contract<C, E>,
  { onEvent, onFailure, gate, locks = globalThis.navigator?.locks }: ClientOptions<EventOf<Contract<C, E>>>,
): Client<C> {
  let worker: WorkerLike | null = null;
  let lastNumber = 0;
  const waiting = new Map<number, Waiting>();

  const end = (happened: string, cause?: string): AppError => {
    worker?.terminate();
    worker = null;
    const options = cause === undefined ? undefined : { cause };
    const error = new AppError('worker-ended', happened, 'try again; reload the page if it happens again', options);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    return error;
  };
  const die = (happened: string, cause?: string) => onFailure(toErrorData(end(happened, cause)));

  const receive = (from: WorkerLike, data: unknown) => {
    const { success, output: message } = v.safeParse(workerMessage, data);
    if (!success) return onFailure(toErrorData(new Error('a message was not understood')));
    switch (message.kind) {
      case 'reply': {
        const asked = waiting.get(message.to);
        if (message.ok) asked?.resolve(message.value);
        else asked?.reject(fromErrorData(message.error));
        return;
      }
      case 'event': {
        const event = v.safeParse(contract.event, message.event);
        if (event.success) onEvent(event.output);
        else onFailure(toErrorData(new Error(`an event was not understood: ${v.summarize(event.issues)}`)));
        return;
      }
      case 'alive':
        void locks?.request(message.lock, () => {
          if (worker === from) die('A background worker was ended from outside');
        });
        return;
      case 'stray':
        onFailure(message.error);
        return;
      default:
        throw message satisfies never;
    }
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
      event.preventDefault?.();
      const why = event.message || 'its script could not be loaded';
      if (worker === started) die(`A background worker ended (${why})`, why);
    };
    return started;
  };

  const ask = async (column: string, name: string, command: Command, args: unknown): Promise<unknown> => {
    if (gate) await gate;
    const number = ++lastNumber;
    const value = await new Promise<unknown>((resolve, reject) => {
      waiting.set(number, { resolve, reject });
      running().postMessage({ kind: 'command', number, column, name, args }, command.handsOver?.(args) ?? []);
    }).finally(() => waiting.delete(number));
    return v.parse(command.reply, value);
  };

  const calls = mapValues(contract.columns, (commands, column) =>
    mapValues(commands, (command, name) => (args?: unknown) => ask(column, name, command, args)),
  );
  return { ...calls, restart: () => void end('The background worker was started again') } as unknown as Client<C>;
}

function mapValues<T, U>(of: Readonly<Record<string, T>>, change: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value, name)]));
}
