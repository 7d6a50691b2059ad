/** The pairs of a data set as rows to look through: what is known of each, which are wanted and in which order. Pure. */
import { type DatasetSummary, type PairPart, partNames, partsById, type Split } from '../../protocol/dataset.ts';

export interface PairRow {
  /** In the data set as it was read. */
  readonly place: number;
  readonly id: string;
  /** undefined where the split does not name it. */
  readonly part: PairPart | undefined;
  /** Of the image before it was shrunk; 0 where it is not known. */
  readonly width: number;
  readonly height: number;
  /** Lesion's share of the mask, 0 to 1, and the mean of R, G and B, 0 to 255. */
  readonly share: number | undefined;
  readonly grey: number | undefined;
  /** What is odd about the mask, empty where nothing is. */
  readonly notice: string;
  /** Ids of its near-duplicates. */
  readonly alike: readonly string[];
}

export function pairRows(read: DatasetSummary, used: DatasetSummary, split: Split | null): PairRow[] {
  const parts = partsById(used, split);
  const alike = new Map<number, string[]>();
  const note = (place: number, other: number) => {
    const known = alike.get(place);
    const id = read.ids[other] ?? '';
    if (known) known.push(id);
    else alike.set(place, [id]);
  };
  for (const [a, b] of read.alike ?? []) {
    note(a, b);
    note(b, a);
  }
  return read.ids.map((id, place) => {
    const [width = 0, height = 0] = read.sides?.[place] ?? [];
    return {
      ...{ place, id, part: parts.get(id), width, height },
      ...{ share: read.lesionShares?.[place], grey: read.meanGreys?.[place] },
      ...{ notice: read.notices?.[place] ?? '', alike: alike.get(place) ?? [] },
    };
  });
}

export function isFlagged({ notice, alike }: PairRow): boolean {
  return notice !== '' || alike.length > 0;
}

/** What can be shown alone, beside the parts. */
export const shownKinds = ['all', 'flagged', 'empty mask', 'full mask', 'looks inverted', 'near-duplicate'] as const;
export type ShownKind = (typeof shownKinds)[number];

const isOfKind: Record<ShownKind, (row: PairRow) => boolean> = {
  all: () => true,
  flagged: isFlagged,
  'empty mask': ({ notice }) => notice === 'empty mask',
  'full mask': ({ notice }) => notice === 'full mask',
  'looks inverted': ({ notice }) => notice === 'looks inverted',
  'near-duplicate': ({ alike }) => alike.length > 0,
};

export const shownParts = ['all', ...partNames, 'left out'] as const;
export type ShownPart = (typeof shownParts)[number];

export const orders = ['name', 'share', 'size', 'grey'] as const;
export type Order = (typeof orders)[number];

export interface PairFilter {
  readonly text: string;
  readonly part: ShownPart;
  readonly kind: ShownKind;
  /** Lesion's share in per cent, both ends included; null where it is open. */
  readonly share: readonly [least: number | null, most: number | null];
  /** The shorter side in pixels. */
  readonly side: readonly [least: number | null, most: number | null];
  readonly order: Order;
  readonly falling: boolean;
}

export const everyPair: PairFilter = {
  ...{ text: '', part: 'all', kind: 'all', share: [null, null], side: [null, null], order: 'name', falling: false },
};

const figureOf: Record<Exclude<Order, 'name'>, (row: PairRow) => number> = {
  share: ({ share = -1 }) => share,
  size: ({ width, height }) => width * height,
  grey: ({ grey = -1 }) => grey,
};

/** Rows that pass every condition, in the wanted order; equal ones by name. */
export function chosenPairs(rows: readonly PairRow[], filter: PairFilter): PairRow[] {
  const text = filter.text.toLowerCase();
  const chosen = rows.filter(
    row =>
      row.id.toLowerCase().includes(text) &&
      (filter.part === 'all' || row.part === filter.part) &&
      isOfKind[filter.kind](row) &&
      // Shown in tenths of a per cent: what reads as the bound is within it.
      isWithin(row.share === undefined ? undefined : Math.round(row.share * 1000) / 10, filter.share) &&
      isWithin(Math.min(row.width, row.height), filter.side),
  );
  // Rows come in the order of their names.
  if (filter.order !== 'name') {
    const value = figureOf[filter.order];
    chosen.sort((a, b) => (filter.falling ? value(b) - value(a) : value(a) - value(b)) || a.place - b.place);
  } else if (filter.falling) chosen.reverse();
  return chosen;
}

/** Both ends count; nothing that is not known lies between two ends. */
export function isWithin(value: number | undefined, [least, most]: PairFilter['share']): boolean {
  if (least === null && most === null) return true;
  return value !== undefined && (least === null || value >= least) && (most === null || value <= most);
}

/** How many pairs have a lesion share in each twentieth; of 100 % in the last one. */
export function shareBins(rows: readonly PairRow[]): number[] {
  const bins = new Array<number>(20).fill(0);
  for (const { share } of rows)
    if (share !== undefined) {
      const bin = Math.min(19, Math.floor(share * 20));
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
  return bins;
}

export function isIn(row: PairRow, part: ShownPart): boolean {
  return part === 'all' || row.part === part;
}

export function isShown(row: PairRow, kind: ShownKind): boolean {
  return isOfKind[kind](row);
}
