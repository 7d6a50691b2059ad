/**
 * Values by key, in named tables: what IndexedDB (database.ts) and memory (memory/) have in common. A change is made as a whole or not
 * at all. Values are what structured cloning takes.
 */
export interface Tables {
  /** In the order of the keys; undefined where there is none. */
  get(table: string, keys: readonly string[]): Promise<unknown[]>;
  all(table: string): Promise<unknown[]>;
  /** Sorted; of those that begin with `prefix`. */
  keys(table: string, prefix?: string): Promise<string[]>;
  /** One transaction. Rejects with a DOMException named QuotaExceededError where there is no room. */
  change(changes: readonly TableChange[]): Promise<void>;
}

/** `remove` and `removeUnder` come before `put`. */
export interface TableChange {
  readonly table: string;
  readonly remove?: readonly string[];
  /** All keys that begin with one of these. */
  readonly removeUnder?: readonly string[];
  readonly put?: readonly (readonly [key: string, value: unknown])[];
}

export interface TableSet {
  readonly name: string;
  /** SCHEMA: raise it when the tables change. What the values mean has versions of its own. */
  readonly version: number;
  readonly tables: readonly string[];
  /** Whether a change is on the disk when it is acknowledged, and not only with the system. */
  readonly flushed?: boolean;
}
