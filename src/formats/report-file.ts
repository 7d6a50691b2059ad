/** A report that this page, or `npm run train` elsewhere, wrote: read back as what a list of runs knows of a run. Text in. */
import * as v from 'valibot';
import { fold, splitRatios, subset } from '../protocol/dataset.ts';
import { deviceReport } from '../protocol/device.ts';
import { AppError } from '../protocol/errors.ts';
import { type KeptRun, RUN_RECORD_VERSION } from '../protocol/kept-runs.ts';
import { epochRecord } from '../protocol/run.ts';
import { whole } from '../protocol/schemas.ts';
import { testResult } from '../protocol/scores.ts';
import { seenImages } from '../protocol/seen-images.ts';
import { defaultSettings, runSettings } from '../protocol/settings.ts';
import { parseJson } from './parse-json.ts';

const ids = v.array(v.string());
const reportFile = v.object({
  format: v.literal('lesion-studio-report'),
  version: v.literal(1),
  // Settings that the report does not know were not there when it was made: their defaults change nothing.
  config: v.pipe(
    v.record(v.string(), v.unknown()),
    v.transform(given => ({ ...defaultSettings, ...given })),
    runSettings,
  ),
  device: v.nullish(
    v.object({
      ...deviceReport.entries,
      ...{ fallback: v.optional(v.boolean(), false), maxBufferBytes: v.optional(v.number(), 0) },
    }),
  ),
  dataset: v.object({
    ...{ pairs: whole, hash: v.string(), size: v.optional(whole) },
    ...{ original: v.optional(v.string()), corrected: v.optional(ids) },
  }),
  split: v.object({
    ...{ seed: whole, ratios: v.optional(splitRatios), file: v.optional(v.string()), fold: v.optional(fold) },
    ...{ subset: v.optional(subset) },
    ...{ train: ids, validation: ids, test: ids },
  }),
  startedFrom: v.optional(v.string()),
  epochs: v.pipe(v.array(v.unknown()), v.transform(withNumbers), v.array(epochRecord)),
  model: v.nullish(
    v.object({ bestEpoch: v.optional(whole), valDice: v.optional(v.number()), seen: v.optional(seenImages) }),
  ),
  test: v.optional(v.pipe(v.unknown(), v.transform(withoutNulls), testResult)),
});

/** What a report says of a run; what only a list of runs knows is left out. */
export type ReportedRun = Omit<KeptRun, 'id' | 'name' | 'note' | 'startedAt' | 'savedAt' | 'bytes'>;

/** Throws AppError 'bad-report' where it is none, or holds no run. */
export function readReport(text: string, file: string): ReportedRun {
  const parsed = v.safeParse(reportFile, parseJson(text));
  if (!parsed.success) {
    const given = parseJson(text);
    const is = typeof given === 'object' && given !== null && 'format' in given;
    if (!is || given.format !== 'lesion-studio-report')
      throw bad(`${file} is no report of this page`, 'choose a report.json that Export report or npm run train wrote');
    const place = parsed.issues[0] && v.getDotPath(parsed.issues[0]);
    throw bad(
      `${file} is a report, but ${place ?? 'a part of it'} cannot be read`,
      'export it again with this version of the page',
    );
  }
  const { config, device, dataset, split, startedFrom, epochs, model, test } = parsed.output;
  if (epochs.length === 0)
    throw bad(`${file} tells of no epoch: nothing was trained`, 'choose the report of a training');
  return {
    version: RUN_RECORD_VERSION,
    state: 'finished',
    settings: config,
    dataset: {
      ...{ hash: dataset.hash, source: file, pairs: dataset.pairs, size: dataset.size ?? config.size },
      ...(dataset.original === undefined ? {} : { original: dataset.original }),
      ...(dataset.corrected ? { corrected: dataset.corrected.length } : {}),
    },
    split: {
      ...{ seed: split.seed, ratios: split.ratios ?? { train: 0.8, validation: 0.1, test: 0.1 } },
      ...(split.file === undefined ? {} : { file: split.file }),
      ...(split.fold && { fold: split.fold }),
      ...(split.subset && { subset: split.subset }),
      ...{ train: split.train.length, validation: split.validation.length, test: split.test.length },
    },
    ...(startedFrom === undefined ? {} : { startedFrom }),
    ...(model?.seen === undefined ? {} : { seen: model.seen }),
    device: device ?? null,
    epochs,
    bestEpoch: model?.bestEpoch ?? bestOf(epochs),
    test: test ?? null,
  };
}

function bestOf(epochs: KeptRun['epochs']): number | null {
  let best: KeptRun['epochs'][number] | undefined;
  for (const epoch of epochs) if (!best || epoch.valDice > best.valDice) best = epoch;
  return best?.epoch ?? null;
}

/** JSON has no NaN, and a list of runs no epoch without numbers: such an epoch is none. */
function withNumbers(epochs: unknown[]): unknown[] {
  const whole = (epoch: unknown) => !(typeof epoch === 'object' && epoch && Object.values(epoch).includes(null));
  return epochs.filter(whole);
}

/** A score that an image has no number of is null in JSON, and missing in a result. */
function withoutNulls(test: unknown): unknown {
  if (typeof test !== 'object' || test === null || !('images' in test) || !Array.isArray(test.images)) return test;
  const known = (image: object) => Object.fromEntries(Object.entries(image).filter(([, value]) => value !== null));
  return { ...test, images: test.images.map(image => (typeof image === 'object' && image ? known(image) : image)) };
}

function bad(happened: string, remedy: string): AppError {
  return new AppError('bad-report', happened, remedy);
}
