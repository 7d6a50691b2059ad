/** The pairs of a data set as a CSV file (RFC 4180), to be looked through in a spreadsheet before training. */
import { type DatasetSummary, partsById, type Split } from '../protocol/dataset.ts';
import { type CsvStyle, csvFigure, csvFile, csvText, forPrograms } from './csv-text.ts';

const header = [
  ...['id', 'image_path', 'mask_path', 'width', 'height'],
  ...['lesion_share', 'mean_grey', 'part', 'notice'],
];

/**
 * One line per pair of `read`, in the order of ids. Shares and greys are at the files' own sizes, with 4 decimals. A pair is in a part of the split of
 * `used`, is left out, or has an empty part. null for a data set that an older version of the page read, which says nothing of its files.
 */
export function pairsCsv(
  read: DatasetSummary,
  used: DatasetSummary,
  split: Split | null,
  style: CsvStyle = forPrograms,
): string | null {
  const { ids, imagePaths, maskPaths, sides, lesionShares, meanGreys, notices } = read;
  if (!imagePaths || !maskPaths || !sides || !lesionShares || !meanGreys) return null;
  const partOf = partsById(used, split);
  const lines = ids.map((id, place) => {
    const [width = 0, height = 0] = sides[place] ?? [];
    const figures = [lesionShares[place] ?? 0, meanGreys[place] ?? 0].map(value => csvFigure(value, 4, style));
    const texts = [id, imagePaths[place] ?? '', maskPaths[place] ?? ''].map(csvText);
    return [...texts, width, height, ...figures, partOf.get(id) ?? '', csvText(notices?.[place] ?? '')];
  });
  return csvFile([header, ...lines], style);
}
