/** One thread of the CPU engine: waits for a program, takes its part, and waits again. It never returns to its event loop. */
import { instantiate } from './module.ts';
import type { ThreadStart } from './pool.ts';
import { CALL_WORDS } from './programs.ts';
import { awaitGeneration, work } from './team.ts';

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<{ readonly port: MessagePort }>) => void) | null;
  navigator: Navigator;
};

scope.onmessage = ({ data: { port } }) => {
  port.onmessage = ({ data }: MessageEvent<ThreadStart>) => {
    const { module, memory, control, list, scratch, lock } = data;
    const computeChunk = instantiate(module, memory);
    const loop = () => {
      // Ready: the generation that was before the first.
      port.postMessage(0);
      for (let seen = 0; ; ) {
        seen = awaitGeneration(control, seen);
        const last = work(control, list, seen, (call, chunk) => {
          const at = call * CALL_WORDS;
          computeChunk(list[at] ?? -1, list[at + 1] ?? 0, chunk, scratch);
        });
        if (last) port.postMessage(seen);
      }
    };
    // A thread that is gone raises no event; a lock that it held is given to whoever waits for it.
    if (lock) void scope.navigator.locks.request(lock, loop);
    else loop();
  };
};
