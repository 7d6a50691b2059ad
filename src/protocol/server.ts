/**
 * The worker's side of the envelope: parses what arrives, runs the handler, and sends exactly one reply for each command.
 * Failures that belong to no command are sent as such, for an unhandled rejection in a worker never reaches the page by
 * itself.
 */
import * as v from 'valibot';
import { failed, succeeded } from './envelope.ts';
import { AppError, type ErrorData, toErrorData } from './errors.ts';
import { isMemoryGiven } from './memory-port.ts';

export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}

const envelope = v.object({ kind: v.literal('command'), number: v.number(), command: v.unknown() });

/** A reply's value whose buffers are handed over rather than copied. */
export class Transferred {
  readonly value: unknown;
  readonly buffers: Transferable[];
  constructor(value: unknown, buffers: Transferable[]) {
    this.value = value;
    this.buffers = buffers;
  }
}

/**
 * A worker that is ended from outside says nothing, and its page hears of it by no event. But whatever lock it held is free then,
 * and the page can wait for that.
 */
function tellThatAlive(scope: WorkerScope): void {
  const lock = `lesion-studio-worker-${crypto.randomUUID()}`;
  globalThis.navigator?.locks
    ?.request(lock, () => {
      scope.postMessage({ kind: 'alive', lock }, []);
      return new Promise(() => {});
    })
    // A browser that lets the page store nothing refuses locks as well; then its end goes unheard.
    .catch(() => {});
}

/**
 * Serves commands that fit `schema`. `handle` returns the reply's value; what it throws becomes the reply's error.
 * Returns the function that sends an event.
 */
export function serve<S extends v.GenericSchema, E>(
  scope: WorkerScope,
  schema: S,
  handle: (command: v.InferOutput<S>) => unknown,
): (event: E, buffers?: Transferable[]) => void {
  const onStray = (error: ErrorData) => scope.postMessage({ kind: 'stray', error }, []);
  scope.addEventListener('message', async ({ data }: { data: unknown }) => {
    if (isMemoryGiven(data)) return;
    const parsed = v.safeParse(envelope, data);
    if (!parsed.success) {
      onStray(toErrorData(new Error('a message that is no command arrived')));
      return;
    }
    const { number } = parsed.output;
    try {
      const command = v.safeParse(schema, parsed.output.command);
      if (!command.success)
        throw new AppError(
          'bad-settings',
          `A command was not understood (${v.summarize(command.issues)})`,
          'check the settings',
        );
      const value = await handle(command.output);
      if (value instanceof Transferred) scope.postMessage(succeeded(number, value.value), value.buffers);
      else scope.postMessage(succeeded(number, value ?? null), []);
    } catch (thrown) {
      scope.postMessage(failed(number, toErrorData(thrown)), []);
    }
  });
  tellThatAlive(scope);
  scope.addEventListener('unhandledrejection', ({ reason }: { reason: unknown }) => onStray(toErrorData(reason)));
  scope.addEventListener('error', ({ error }: { error: unknown }) => onStray(toErrorData(error)));
  return (event, buffers = []) => scope.postMessage({ kind: 'event', event }, buffers);
}
