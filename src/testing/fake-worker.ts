/** A worker in a test's hands: answers each command as told. */
import type { WorkerLike } from '../protocol/client.ts';
import type { WorkerMessage } from '../protocol/contract.ts';
import { toErrorData } from '../protocol/errors.ts';

interface Command {
  readonly number: number;
  readonly column: string;
  readonly name: string;
  readonly args?: unknown;
}

export interface FakeWorker extends WorkerLike {
  readonly say: (message: WorkerMessage) => void;
  ended: boolean;
}

/** `answer` gets the command as `column.name` and its arguments; what it throws is the reply's error. */
export function fakeWorker(answer: (command: string, args: unknown) => unknown): FakeWorker {
  const replyTo = ({ number, column, name, args }: Command): WorkerMessage => {
    try {
      return { kind: 'reply', to: number, ok: true, value: answer(`${column}.${name}`, args) };
    } catch (thrown) {
      return { kind: 'reply', to: number, ok: false, error: toErrorData(thrown) };
    }
  };
  const worker: FakeWorker = {
    ended: false,
    onmessage: null,
    onerror: null,
    say: message => worker.onmessage?.({ data: message } as MessageEvent),
    postMessage(message) {
      const reply = replyTo(message as Command);
      queueMicrotask(() => worker.say(reply));
    },
    terminate() {
      worker.ended = true;
    },
  };
  return worker;
}
