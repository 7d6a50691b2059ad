/**
 * The page's memory: what its workers would keep in the browser's storage where there is none. It lives in a worker of its own, so that
 * it outlasts the two that use it, and is gone with the page.
 */
import { portScope } from '../../protocol/port.ts';
import { serve } from '../../protocol/server.ts';
import { memoryContract } from './memory-contract.ts';
import { HeldNames } from './memory-locks.ts';
import { memoryTables } from './memory-tables.ts';

/** Returns the function that serves one more worker. One of the same name has ended: what it held is free, and it is not heard again. */
export function memoryServer(): (port: MessagePort, client: string) => void {
  const tables = memoryTables();
  const locks = new HeldNames();
  const ports = new Map<string, MessagePort>();
  return (port, client) => {
    ports.get(client)?.close();
    ports.set(client, port);
    locks.releaseAll(client);
    serve(portScope(port), memoryContract, {
      tables: {
        get: ({ table, keys }) => tables.get(table, keys),
        all: ({ table }) => tables.all(table),
        keys: ({ table, prefix }) => tables.keys(table, prefix),
        change: ({ changes }) => tables.change(changes),
        clear: () => tables.clear(),
      },
      locks: {
        take: ({ name, mode }) => locks.take(name, mode, client),
        release: ({ name }) => locks.release(name, client),
        held: () => locks.names,
      },
    });
  };
}
