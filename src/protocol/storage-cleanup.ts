/** What could be dropped where the browser's storage is full. Nothing is dropped before a person has chosen it. */
import * as v from 'valibot';

export const cleanupKinds = [
  /** Pixels of data sets that no page has loaded and no unfinished run needs. */
  'images',
  /** Of each unfinished run the checkpoint before the newest. */
  'checkpoints',
  /** The weights of all kept runs but the newest; their curves and scores stay. */
  'weights',
] as const;
export type CleanupKind = (typeof cleanupKinds)[number];

export const cleanupKind = v.picklist(cleanupKinds);

/** What there is of each kind; kinds of which there is nothing are left out. */
export const cleanupReport = v.array(v.object({ kind: cleanupKind, count: v.number(), bytes: v.number() }));
export type CleanupReport = v.InferOutput<typeof cleanupReport>;
