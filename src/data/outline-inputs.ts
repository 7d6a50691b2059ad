/** Images without masks, to be outlined: listed at once, read and decoded one by one. */

import type { OutlineInput, OutlineInputs, SourceFile } from '../protocol/data.ts';
import { AppError } from '../protocol/errors.ts';
import type { Preparation } from '../protocol/preparation.ts';
import { listSources } from './archive.ts';
import type { Decoder } from './decode.ts';
import { readPath } from './naming.ts';
import { FileRejection } from './rejection.ts';
import type { Source } from './source.ts';

export interface FoundInputs extends OutlineInputs {
  /** In the order of names. */
  readonly sources: readonly Source[];
}

/**
 * Masks and texts among the files are passed over. Throws AppError: what listing throws, and `no-pairs` where there is no image at all.
 */
export async function findOutlineInputs(files: readonly SourceFile[]): Promise<FoundInputs> {
  const listing = await listSources(files);
  const rejected = [...listing.rejected];
  const sources: Source[] = [];
  for (const source of listing.sources) {
    const facts = readPath(source.path, source.origin);
    if (facts.kind === 'reject') rejected.push({ file: source.path, reason: facts.reason });
    // `benign_lesion.jpg` may be the image of a lesion: of masks by their names only those are passed over that mean nothing else.
    else if (facts.kind === 'picture' && (facts.role === 'image' || /[_\-. ]lesion\.jpe?g$/i.test(source.path)))
      sources.push(source);
  }
  if (sources.length === 0) {
    const why = rejected
      .slice(0, 3)
      .map(({ file, reason }) => `; ${file} ${reason}`)
      .join('');
    throw new AppError(
      'no-pairs',
      `No image was found in ${listing.title}${why}`,
      'choose JPEG, PNG, WebP, BMP or TIFF images, or a zip or tar of them',
    );
  }
  sources.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { sources, names: sources.map(({ path }) => path), rejected };
}

/** A file that is at fault is answered with its reason, for the others go on. */
export async function readOutlineInput(
  source: Source,
  preparation: Preparation,
  decoder: Decoder,
  signal: AbortSignal,
): Promise<OutlineInput> {
  let bytes: ArrayBuffer;
  try {
    bytes = await source.read(signal);
  } catch (thrown) {
    signal.throwIfAborted();
    return { kind: 'rejected', reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  try {
    const { image, width, height } = await decoder.decode(bytes, null, preparation, signal);
    return { kind: 'image', image, width, height };
  } catch (thrown) {
    if (thrown instanceof FileRejection) return { kind: 'rejected', reason: thrown.reason };
    throw thrown;
  }
}
