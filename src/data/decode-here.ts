/** Stands for a decode worker where none can be started: decodes in the worker that asks, between its other messages. */
import type { WorkerLike } from '../protocol/client.ts';
import { serve } from '../protocol/server.ts';
import { decodeContract } from './decode-contract.ts';
import { decodeHandlers } from './decode-handlers.ts';

export function decodeHere(): WorkerLike {
  const { port1, port2 } = new MessageChannel();
  serve(
    {
      postMessage: (message, transfer) => port1.postMessage(message, transfer),
      addEventListener: (type, listener) => port1.addEventListener(type, listener as EventListener),
    },
    decodeContract,
    decodeHandlers,
  );
  port1.start();
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    postMessage: (message, transfer) => port2.postMessage(message, transfer),
    terminate() {
      port1.close();
      port2.close();
    },
  };
  port2.onmessage = event => worker.onmessage?.(event);
  return worker;
}
