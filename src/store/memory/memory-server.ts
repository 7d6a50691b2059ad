/**
 * The page's memory: what its workers would keep in the browser's storage where there is none. It lives in a worker of its own, so that
 * it outlasts the two that use it, and is gone with the page.
 */
import * as v from 'valibot';
import { HeldNames } from './memory-locks.ts';
import { type MemoryRequest, numberedRequest } from './memory-messages.ts';
import { memoryTables } from './memory-tables.ts';

/** Returns the function that serves one more worker. One of the same name was ended: what it held is free, and it is not heard again. */
export function memoryServer(): (port: MessagePort, client: string) => void {
  const tables = memoryTables();
  const locks = new HeldNames();
  const ports = new Map<string, MessagePort>();

  const answer = async (request: MemoryRequest, client: string): Promise<unknown> => {
    switch (request.type) {
      case 'get':
        return tables.get(request.table, request.keys);
      case 'all':
        return tables.all(request.table);
      case 'keys':
        return tables.keys(request.table, request.prefix);
      case 'change':
        return tables.change(request.changes as Parameters<typeof tables.change>[0]);
      case 'clear':
        return tables.clear();
      case 'take':
        return locks.take(request.name, request.mode, client);
      case 'release':
        return locks.release(request.name, client);
      case 'held':
        return locks.names;
      default:
        throw request satisfies never;
    }
  };
  return (port, client) => {
    ports.get(client)?.close();
    ports.set(client, port);
    locks.releaseAll(client);
    port.onmessage = async ({ data }: MessageEvent) => {
      const { number, request } = v.parse(numberedRequest, data);
      try {
        port.postMessage({ number, value: await answer(request, client) });
      } catch (thrown) {
        port.postMessage({ number, value: null, failed: String(thrown) });
      }
    };
  };
}
