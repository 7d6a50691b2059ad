/** Per-image scores as a CSV file (RFC 4180), for spreadsheets and data frames. */
import { thresholdedJaccard } from '../metrics/confusion.ts';
import type { ImageScore, TestResult } from '../protocol/scores.ts';
import { type CsvStyle, csvFile, csvText, forPrograms } from './csv-text.ts';

/** Columns after the id and the threshold. What an image has no value of is an empty field. */
const columns: readonly (readonly [string, (image: ImageScore) => number | undefined])[] = [
  ['dice', image => image.dice],
  ['jaccard', image => image.jaccard],
  ['thresholded_jaccard', image => thresholdedJaccard(image.jaccard)],
  ['sensitivity', image => image.sensitivity],
  ['specificity', image => image.specificity],
  ['accuracy', image => image.accuracy],
  ['precision', image => image.precision],
  ['area_error', image => image.areaError],
  ['surface_dice', image => image.surfaceDice],
  ['hausdorff95', image => image.hausdorff95],
  ['average_surface_distance', image => image.averageSurfaceDistance],
  ['boundary_iou', image => image.boundaryIoU],
  ['confidence', image => image.confidence],
  ['predicted_dice', image => image.predictedDice],
  ['lesion_share', image => image.lesionShare],
  ['contrast', image => image.contrast],
  ['touches_border', image => (image.touchesBorder === undefined ? undefined : Number(image.touchesBorder))],
];

/**
 * One line per image, in the result's order. Scores are written in full. `all`: where all pairs were scored, a last column
 * says whether the model has seen the image in training: yes, no, or unknown.
 */
export function scoresCsv({ threshold, images, seen }: TestResult, all = false, style: CsvStyle = forPrograms): string {
  const ids = new Set(seen?.ids);
  const seenOf = (id: string) => (seen?.known ? (ids.has(id) ? 'yes' : 'no') : 'unknown');
  const header = ['id', 'threshold', ...columns.map(([name]) => name), ...(all ? ['seen'] : [])];
  const lines = images.map(image => [
    csvText(image.id),
    threshold,
    ...columns.map(([, value]) => value(image) ?? ''),
    ...(all ? [seenOf(image.id)] : []),
  ]);
  return csvFile([header, ...lines], style);
}
