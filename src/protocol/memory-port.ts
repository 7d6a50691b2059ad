/**
 * How a worker comes by a port to the page's memory (store/memory/): it asks the page, which starts the memory worker with the first
 * one that asks. Where the browser stores something nobody ever asks.
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

/** The first message to the memory worker for each worker that uses it: one of the same name takes the place of another that ended. */
export const memoryUser = v.object({ client: v.string(), port: v.instance(MessagePort) });

/** The page's side: `worker` gets a port when it asks, under the name `client`. `memory` starts the memory worker, or has it. */
export function answerMemoryRequests(worker: Worker, client: string, memory: () => Worker): void {
  // Before the client of the worker listens, for which this is no message of its contract.
  worker.addEventListener('message', event => {
    if (!v.is(memoryWanted, event.data)) return;
    event.stopImmediatePropagation();
    const { port1, port2 } = new MessageChannel();
    memory().postMessage({ client, port: port1 } satisfies v.InferInput<typeof memoryUser>, [port1]);
    worker.postMessage({ kind: GIVEN, port: port2 } satisfies v.InferInput<typeof memoryGiven>, [port2]);
  });
}
