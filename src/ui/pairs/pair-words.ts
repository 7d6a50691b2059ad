/** What is said of pairs, by what is known of them. */
import type { Order, PairFilter, PairRow, ShownKind, ShownPart } from './pair-list.ts';

export const partWords: Record<ShownPart, string> = {
  all: 'All',
  train: 'Train',
  validation: 'Validation',
  test: 'Test',
  'left out': 'Left out',
};

export const kindWords: Record<ShownKind, string> = {
  all: 'all pairs',
  flagged: 'with a notice',
  'empty mask': 'empty masks',
  'full mask': 'full masks',
  'looks inverted': 'masks that look inverted',
  'near-duplicate': 'near-duplicates',
};

export const orderWords: Record<Order, string> = {
  name: 'Name',
  share: 'Lesion share',
  size: 'Size',
  grey: 'Mean grey',
};

/** A condition as its button tells it: 'Share 5 – 95 %', 'Side from 600 px'; empty where both ends are open. */
export function rangeWords(what: string, [least, most]: PairFilter['share'], unit: string): string {
  if (least === null && most === null) return '';
  if (least === null) return `${what} to ${most} ${unit}`;
  return most === null ? `${what} from ${least} ${unit}` : `${what} ${least} – ${most} ${unit}`;
}

/** A word for the corner of a thumbnail; empty where nothing is odd. */
export function flagWord({ notice, alike }: PairRow): string {
  if (notice === 'looks inverted') return 'Inverted?';
  if (notice === 'empty mask') return 'Empty';
  if (notice === 'full mask') return 'Full';
  return alike.length > 0 ? 'Copy?' : '';
}

/** Why a pair is flagged, a sentence each. */
export function flagSentences({ notice, alike }: PairRow): string[] {
  const told: Record<string, string> = {
    'empty mask': 'Its mask is empty: no lesion at all.',
    'full mask': 'Its mask is full: lesion everywhere.',
    'looks inverted': 'Its mask looks inverted: lesion along the border, skin inside.',
  };
  const [first, ...more] = alike;
  return [
    notice === '' ? '' : (told[notice] ?? `${notice}.`),
    first === undefined
      ? ''
      : `Nearly the same image as ${first}${more.length > 0 ? ` and ${more.length} more` : ''}: they stay in one part.`,
  ].filter(Boolean);
}

export function formatShare(share: number | undefined): string {
  return share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** All that a thumbnail shows, for those who hear it. */
export function spokenPair(row: PairRow): string {
  const share = row.share === undefined ? '' : `lesion ${formatShare(row.share)}`;
  return [row.id, share, row.part ?? 'in no part', flagWord(row).replace('?', '')].filter(Boolean).join(', ');
}
