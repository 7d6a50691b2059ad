/**
 * The report that `Export report` downloads. Its keys are fixed: others read it (the `version` counts changes of meaning).
 */
import { type DatasetSummary, originalHash, type Split } from '../protocol/dataset.ts';
import type { DeviceReport } from '../protocol/device.ts';
import type { ModelInfo } from '../protocol/model.ts';
import type { EpochRecord } from '../protocol/run.ts';
import type { ReportedTest } from '../protocol/scores.ts';
import type { RunSettings } from '../protocol/settings.ts';

export interface ReportSource {
  readonly appVersion: string;
  readonly device: DeviceReport | null;
  readonly settings: RunSettings;
  readonly dataset: DatasetSummary;
  readonly split: Split;
  readonly epochs: readonly EpochRecord[];
  readonly startedFrom?: string | undefined;
  readonly model: ModelInfo | null;
  readonly test: ReportedTest | null;
}

/** Plain data for JSON.stringify. `test` is left out where nothing was tested. */
export function buildReport(source: ReportSource) {
  const { device, settings, dataset, split, epochs, model, test } = source;
  const ids = (places: readonly number[]) => places.map(place => dataset.ids[place] ?? `#${place}`);
  return {
    format: 'lesion-studio-report',
    version: 1,
    app: { version: source.appVersion },
    device: device && {
      engine: device.engine,
      vendor: device.vendor,
      architecture: device.architecture,
      description: device.description,
      features: device.features,
    },
    config: settings,
    dataset: {
      ...{ pairs: dataset.ids.length, rejected: dataset.rejected, hash: dataset.hash, size: dataset.size },
      ...(dataset.leftOut && { leftOut: dataset.leftOut }),
      ...(dataset.corrected && { corrected: dataset.corrected.map(({ id }) => id), original: originalHash(dataset) }),
    },
    split: {
      seed: split.seed,
      ...(split.file === undefined ? {} : { file: split.file }),
      ...(split.fold && { fold: split.fold }),
      ...(split.subset && { subset: split.subset }),
      ratios: split.ratios,
      train: ids(split.train),
      validation: ids(split.validation),
      test: ids(split.test),
    },
    ...(source.startedFrom === undefined ? {} : { startedFrom: source.startedFrom }),
    epochs,
    model: model && described(model),
    ...(test ? { test } : {}),
  };
}

/** Without its name in this page, which means nothing elsewhere. */
function described({ id: _, ...model }: ModelInfo): Omit<ModelInfo, 'id'> {
  return model;
}
