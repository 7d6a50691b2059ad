/** Per-image scores as a CSV file (RFC 4180), for spreadsheets and data frames. */
import { thresholdedJaccard } from '../metrics/confusion.ts';
import type { TestResult } from '../protocol/scores.ts';
import { csvText } from './csv-text.ts';

const header = 'id,threshold,dice,jaccard,thresholded_jaccard,sensitivity,specificity,accuracy';

/**
 * One line per image, in the result's order. Scores are written in full, as JavaScript writes numbers. `all`: where all pairs were scored, a last column
 * says whether the model has seen the image in training: yes, no, or unknown.
 */
export function scoresCsv({ threshold, images, seen }: TestResult, all = false): string {
  const ids = new Set(seen?.ids);
  const seenOf = (id: string) => (seen?.known ? (ids.has(id) ? 'yes' : 'no') : 'unknown');
  const lines = images.map(({ id, dice, jaccard, sensitivity, specificity, accuracy }) =>
    [
      csvText(id),
      threshold,
      dice,
      jaccard,
      thresholdedJaccard(jaccard),
      sensitivity,
      specificity,
      accuracy,
      ...(all ? [seenOf(id)] : []),
    ].join(','),
  );
  return `${[all ? `${header},seen` : header, ...lines].join('\r\n')}\r\n`;
}
