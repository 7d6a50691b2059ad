/** A client and a server of a contract in one thread: messages are cloned and buffers handed over as between two. */
import type * as v from 'valibot';
import { createClient, type WorkerLike } from '../protocol/client.ts';
import type { Columns, Contract, EventOf, Handlers } from '../protocol/contract.ts';
import type { ErrorData } from '../protocol/errors.ts';
import { serve, type WorkerScope } from '../protocol/server.ts';

export function connect<C extends Columns, E extends v.GenericSchema>(
  contract: Contract<C, E>,
  /** Given the function that sends an event. */
  handlersOf: (send: (event: EventOf<Contract<C, E>>, buffers?: Transferable[]) => void) => Handlers<C>,
) {
  const said: unknown[] = [];
  const listeners = new Map<string, (event: never) => void>();
  const failures: ErrorData[] = [];
  const events: EventOf<Contract<C, E>>[] = [];
  const hear = (data: unknown) => listeners.get('message')?.({ data } as never);
  const worker: WorkerLike = {
    onmessage: null,
    onerror: null,
    terminate() {},
    postMessage: (message, transfer) => hear(structuredClone(message, { transfer })),
  };
  const scope: WorkerScope = {
    addEventListener: (type, listener) => void listeners.set(type, listener),
    postMessage: (message, transfer) => {
      const data = structuredClone(message, { transfer });
      said.push(data);
      worker.onmessage?.({ data } as MessageEvent);
    },
  };
  let send: (event: EventOf<Contract<C, E>>, buffers?: Transferable[]) => void = () => {};
  send = serve(
    scope,
    contract,
    handlersOf((event, buffers) => send(event, buffers)),
  );
  const client = createClient(() => worker, contract, {
    onEvent: event => events.push(event),
    onFailure: error => failures.push(error),
  });
  return { client, send, hear, said, listeners, failures, events };
}
