import type { HandPairing } from '../../protocol/data.ts';
import type {
  DatasetSummary,
  IngestProgress,
  LastData,
  MaskQuestion,
  Split,
  SplitRatios,
} from '../../protocol/dataset.ts';
import type { Progress } from '../../protocol/throttle.ts';

/** The mask that is open in the editor. */
export interface EditedMask {
  /** Of this pair of the data set; or the name of the image … */
  readonly id: string;
  /** … that was outlined, with its place among these. */
  readonly outline?: number | undefined;
}

export interface DataState {
  /** Million pixels that a picture of a data set may have. */
  readonly megapixels: number;
  readonly ingest: IngestProgress | null;
  /** What is trained and tested on. */
  readonly dataset: DatasetSummary | null;
  /** The data set with the pairs that are left out; null where its files are not at hand. */
  readonly datasetAsRead: DatasetSummary | null;
  /** Kept from an earlier visit, to go on with; null where there is none. */
  readonly lastData: LastData | null;
  /** Which of two colours is the lesion: asked by the last reading. */
  readonly maskQuestion: MaskQuestion | null;
  /** What the person said of folders that no rule pairs; kept as long as the page is open. */
  readonly handPairing: HandPairing | null;
  /** The last files had too few pairs: the person may say which belong together. */
  readonly asksPairing: boolean;
  /** As it is set; `currentSplit` is what it made of the data set. */
  readonly split: { readonly seed: number; readonly ratios: SplitRatios };
  readonly currentSplit: Split | null;
  readonly editing: EditedMask | null;
  /** Of the data set being exported. */
  readonly exporting: Progress | null;
}
