/** What a data set is said to be, from its pairs as they were read. */
import { sha256 } from '../formats/sha256.ts';
import type { DatasetSummary, MaskChoice, RejectedFile } from '../protocol/dataset.ts';
import { findAlike, packLooks } from '../protocol/looks.ts';
import { type Preparation, preparationOf } from '../protocol/preparation.ts';
import { givenParts } from './given-parts.ts';
import { type ImageTable, joinNamed, tableFacts } from './metadata-csv.ts';
import { joinAlike } from './near-duplicates.ts';
import { byCodeUnits, nameOf } from './pairs.ts';
import type { Source } from './source.ts';

export interface KeptPair {
  readonly id: string;
  /** The image's. */
  readonly imageHash: string;
  /** Of the mask's file, or of the coded mask that took its place. */
  readonly maskHash: string;
  /** Of the mask's file, where another mask has taken its place. */
  readonly maskFileHash?: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly look?: Uint8Array | undefined;
  readonly ownMaskBytes: number;
  readonly notice?: string | undefined;
  readonly noisy?: boolean | undefined;
  readonly lesionShare?: number | undefined;
  readonly meanGrey?: number | undefined;
  readonly files: readonly [image: Source, mask: Source];
}

/** A data set as it was read: enough to say what it would be without some of its pairs. */
export interface ReadPairs {
  readonly kept: readonly KeptPair[];
  readonly preparation: Preparation;
  readonly facts: ReadFacts;
  readonly summary: DatasetSummary;
}

export interface ReadFacts {
  readonly problems: readonly RejectedFile[];
  /** Files passed over. */
  readonly skipped: number;
  readonly source: string;
  readonly maskReading: MaskChoice | undefined;
  readonly tables: readonly ImageTable[];
  /** Ids of pairs that the person left out, which `kept` has no more. */
  readonly leftOut?: readonly string[];
}

/** `kept` in the order of ids. */
export async function summarise(
  kept: readonly KeptPair[],
  preparation: Preparation,
  { problems, skipped, source, maskReading, tables, leftOut = [] }: ReadFacts,
): Promise<DatasetSummary> {
  const inverted = maskReading?.invert ?? false;
  const lesion = maskReading?.lesion;
  const choices = `${inverted ? 'inverted masks\n' : ''}${lesion ? `lesion ${lesion.join('/')}\n` : ''}`;
  const hashWith = (maskOf: (pair: KeptPair) => string) => {
    const text = kept.map(pair => `${pair.id}\0${pair.imageHash}\0${maskOf(pair)}\n`).join('');
    return sha256(text + choices);
  };
  const hash = await hashWith(({ maskHash }) => maskHash);
  const corrected = kept
    .filter(({ maskFileHash }) => maskFileHash !== undefined)
    .map(({ id, maskHash }) => ({ id, mask: maskHash.slice(0, 16) }));
  const original = await hashWith(({ maskHash, maskFileHash }) => maskFileHash ?? maskHash);
  const groupOf = new Map<string, number>();
  const equal = kept.map(({ imageHash }) => {
    const group = groupOf.get(imageHash) ?? groupOf.size;
    groupOf.set(imageHash, group);
    return group;
  });
  // Equal ones are no news.
  const alike = findAlike(kept.map(({ look }) => look)).filter(([a, b]) => equal[a] !== equal[b]);
  const { groups: sameLooks, joined } = joinAlike(equal, alike);
  const table =
    tables.length > 0
      ? tableFacts(
          tables,
          kept.map(({ id }) => id.slice(id.lastIndexOf('/') + 1)),
        )
      : null;
  const groups = table ? joinNamed(sameLooks, table.groupNames) : sameLooks;
  const looks = packLooks(kept.map(({ look }) => look));
  const parts = givenParts(kept.map(({ files }) => files[0]));
  const { size, framing, constancy } = preparation;
  const several = new Set(kept.flatMap(({ files }) => files.map(({ origin }) => origin))).size > 1;
  const pathOf = (file: Source) => (several ? nameOf(file) : file.path);
  // Named as before these choices were there, so that what was read then is found.
  const made = [framing === 'squeeze' ? [] : [framing], constancy ? ['grey'] : []].flat();
  return {
    cacheId: [hash.slice(0, 32), size, ...made].join('-'),
    hash,
    ...preparationOf(preparation),
    ids: kept.map(({ id }) => id),
    groups,
    alike: joined.map(([a, b]) => [a, b]),
    sides: kept.map(({ width, height }) => [width, height]),
    notices: kept.map(({ notice }) => notice ?? ''),
    imagePaths: kept.map(({ files }) => pathOf(files[0])),
    maskPaths: kept.map(({ files }) => pathOf(files[1])),
    imageHashes: kept.map(({ imageHash }) => imageHash.slice(0, 16)),
    ...(looks !== null && { looks }),
    ...(kept.every(({ lesionShare, meanGrey }) => lesionShare !== undefined && meanGrey !== undefined)
      ? {
          lesionShares: kept.map(({ lesionShare = 0 }) => lesionShare),
          meanGreys: kept.map(({ meanGrey = 0 }) => rounded(meanGrey, 4)),
        }
      : {}),
    ...(inverted || lesion ? { maskReading: { invert: inverted, ...(lesion && { lesion }) } } : {}),
    ...(kept.some(({ noisy }) => noisy) ? { noisy: true } : {}),
    ...(parts && { givenParts: parts }),
    ...(table && { groupNames: table.groupNames, metadata: table.metadata }),
    ...(leftOut.length > 0 && { leftOut: [...leftOut] }),
    ...(corrected.length > 0 && { corrected, original }),
    rejected: [...problems].sort((a, b) => byCodeUnits(a.file, b.file)),
    skipped,
    bytes: kept.reduce((sum, { ownMaskBytes }) => sum + ownMaskBytes, kept.length * size * size * 4),
    source,
  };
}

/** To so many decimals: as much as is shown, and half the bytes of the summary. */
function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
