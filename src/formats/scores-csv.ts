/** Per-image scores as a CSV file (RFC 4180), for spreadsheets and data frames. */
import { thresholdedJaccard } from '../metrics/confusion.ts';
import type { TestResult } from '../protocol/scores.ts';
import { csvText } from './csv-text.ts';

const header = 'id,threshold,dice,jaccard,thresholded_jaccard,sensitivity,specificity,accuracy';

/** One line per image, in the result's order. Scores are written in full, as JavaScript writes numbers. */
export function scoresCsv({ threshold, images }: TestResult): string {
  const lines = images.map(({ id, dice, jaccard, sensitivity, specificity, accuracy }) =>
    [csvText(id), threshold, dice, jaccard, thresholdedJaccard(jaccard), sensitivity, specificity, accuracy].join(','),
  );
  return `${[header, ...lines].join('\r\n')}\r\n`;
}
