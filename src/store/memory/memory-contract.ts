/** What the memory worker is asked by the page's other workers. */
import * as v from 'valibot';
import { type Commands, command } from '../../protocol/contract.ts';
import { nothing } from '../../protocol/schemas.ts';

const keys = v.array(v.string());
const tableChange = v.object({
  table: v.string(),
  remove: v.optional(keys, []),
  removeUnder: v.optional(keys, []),
  put: v.optional(v.array(v.tuple([v.string(), v.unknown()])), []),
});

const tables = {
  get: command({ args: v.object({ table: v.string(), keys }), reply: v.array(v.unknown()) }),
  all: command({ args: v.object({ table: v.string() }), reply: v.array(v.unknown()) }),
  keys: command({ args: v.object({ table: v.string(), prefix: v.string() }), reply: keys }),
  change: command({ args: v.object({ changes: v.array(tableChange) }), reply: nothing }),
  clear: command({ args: nothing, reply: nothing }),
} satisfies Commands;

const name = v.string();

const locks = {
  /** Whether it was free, and is held now. */
  take: command({ args: v.object({ name, mode: v.picklist(['shared', 'exclusive']) }), reply: v.boolean() }),
  release: command({ args: v.object({ name }), reply: nothing }),
  held: command({ args: nothing, reply: keys }),
} satisfies Commands;

export const memoryContract = { columns: { tables, locks }, event: v.never() };
