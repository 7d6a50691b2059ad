/**
 * How a worker gets a port to the memory worker (store/memory/): it asks the page, which starts the memory worker on the first
 * request. Where the browser stores something, nobody asks.
 */
import * as v from 'valibot';

const WANTED = 'memory-wanted';
const GIVEN = 'memory-given';

const memoryWanted = v.object({ kind: v.literal(WANTED) });
const memoryGiven = v.object({ kind: v.literal(GIVEN), port: v.instance(MessagePort) });

/** The worker's side. */
export function requestMemoryPort(): Promise<MessagePort> {
  return new Promise(resolve => {
    const listen = ({ data }: MessageEvent) => {
      const given = v.safeParse(memoryGiven, data);
      if (!given.success) return;
      self.removeEventListener('message', listen);
      resolve(given.output.port);
    };
    self.addEventListener('message', listen);
    self.postMessage({ kind: WANTED });
  });
}

/** Whether the message is the page's answer to the request, and no command. */
export function isMemoryGiven(message: unknown): boolean {
  return v.is(memoryGiven, message);
}

/** What the page tells the memory worker of each worker that uses it; one of the same name replaces one that ended. */
export const memoryUser = v.object({ client: v.string(), port: v.instance(MessagePort) });

/** The page's side: `worker` gets a port when it asks, under the name `client`. `memory` gives the memory worker and starts it if needed. */
export function answerMemoryRequests(worker: Worker, client: string, memory: () => Worker): void {
  // Registered before the worker's client, whose contract does not know this message.
  worker.addEventListener('message', event => {
    if (!v.is(memoryWanted, event.data)) return;
    event.stopImmediatePropagation();
    const { port1, port2 } = new MessageChannel();
    memory().postMessage({ client, port: port1 } satisfies v.InferInput<typeof memoryUser>, [port1]);
    worker.postMessage({ kind: GIVEN, port: port2 } satisfies v.InferInput<typeof memoryGiven>, [port2]);
  });
}
