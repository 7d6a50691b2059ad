/** What a report is written from. */
import type { Intervals } from '../../metrics/summary.ts';
import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import type { DeviceReport } from '../../protocol/device.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import type { EpochRecord } from '../../protocol/run.ts';
import type { ReportedTest } from '../../protocol/scores.ts';
import type { RunSettings } from '../../protocol/settings.ts';

/** A picture's three parts as `data:` addresses of images. */
export interface ReportPicture {
  readonly id: string;
  readonly image: string;
  readonly truth: string;
  readonly prediction: string;
}

export interface ReportContent {
  readonly appVersion: string;
  /** When the report was made, as a person reads it. */
  readonly made: string;
  readonly device: DeviceReport | null;
  readonly settings: RunSettings;
  readonly dataset: DatasetSummary;
  readonly split: Split;
  readonly epochs: readonly EpochRecord[];
  readonly bestEpoch: number | null;
  /** The origin of the model that the run began with, where it did. */
  readonly startedFrom?: string | undefined;
  readonly model: ModelInfo | null;
  readonly test: ReportedTest | null;
  /** 95 %, [low, high], by the mean's name; null without a test. */
  readonly intervals: Intervals | null;
  readonly pictures: readonly ReportPicture[];
}
