/** Where the page keeps its data, by how long it lasts. */
import * as v from 'valibot';

/** Until it is deleted; until the window is closed where that is a private one; as long as the page is open. */
export const storagePlaces = ['disk', 'database', 'memory'] as const;
export const storagePlace = v.picklist(storagePlaces);
export type StoragePlace = v.InferOutput<typeof storagePlace>;
