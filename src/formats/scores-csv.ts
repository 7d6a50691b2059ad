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
  ['surface_dice_mm', image => image.surfaceDiceMm],
  ['hausdorff95_mm', image => image.hausdorff95Mm],
  ['average_surface_distance_mm', image => image.averageSurfaceDistanceMm],
  ['boundary_iou', image => image.boundaryIoU],
  ['confidence', image => image.confidence],
  ['predicted_dice', image => image.predictedDice],
  ['pieces', image => image.pieces],
  ['distance', image => image.distance],
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
  const seenOf = ({ id }: ImageScore) => (seen?.known ? (ids.has(id) ? 'yes' : 'no') : 'unknown');
  const last = all ? ([['seen', seenOf]] as const) : [];
  return table(images, [['threshold', () => threshold], ...columns, ...last], style);
}

/** The same of images that were held out by the folds of a cross-validation, with the `fold` (from 1) after the id. */
export function heldOutCsv(
  images: readonly (ImageScore & { readonly fold: number })[],
  threshold: number,
  style: CsvStyle = forPrograms,
): string {
  return table(images, [['fold', ({ fold }) => fold + 1], ['threshold', () => threshold], ...columns], style);
}

function table<Image extends ImageScore>(
  images: readonly Image[],
  values: readonly (readonly [name: string, value: (image: Image) => number | string | undefined])[],
  style: CsvStyle,
): string {
  const header = ['id', ...values.map(([name]) => name)];
  const lines = images.map(image => [csvText(image.id), ...values.map(([, value]) => value(image) ?? '')]);
  return csvFile([header, ...lines], style);
}
