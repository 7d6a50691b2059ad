/**
 * How a worker comes by a port to the page's memory (store/memory/): it asks the page, which starts the memory worker with the first
 * one that asks. Where the browser stores something nobody ever asks.
 */
import * as v from 'valibot';

const WANTED = 'memory-wanted';
const GIVEN = 'memory-given';

export const memoryWanted = v.object({ kind: v.literal(WANTED) });
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

/** The page's side: the answer. */
export function memoryGivenMessage(port: MessagePort): unknown {
  return { kind: GIVEN, port } satisfies v.InferInput<typeof memoryGiven>;
}
