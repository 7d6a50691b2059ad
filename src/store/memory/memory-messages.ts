/** What the memory worker is asked, and by whom. */
import * as v from 'valibot';

const keys = v.array(v.string());

const tableChange = v.object({
  table: v.string(),
  remove: v.optional(keys),
  removeUnder: v.optional(keys),
  put: v.optional(v.array(v.tuple([v.string(), v.unknown()]))),
});

export const memoryRequest = v.variant('type', [
  v.object({ type: v.literal('get'), table: v.string(), keys }),
  v.object({ type: v.literal('all'), table: v.string() }),
  v.object({ type: v.literal('keys'), table: v.string(), prefix: v.string() }),
  v.object({ type: v.literal('change'), changes: v.array(tableChange) }),
  v.object({ type: v.literal('clear') }),
  v.object({ type: v.literal('take'), name: v.string(), mode: v.picklist(['shared', 'exclusive']) }),
  v.object({ type: v.literal('release'), name: v.string() }),
  v.object({ type: v.literal('held') }),
]);
export type MemoryRequest = v.InferOutput<typeof memoryRequest>;

export const numberedRequest = v.object({ number: v.number(), request: memoryRequest });
export const numberedReply = v.object({ number: v.number(), value: v.unknown(), failed: v.optional(v.string()) });
