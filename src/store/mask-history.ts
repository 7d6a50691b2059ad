/**
 * The versions of one pair's mask as bytes, and back. Pure.
 *
 *   0   8 bytes   "LSMASKS" and the version
 *   8   32 bytes  SHA-256 of all that follows
 *   40  u32       length of the header
 *   44  header    JSON: whose they are, when and how each was made, and its length
 *   …   masks     coded (masks/coded.ts), in the header's order, the draft's last
 */
import * as v from 'valibot';
import { type MaskDraft, type MaskVersion, maskDraft, maskVersion } from '../protocol/corrections.ts';
import { whole } from '../protocol/schemas.ts';

/** SCHEMA: raise it when the layout or the meaning changes; another version is refused, never half read. */
const VERSION = 1;
const MAGIC = 'LSMASKS';
const DIGEST = 8;
const SIZE = 40;
const PREFIX = 44;

const { mask: _, ...facts } = maskVersion.entries;
const { mask: __, ...draftFacts } = maskDraft.entries;
const header = v.object({
  id: v.string(),
  versions: v.array(v.object({ ...facts, bytes: whole })),
  draft: v.nullable(v.object({ ...draftFacts, bytes: whole })),
});

/** All that is kept of one pair's mask beside the mask as it came. */
export interface KeptMasks {
  /** Of the pair, for people. */
  readonly id: string;
  /** Oldest first. */
  readonly versions: readonly MaskVersion[];
  readonly draft: MaskDraft | null;
}

export async function encodeMasks({ id, versions, draft }: KeptMasks): Promise<Uint8Array<ArrayBuffer>> {
  const told = {
    id,
    versions: versions.map(({ mask, ...rest }) => ({ ...rest, bytes: mask.length })),
    draft: draft && { at: draft.at, origin: draft.origin, steps: draft.steps, bytes: draft.mask.length },
  };
  const text = new TextEncoder().encode(JSON.stringify(told));
  const masks = [...versions, ...(draft ? [draft] : [])].map(({ mask }) => mask);
  const bytes = new Uint8Array(PREFIX + text.length + masks.reduce((sum, mask) => sum + mask.length, 0));
  bytes.set(new TextEncoder().encode(MAGIC));
  bytes[MAGIC.length] = VERSION;
  new DataView(bytes.buffer).setUint32(SIZE, text.length, true);
  bytes.set(text, PREFIX);
  let at = PREFIX + text.length;
  for (const mask of masks) {
    bytes.set(mask, at);
    at += mask.length;
  }
  bytes.set(await digestOf(bytes), DIGEST);
  return bytes;
}

/** Throws an error where the bytes are not what `encodeMasks` gave. */
export async function decodeMasks(bytes: Uint8Array<ArrayBuffer>): Promise<KeptMasks> {
  if (new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC || bytes.length < PREFIX)
    throw new Error('these are no masks');
  if (bytes[MAGIC.length] !== VERSION) throw new Error(`masks of version ${bytes[MAGIC.length]} are not known`);
  const digest = await digestOf(bytes);
  if (digest.some((byte, i) => byte !== bytes[DIGEST + i])) throw new Error('the masks are damaged');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(SIZE, true);
  const told = v.parse(header, JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length))));
  let at = PREFIX + length;
  const next = (count: number) => {
    at += count;
    return bytes.slice(at - count, at);
  };
  const versions = told.versions.map(({ bytes: count, ...rest }): MaskVersion => ({ ...rest, mask: next(count) }));
  const draft = told.draft && { at: told.draft.at, origin: told.draft.origin, steps: told.draft.steps };
  return { id: told.id, versions, draft: draft && { ...draft, mask: next(told.draft?.bytes ?? 0) } };
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.subarray(SIZE)));
}
