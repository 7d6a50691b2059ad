/**
 * Several files for one id: the next image or mask is taken where the one before cannot be read. What was not used is told with the reason.
 */
import type { RejectedFile } from '../protocol/dataset.ts';
import { type Candidates, type NamedFile, nameOf, type Pair } from './pairs.ts';
import { FileRejection } from './rejection.ts';
import type { Source } from './source.ts';

/** Bytes of the largest file of one role. */
export function largest(candidates: readonly Candidates<Source>[], role: keyof Candidates<Source>): number {
  return candidates.flatMap(each => each[role]).reduce((most, { size }) => Math.max(most, size), 0);
}

export interface FirstReadable<F, D> {
  /** null where no image and mask of the id could be read together. */
  readonly decoded: D | null;
  readonly files: readonly [image: F, mask: F];
  readonly told: readonly RejectedFile[];
}

interface Fault<F> {
  readonly kind: 'image' | 'mask';
  readonly file: F;
  /** The file that it was read together with. */
  readonly other: F;
  readonly reason: string;
}

/** `decode` throws FileRejection where a file is at fault; what else it throws is thrown on. */
export async function firstReadable<F extends NamedFile, D>(
  pair: Pair<F>,
  decode: (image: F, mask: F) => Promise<D>,
): Promise<FirstReadable<F, D>> {
  const faults: Fault<F>[] = [];
  for (const { images, masks } of pair.candidates) {
    let [i, m] = [0, 0];
    for (let image = images[i], mask = masks[m]; image && mask; image = images[i], mask = masks[m]) {
      try {
        const decoded = await decode(image, mask);
        return { decoded, files: [image, mask], told: instead(pair, faults, { image, mask }) };
      } catch (thrown) {
        if (!(thrown instanceof FileRejection)) throw thrown;
        const { part: kind, reason } = thrown;
        const [file, other] = kind === 'image' ? [image, mask] : [mask, image];
        faults.push({ kind, file, other, reason });
        if (kind === 'image') i++;
        else m++;
      }
    }
  }
  const told = faults.map(({ file, other, reason }) => ({
    file: nameOf(file),
    reason: `${reason} (left out together with ${baseName(other.path)})`,
  }));
  return { decoded: null, files: [pair.image, pair.mask], told };
}

/** Why each of the id's other files was not used. */
function instead<F extends NamedFile>(
  { candidates }: Pair<F>,
  faults: readonly Fault<F>[],
  used: { readonly image: F; readonly mask: F },
): RejectedFile[] {
  const faultOf = new Map(faults.map(({ file, reason }) => [file, reason]));
  return candidates.flatMap(({ images, masks }) =>
    (['image', 'mask'] as const).flatMap(kind =>
      (kind === 'image' ? images : masks)
        .filter(file => file !== used[kind])
        .map(file => {
          const fault = faultOf.get(file);
          const name = nameOf(used[kind]);
          const reason =
            fault === undefined ? `another ${kind} has the same id; ${name} is used` : `${fault} (${name} is used)`;
          return { file: nameOf(file), reason };
        }),
    ),
  );
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
