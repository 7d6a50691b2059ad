import type { Trust } from '../../metrics/confidence.ts';
import type { MaskVersion } from '../../protocol/corrections.ts';
import type { RejectedFile, Split } from '../../protocol/dataset.ts';
import type { Review, ReviewOutcome } from '../../protocol/review.ts';
import type { RefinementGains, Refinements, TestOutcome } from '../../protocol/scores.ts';
import type { Progress } from '../../protocol/throttle.ts';
import type { Triptych } from '../../protocol/triptych.ts';

/** What a result is of: the model's id, and the hash of the data set that its images are from: with its masks as they came for a test, as they are for the others. */
export interface ResultKey {
  readonly model: string;
  readonly dataset: string;
}

export interface ModelTest {
  readonly of: ResultKey;
  readonly outcome: TestOutcome;
  /** The split whose test part was scored. */
  readonly split: Split;
}

export interface OutlinedImage {
  /** Its index among the images that were chosen. */
  readonly place: number;
  readonly name: string;
  /** In pixels, as the PNG's. */
  readonly width: number;
  readonly height: number;
  /** Share of the area that is lesion, 0 to 1. */
  readonly share: number;
  readonly png: Uint8Array<ArrayBuffer>;
  /** Soft Dice Confidence; the other two where the model carries what its validation images told. */
  readonly confidence: number;
  /** Of the eight views; missing where one was predicted. */
  readonly disagreement?: number | undefined;
  readonly predictedDice?: number | undefined;
  readonly trust?: Trust | undefined;
  /** From the training images, and whether that is further than such images are; missing where the model does not tell. */
  readonly distance?: number | undefined;
  readonly unlike?: boolean | undefined;
  /** Where a person changed the outline; then `png` and `share` are of the last version. */
  readonly corrected?: CorrectedOutline | undefined;
}

export interface CorrectedOutline {
  /** As the model made it: coded (masks/coded.ts), and as a PNG. */
  readonly original: Uint8Array<ArrayBuffer>;
  readonly outline: Uint8Array<ArrayBuffer>;
  /** Oldest first. */
  readonly versions: readonly MaskVersion[];
  /** The last one, 0/1 [size,size] in the model's framing. */
  readonly square: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

export interface Outlines {
  readonly of: Pick<ResultKey, 'model'>;
  /** Counts up: the same images outlined again are another result. */
  readonly made: number;
  readonly threshold: number;
  readonly refinements: Refinements;
  readonly images: readonly OutlinedImage[];
  readonly rejected: readonly RejectedFile[];
  /** While they are looked through, in an order of the person's choice: their places, and what came of each by its place. */
  readonly review?: {
    readonly queue: readonly number[];
    readonly outcomes: Readonly<Record<number, ReviewOutcome>>;
  };
}

export interface OutlinePicture {
  readonly size: number;
  /** RGB [S,S,3]. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** 0/1 [S,S]. */
  readonly mask: Uint8Array<ArrayBuffer>;
  /** [S,S], 0 to 255 for 0 to 1. */
  readonly probability: Uint8Array<ArrayBuffer>;
}

export interface ModelPictures {
  readonly of: ResultKey;
  readonly triptychs: readonly Triptych[];
}

export interface ModelGains {
  readonly of: ResultKey;
  /** Places of the validation images. */
  readonly validation: readonly number[];
  readonly gains: RefinementGains;
}

/** The newest of each kind, of whichever model; results.ts reads those of the current model. */
export interface Results {
  readonly test: ModelTest | null;
  readonly outlines: Outlines | null;
  /** What a loaded model makes of the first validation images. */
  readonly pictures: ModelPictures | null;
  readonly gains: ModelGains | null;
}

/** Scores of images with masks, or outlines of images without. */
export type ResultsView = 'test' | 'analysis' | 'outlines';

export interface InferenceState {
  /** What tests and outlines do beyond one pass of the network. */
  readonly refinements: Refinements;
  /** Whether masks are cut at the model's threshold of validation instead of a chosen one. */
  readonly byValidation: boolean;
  /** Where masks are cut otherwise, times LEVELS: chosen for this model, by its id. Another model's are cut at one half. */
  readonly chosenLevel: { readonly model: string; readonly level: number } | null;
  readonly testing: Progress | null;
  readonly outlining: Progress | null;
  /** Which of the two the page shows; what was asked for last. */
  readonly resultsView: ResultsView;
  readonly results: Results;
  /** Pairs of the data set that are being looked through. */
  readonly review: Review | null;
}
