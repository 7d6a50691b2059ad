/** The small schemas that every message is made of. */
import * as v from 'valibot';

/** A count, an index or a side: a whole number that is not negative. */
export const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Pixels or a file's content. */
export const bytes = v.custom<Uint8Array>(value => value instanceof Uint8Array);

/** Bytes of their own, not shared with another thread. */
export const ownBytes = v.instance(Uint8Array<ArrayBuffer>);

/** For a command without arguments, or a reply that only says that it is done. */
export const nothing = v.undefined();
