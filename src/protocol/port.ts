/** A port between two workers as each end of a contract wants it. */
import type { WorkerLike } from './client.ts';
import type { WorkerScope } from './server.ts';

/** For `serve`. */
export function portScope(port: MessagePort): WorkerScope {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    addEventListener(type, listener) {
      port.addEventListener(type, listener as EventListener);
      port.start();
    },
  };
}

/** For `createClient`. Nobody hears of the other side's end. */
export function portWorker(port: MessagePort): WorkerLike {
  return {
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    terminate: () => port.close(),
    set onmessage(listener: ((event: MessageEvent) => void) | null) {
      port.onmessage = listener;
    },
    onerror: null,
  };
}
