/**
 * A data set as one zip that this page and other tools read: images as their files are, present masks as 8-bit grey PNGs in ISIC's names, and
 * tables of what was changed and of which images belong together. One file after the other, so that the heap holds a pair and not the set.
 */
import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { csvText } from '../formats/csv-text.ts';
import { maskFileName, safeStem, uniqueNames } from '../formats/file-names.ts';
import type { MaskOrigin } from '../protocol/corrections.ts';
import { AppError } from '../protocol/errors.ts';
import type { KeptMasks } from '../store/mask-history.ts';
import { pngOfMask } from './mask-png.ts';
import type { KeptPair, ReadPairs } from './summarise.ts';

export interface ExportParts {
  /** The present mask of the pair at that place, coded; null where an older version of the page made the cache. */
  ownMask(place: number): Promise<Uint8Array | null>;
  /** Its versions; undefined where it has none. */
  versions(pair: KeptPair): Promise<KeptMasks | undefined>;
  onProgress(done: number, total: number): void;
}

/** Throws AppError `unreadable-file` where an image's file can no longer be read, `dataset-missing`. */
export async function exportDataSet({ kept, summary }: ReadPairs, parts: ExportParts): Promise<Blob> {
  const zip = new ZipWriter(new BlobWriter('application/zip'), { level: 0, useWebWorkers: false });
  const stems = uniqueNames(kept.map(({ id }) => safeStem(id)));
  const changes: string[] = [];
  for (const [place, pair] of kept.entries()) {
    const stem = stems[place] ?? '';
    // Folders that say the parts are read as the division that they were.
    const part = summary.givenParts?.[place];
    const folder = part ? `${part}/` : '';
    await zip.add(`${folder}images/${stem}${endingOf(pair)}`, new BlobReader(await imageOf(pair)));
    const coded = await parts.ownMask(place);
    if (!coded)
      throw new AppError('dataset-missing', `The mask of ${pair.id} is not at hand`, 'drop the data set again');
    await zip.add(`${folder}masks/${maskFileName(stem)}`, new BlobReader(new Blob([pngOfMask(coded, pair)])));
    const history = await parts.versions(pair);
    for (const version of history?.versions ?? [])
      changes.push([csvText(stem), new Date(version.at).toISOString(), ...originColumns(version.origin)].join(','));
    parts.onProgress(place + 1, kept.length);
  }
  await zip.add(
    'corrections.csv',
    new TextReader(table('pair,saved_at,made_from,model,threshold,edited_by_hand', changes)),
  );
  const { groupNames, metadata = {} } = summary;
  if (groupNames) {
    const columns = Object.keys(metadata);
    const lines = kept.map((_, place) =>
      [stems[place], groupNames[place], ...columns.map(name => metadata[name]?.[place])]
        .map(text => csvText(text ?? ''))
        .join(','),
    );
    // Whatever joined them, a patient or a lesion: a lesion is the narrower claim.
    await zip.add(
      'metadata.csv',
      new TextReader(table(['image_id', 'lesion_id', ...columns].map(csvText).join(','), lines)),
    );
  }
  return zip.close();
}

function table(header: string, lines: readonly string[]): string {
  return `${[header, ...lines].join('\r\n')}\r\n`;
}

function originColumns(origin: MaskOrigin): string[] {
  switch (origin.kind) {
    case 'hand':
      return ['hand', '', '', 'yes'];
    case 'prediction':
      return ['prediction', csvText(origin.model), String(origin.threshold), origin.edited ? 'yes' : 'no'];
    case 'earlier':
      return [origin.of === null ? 'as it came' : `version of ${new Date(origin.of).toISOString()}`, '', '', 'no'];
    default:
      throw origin satisfies never;
  }
}

function endingOf({ files: [image] }: KeptPair): string {
  return /\.[a-z0-9]+$/i.exec(image.path)?.[0] ?? '';
}

async function imageOf({ id, files: [image] }: KeptPair): Promise<Blob> {
  try {
    return new Blob([await image.read()]);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new AppError('unreadable-file', `${id} ${reason}`, 'drop the files again', { cause: thrown });
  }
}
