import type { DatasetSummary, IngestProgress, MaskQuestion, Split, SplitRatios } from '../../protocol/dataset.ts';

export interface DataState {
  /** Million pixels that a picture of a data set may have. */
  readonly megapixels: number;
  readonly ingest: IngestProgress | null;
  /** What is trained and tested on. */
  readonly dataset: DatasetSummary | null;
  /** The data set with the pairs that are left out; null where its files are not at hand. */
  readonly datasetAsRead: DatasetSummary | null;
  /** Which of two colours is the lesion: asked by the last reading. */
  readonly maskQuestion: MaskQuestion | null;
  /** As it is set; `currentSplit` is what it made of the data set. */
  readonly split: { readonly seed: number; readonly ratios: SplitRatios };
  readonly currentSplit: Split | null;
}
