/** What could be dropped where the browser's storage is full. Nothing of it goes before a person has chosen it. */
import * as v from 'valibot';

export const roomKinds = [
  /** Pixels of data sets that no page has loaded and no unfinished run needs. */
  'images',
  /** Of each unfinished run the checkpoint before the newest. */
  'checkpoints',
  /** The weights of all kept runs but the newest; their curves and scores stay. */
  'weights',
] as const;
export type RoomKind = (typeof roomKinds)[number];

export const roomKind = v.picklist(roomKinds);

/** What there is of each kind; kinds of which there is nothing are left out. */
export const roomReport = v.array(v.object({ kind: roomKind, count: v.number(), bytes: v.number() }));
export type RoomReport = v.InferOutput<typeof roomReport>;
