/**
 * Of several files for one id the first that can be read. Each file that cannot, and each that is not needed, is told once.
 * Must not know how a file is read.
 */
import type { RejectedFile } from '../protocol/dataset.ts';
import type { Source } from './archive.ts';
import { type Candidates, nameOf, type Pair } from './pairing.ts';
import { FileRejection } from './rejection.ts';

/** Bytes of the largest file of one role. */
export function largest(candidates: readonly Candidates<Source>[], role: keyof Candidates<Source>): number {
  return candidates.flatMap(each => each[role]).reduce((most, { size }) => Math.max(most, size), 0);
}

/**
 * What `read` gives for the first image and mask that it does not refuse; null where it refuses all. An image is tried with masks of its
 * own place and archive only. Errors other than FileRejection pass through.
 */
export async function firstReadable<R>(
  pair: Pair<Source>,
  problems: RejectedFile[],
  signal: AbortSignal,
  read: (image: Source, mask: Source) => Promise<R>,
): Promise<R | null> {
  const refused: { readonly file: Source; readonly reason: string; readonly other: Source }[] = [];
  let used: { readonly image: Source; readonly mask: Source; readonly result: R } | null = null;
  for (const { images, masks } of pair.candidates) {
    let i = 0;
    let m = 0;
    while (used === null) {
      const image = images[i];
      const mask = masks[m];
      if (!image || !mask) break;
      try {
        used = { image, mask, result: await read(image, mask) };
      } catch (thrown) {
        signal.throwIfAborted();
        if (!(thrown instanceof FileRejection)) throw thrown;
        const [file, other] = thrown.part === 'image' ? [image, mask] : [mask, image];
        refused.push({ file, reason: thrown.reason, other });
        if (thrown.part === 'image') i++;
        else m++;
      }
    }
  }
  for (const { file, reason, other } of refused) {
    const instead = used && insteadOf(pair, file, used);
    problems.push({
      file: nameOf(file),
      reason: instead
        ? `${reason} (${nameOf(instead)} is used)`
        : `${reason} (left out together with ${baseName(other.path)})`,
    });
  }
  if (used === null) {
    // The partner is named in the reason; what else there was is told too.
    const named = new Set(refused.flatMap(({ file, other }) => [file, other]));
    for (const { images, masks } of pair.candidates)
      for (const file of [...images, ...masks])
        if (!named.has(file))
          problems.push({ file: nameOf(file), reason: 'is left out, for what belongs to it cannot be read' });
    return null;
  }
  const told = new Set<Source>([used.image, used.mask, ...refused.map(({ file }) => file)]);
  for (const { images, masks } of pair.candidates) {
    for (const file of images)
      if (!told.has(file))
        problems.push({ file: nameOf(file), reason: `another image has the same id; ${nameOf(used.image)} is used` });
    for (const file of masks)
      if (!told.has(file))
        problems.push({ file: nameOf(file), reason: `another mask has the same id; ${nameOf(used.mask)} is used` });
  }
  return used.result;
}

function insteadOf(
  pair: Pair<Source>,
  file: Source,
  { image, mask }: { readonly image: Source; readonly mask: Source },
): Source {
  return pair.candidates.some(({ images }) => images.includes(file)) ? image : mask;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
