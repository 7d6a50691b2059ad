/**
 * What stands between the markers in README.md and docs/. A marker's name is `KIND` or `KIND:FILE`: FILE is a stored result,
 * docs/results/FILE.json, which the command named in the text around it wrote.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guideTable } from '../../src/ui/settings/guide-table.ts';
import { type LoopResult, loopTable } from './loop.ts';
import { fillParts } from './markers.ts';
import { benchmarkText, largeArchiveText, longRunText, processText, speedupText } from './measured.ts';
import { placesTable } from './places.ts';
import { epochsTable, type Report, runSummary, testTable } from './reports.ts';
import { roomsPicture } from './rooms.ts';
import { type SweepRun, sweepTable } from './sweep.ts';
import { fixed, table } from './table.ts';
import { type UnlikeResult, unlikeTable } from './unlike.ts';

const FOLDER = join('docs', 'results');

/** Throws an Error that says which file is missing. */
function stored<T>(file: string | undefined): T {
  const path = join(FOLDER, `${file}.json`);
  if (file === undefined || !existsSync(path)) throw new Error(`there is no stored result ${path}`);
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The pre-trained model's two runs: the second trained the first one's weights on. */
const PRETRAINED = ['all2294-64-f8-annealed', 'all2294-64-f8-trained-on'] as const;

function pretrainedTable(): string {
  const [first, last] = PRETRAINED.map(file => stored<Report>(file)) as [Report, Report];
  const epochs = [...first.epochs, ...last.epochs];
  const { test } = last;
  const own = test.ownSize ? `, ${test.ownSize.meanDice.toFixed(3)} in the masks’ own 256 × 256` : '';
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return table(
    ['pre-trained model', ''],
    [
      [
        `mean test Dice on ${test.images.length} held-out images`,
        `${test.meanDice.toFixed(3)} at ${last.config.size} × ${last.config.size}${own} ([docs/results.md](docs/results.md))`,
      ],
      [
        'trained',
        `${epochs.length} epochs on ${fixed(last.split.train.length, 0)} images in ${duration(seconds)}, on two CPU cores instead of a GPU`,
      ],
    ],
  );
}

const FULL = 'hue=10; gamma=0.25; blur=1; noise=0.03; hairs=4';
const SWEEP_TITLES: Record<string, Record<string, string>> = {
  'ablation-32-f4': {
    'tversky=0.5': 'nothing',
    'crossEntropy=0.5': 'loss: + 0.5 cross-entropy',
    'crossEntropy=1; focal=2': 'loss: + focal cross-entropy (weight 1, exponent 2)',
    'tversky=0.7': 'loss: Tversky, missed lesion 0.7',
    'average=0.99': 'moving average of the weights, 0.99',
    'schedule=cosine': 'schedule: cosine',
    'arch=improved-unet-single': 'without deep supervision',
    'arch=basic-unet': 'basic U-Net',
    'flips=0; turns=0': 'augmentation: off',
    'rotate=20; zoom=0.1; shift=0.05; brightness=0.05; contrast=0.1; saturation=0.1; gamma=0.1': 'augmentation: light',
    [`rotate=45; zoom=0.25; shift=0.1; shear=10; brightness=0.1; contrast=0.25; saturation=0.25; ${FULL}`]:
      'augmentation: full',
  },
  'additions-32-f4': {
    'hard = 0.5': 'hard examples, half of each epoch',
    'constancy = 1': 'colour constancy',
  },
};

/** The quick run has 44 epochs; a row for each is in its report. */
const SHOWN_EPOCHS: Record<string, readonly number[]> = {
  'quick160-64-f8': [1, 2, 3, 5, 8, 10, 15, 20, 25, 30, 35, 40, 42, 44],
};

const kinds: Record<string, (file: string | undefined) => string> = {
  rooms: roomsPicture,
  settings: guideTable,
  places: () => placesTable(),
  pretrained: pretrainedTable,
  run: file => runSummary(stored(file)),
  test: file => testTable(stored(file)),
  epochs: file => epochsTable(stored(file), SHOWN_EPOCHS[file ?? '']),
  sweep: file => sweepTable(stored<SweepRun[]>(file), SWEEP_TITLES[file ?? ''] ?? {}),
  unlike: file => unlikeTable(stored<UnlikeResult>(file)),
  loop: file => loopTable(stored<LoopResult>(file)),
  bench: file => benchmarkText(stored(file)),
  speedup: file => speedupText(stored(file)),
  large: file => largeArchiveText(stored(file)),
  long: file => longRunText(stored(file)),
  process: file => processText(stored(file)),
};

/** Throws an Error where no such part is known or its result is not stored. */
export function writePart(name: string): string {
  const [kind = '', file] = name.split(':');
  const write = kinds[kind];
  if (!write) throw new Error(`nobody writes a part named ${name}`);
  return write(file);
}

/** Pages of the documentation, from the project's root. */
export function pages(): string[] {
  return ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map(name => `docs/${name}`)]
    .filter(path => path.endsWith('.md') && existsSync(path))
    .sort();
}

/** Writes all parts anew. Returns the pages that changed. */
export function writePages(): string[] {
  return pages().filter(path => {
    const before = readFileSync(path, 'utf8');
    const after = fillParts(before, writePart);
    if (after !== before) writeFileSync(path, after);
    return after !== before;
  });
}
