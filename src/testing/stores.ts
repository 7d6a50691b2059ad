/** A store of each kind that a browser may leave the page, with failures on purpose, for tests that hold for all of them. */
import 'fake-indexeddb/auto';
import { databaseTables } from '../store/database.ts';
import { openMemory } from '../store/memory/memory-client.ts';
import { memoryServer } from '../store/memory/memory-server.ts';
import { diskFolder } from '../store/opfs.ts';
import { memoryStore, type Store } from '../store/store.ts';
import { tableFolder } from '../store/table-folder.ts';
import { FILES } from '../store/table-sets.ts';
import type { TableSet, Tables } from '../store/tables.ts';
import { Faults, type How } from './faults.ts';
import { privateFiles } from './private-files.ts';

export interface TestStore {
  readonly faults: Faults;
  /** The store as one worker sees it; each sees the same. */
  open(client?: string): Store;
  close(): void;
}

export interface StoreKind {
  readonly place: Store['place'];
  /** How one operation may fail. */
  readonly hows: readonly How[];
  make(): TestStore;
}

let made = 0;

export const storeKinds: readonly StoreKind[] = [
  {
    place: 'disk',
    hows: ['before', 'after', 'half'],
    make() {
      const memory = pageMemory();
      const faults = new Faults();
      const directory = privateFiles(faults);
      const names = `disk-${++made}-`;
      return {
        faults,
        open: client => ({
          place: 'disk',
          root: diskFolder(async () => directory),
          tables: set => databaseTables({ ...set, name: names + set.name }),
          locks: memory.open(client).locks,
        }),
        close: memory.close,
      };
    },
  },
  {
    place: 'database',
    // A transaction is made as a whole or not at all.
    hows: ['before', 'after'],
    make() {
      const memory = pageMemory();
      const faults = new Faults();
      const names = `database-${++made}-`;
      const tables = (set: TableSet) => faulty(databaseTables({ ...set, name: names + set.name }), faults);
      return {
        faults,
        open: client => ({
          place: 'database',
          root: tableFolder(tables(FILES)),
          tables,
          locks: memory.open(client).locks,
        }),
        close: memory.close,
      };
    },
  },
  {
    place: 'memory',
    hows: ['before', 'after'],
    make() {
      const memory = pageMemory();
      const faults = new Faults();
      return {
        faults,
        open(client) {
          const opened = memory.open(client);
          return memoryStore({ ...opened, tables: set => faulty(opened.tables(set), faults) });
        },
        close: memory.close,
      };
    },
  },
];

/** The page's memory, behind ports as in the page. */
export function pageMemory() {
  const connect = memoryServer();
  const ports: MessagePort[] = [];
  return {
    open(client = `client ${ports.length}`) {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1, port2);
      connect(port1, client);
      return openMemory(port2);
    },
    close() {
      for (const port of ports) port.close();
    },
  };
}

function faulty(tables: Tables, faults: Faults): Tables {
  const act = async <T>(name: string, use: () => Promise<T>): Promise<T> => {
    // What is done before the failure is told must have come to its end.
    let done: Promise<T> | undefined;
    try {
      return await faults.act(name, () => {
        done = use();
        return done;
      });
    } catch (thrown) {
      await done;
      throw thrown;
    }
  };
  return {
    get: (...of) => act('get', () => tables.get(...of)),
    all: (...of) => act('all', () => tables.all(...of)),
    keys: (...of) => act('keys', () => tables.keys(...of)),
    change: (...of) => act('change', () => tables.change(...of)),
  };
}
