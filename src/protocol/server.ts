/**
 * The worker's side of a contract: parses what arrives, runs its handler, and sends exactly one reply for each command. Failures that
 * belong to no command are sent as such, because an unhandled rejection in a worker does not reach the page by itself.
 */
import * as v from 'valibot';
import {
  type Columns,
  type Command,
  type Contract,
  commandMessage,
  type EventOf,
  type Handlers,
  type WorkerMessage,
} from './contract.ts';
import { AppError, type ErrorData, toErrorData } from './errors.ts';
import { isMemoryGiven } from './memory-port.ts';
import { isWorkerFailed } from './page-workers.ts';

export interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}

/**
 * A worker that is ended from outside sends nothing, and no event tells the page. But its lock becomes free, and the page can wait for
 * that.
 */
function tellThatAlive(say: (message: WorkerMessage) => void): void {
  const lock = `lesion-studio-worker-${crypto.randomUUID()}`;
  globalThis.navigator?.locks
    ?.request(lock, () => {
      say({ kind: 'alive', lock });
      return new Promise(() => {});
    })
    // A browser that lets the page store nothing refuses locks as well. Then the page does not notice the worker's end.
    .catch(() => {});
}

/**
 * Serves a contract. A handler returns the reply; what it throws becomes the reply's error. Returns the function that sends an event,
 * with the buffers that it hands over.
 */
export function serve<C extends Columns, E extends v.GenericSchema>(
  scope: WorkerScope,
  contract: Contract<C, E>,
  handlers: Handlers<C>,
): (event: EventOf<Contract<C, E>>, buffers?: Transferable[]) => void {
  const say = (message: WorkerMessage, buffers: Transferable[] = []) => scope.postMessage(message, buffers);
  const stray = (error: ErrorData) => say({ kind: 'stray', error });
  scope.addEventListener('message', async ({ data }: { data: unknown }) => {
    if (isMemoryGiven(data) || isWorkerFailed(data)) return;
    const parsed = v.safeParse(commandMessage, data);
    if (!parsed.success) return stray(toErrorData(new Error('a message that is no command arrived')));
    const { number, column, name, args } = parsed.output;
    try {
      const command = commandOf(contract, column, name);
      const given = v.safeParse(command.args, args);
      if (!given.success) throw notUnderstood(v.summarize(given.issues));
      const value = await handlers[column]![name]!(given.output as never);
      say({ kind: 'reply', to: number, ok: true, value }, command.handsBack?.(value));
    } catch (thrown) {
      say({ kind: 'reply', to: number, ok: false, error: toErrorData(thrown) });
    }
  });
  tellThatAlive(say);
  scope.addEventListener('unhandledrejection', ({ reason }: { reason: unknown }) => stray(toErrorData(reason)));
  scope.addEventListener('error', ({ error }: { error: unknown }) => stray(toErrorData(error)));
  return (event, buffers) => say({ kind: 'event', event }, buffers);
}

function commandOf({ columns }: Contract, column: string, name: string): Command {
  const commands = Object.hasOwn(columns, column) ? columns[column] : undefined;
  const found = commands && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!found) throw notUnderstood(`there is no ${column}.${name}`);
  return found;
}

function notUnderstood(why: string): AppError {
  return new AppError('bad-settings', `A command was not understood (${why})`, 'check the settings');
}
