/**
 * Workers that help another worker, started by the page. A worker could start them itself, but in Firefox (153) its `new Worker()` now and
 * then never returns, and takes the worker with it: in a third of all starts in private windows and in one of eight in others. The
 * script is then not even asked for. Those that the page starts always start.
 *
 * The two then speak through a port of their own. The page ends them with the worker that wanted them.
 */
import * as v from 'valibot';
import type { WorkerLike } from './client.ts';

export const pageWorkerKinds = ['decode', 'thread'] as const;
export type PageWorkerKind = (typeof pageWorkerKinds)[number];

const wanted = v.object({
  kind: v.literal('worker-wanted'),
  ...{ id: v.string(), what: v.picklist(pageWorkerKinds), name: v.string(), port: v.instance(MessagePort) },
});
const unwanted = v.object({ kind: v.literal('worker-unwanted'), id: v.string() });
const failed = v.object({ kind: v.literal('worker-failed'), id: v.string(), message: v.string() });

/** The first message to a worker so started; the rest comes and goes through the port. */
export const portGiven = v.object({ port: v.instance(MessagePort) });

/** Whether the message is the page's report on such a worker, and no command. */
export function isWorkerFailed(message: unknown): boolean {
  return v.is(failed, message);
}

/** For the worker that wants another. */
export function pageWorker(what: PageWorkerKind, name: string): WorkerLike {
  const id = crypto.randomUUID();
  const { port1, port2 } = new MessageChannel();
  const listen = ({ data }: MessageEvent) => {
    const found = v.safeParse(failed, data);
    if (found.success && found.output.id === id) worker.onerror?.({ message: found.output.message } as ErrorEvent);
  };
  self.addEventListener('message', listen);
  self.postMessage({ kind: 'worker-wanted', id, what, name, port: port2 } satisfies v.InferInput<typeof wanted>, {
    transfer: [port2],
  });
  const worker = overPort(port1, () => {
    self.removeEventListener('message', listen);
    self.postMessage({ kind: 'worker-unwanted', id } satisfies v.InferInput<typeof unwanted>);
  });
  return worker;
}

/** For a page that starts such a worker for itself. */
export function withPort(worker: Worker): WorkerLike {
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ port: port2 } satisfies v.InferInput<typeof portGiven>, [port2]);
  const other = overPort(port1, () => worker.terminate());
  worker.onerror = event => other.onerror?.(event);
  return other;
}

function overPort(port: MessagePort, end: () => void): WorkerLike {
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    terminate() {
      port.close();
      end();
    },
  };
  port.onmessage = event => worker.onmessage?.(event);
  return worker;
}

/** The page's side: starts the workers that `owner` asks for, and replaces `owner.terminate` so that they end with it. */
export function answerWorkerRequests(
  owner: Worker,
  start: Readonly<Record<PageWorkerKind, (name: string) => Worker>>,
): void {
  const workers = new Map<string, Worker>();
  // Registered before the owner's client, whose contract does not know these messages.
  owner.addEventListener('message', event => {
    const message = v.safeParse(v.union([wanted, unwanted]), event.data);
    if (!message.success) return;
    event.stopImmediatePropagation();
    const { output } = message;
    if (output.kind === 'worker-unwanted') {
      workers.get(output.id)?.terminate();
      workers.delete(output.id);
      return;
    }
    const { id, what, name, port } = output;
    const worker = start[what](name);
    workers.set(id, worker);
    worker.onerror = error => {
      error.preventDefault();
      const why = error.message || 'its script could not be loaded';
      owner.postMessage({ kind: 'worker-failed', id, message: why } satisfies v.InferInput<typeof failed>);
    };
    worker.postMessage({ port } satisfies v.InferInput<typeof portGiven>, [port]);
  });
  const terminate = owner.terminate.bind(owner);
  owner.terminate = () => {
    for (const worker of workers.values()) worker.terminate();
    workers.clear();
    terminate();
  };
}
