/**
 * What a person has to know of a model before using it, as Markdown: filled from the run as far as it is known, and open where only people
 * can say it. It goes along in every export.
 */
import type { ModelInfo } from '../../protocol/model.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { type Subgroup, subgroupName } from '../../protocol/subgroup-names.ts';
import type { ReportSource } from '../report.ts';
import { networkOf } from '../tfjs-model.ts';

export type CardFacts = Pick<ReportSource, 'appVersion' | 'device' | 'settings' | 'dataset' | 'split' | 'test'>;

/** `facts`: the run that made the model, and its test; null where they are not known. */
export function modelCard(model: Omit<ModelInfo, 'id'>, facts: CardFacts | null): string {
  const { size, filters, framing, constancy, bestEpoch, valDice, parameters } = model;
  const lines = [
    '# A skin-lesion segmentation model',
    '',
    '**It is no medical device.** It outlines lesions in dermoscopic images like those that it was trained on, and knows no others.',
    '',
    '## To be written by you',
    '',
    '- Purpose, and what it must not be used for:',
    '- Authors, and how to cite them:',
    '- Terms of use, of the weights and of the images behind them:',
    '',
    '## What it is',
    '',
    `- ${networkOf(model).title}, ${filters} base filters, ${parameters.toLocaleString('en-US')} parameters`,
    `- Images of ${size} × ${size} pixels, RGB from 0 to 1; framing: ${framing}; colour constancy: ${constancy ? 'shades of grey' : 'none'}`,
    ...(bestEpoch === undefined ? [] : [`- Weights of epoch ${bestEpoch}`]),
    ...(valDice === undefined ? [] : [`- Mean Dice of the validation images: ${valDice.toFixed(4)}`]),
    ...(model.thresholds ?? []).flatMap(thresholdLines),
    ...(facts ? factLines(facts) : ['', '## Data and scores', '', 'Not known to the page that wrote this file.']),
  ];
  return `${lines.join('\n')}\n`;
}

function thresholdLines({
  views,
  largest,
  holes,
  value,
  images,
  temperature,
}: NonNullable<ModelInfo['thresholds']>[number]): string[] {
  const refined = [views && 'eight views', largest && 'largest lesion', holes && 'holes filled'].filter(Boolean);
  const how = refined.length > 0 ? ` (${refined.join(', ')})` : '';
  const sure = temperature === undefined ? '' : `; temperature ${temperature.toFixed(2)}`;
  return [`- By ${images} validation images${how}: threshold ${value}${sure}`];
}

function factLines({ appVersion, device, settings, dataset, split, test }: CardFacts): string[] {
  const parts = `${split.train.length} train, ${split.validation.length} validation, ${split.test.length} test`;
  return [
    '',
    '## Data',
    '',
    `- ${code(dataset.source)}: ${dataset.ids.length} pairs, fingerprint \`${dataset.hash}\``,
    `- Split by seed ${split.seed}: ${parts}`,
    ...(dataset.rejected.length > 0 ? [`- ${dataset.rejected.length} files were not used`] : []),
    ...(dataset.leftOut ? [`- ${dataset.leftOut.length} pairs were left out by hand`] : []),
    '',
    '## Training',
    '',
    ...Object.entries(settings).map(([name, value]) => `- ${name}: ${value}`),
    `- Lesion Studio ${appVersion}${device ? `, engine ${device.engine}, ${code(device.description)}` : ''}`,
    '',
    '## Scores',
    '',
    ...(test ? scoreLines(test) : ['The test part was not scored.']),
  ];
}

const rows = [
  ['meanDice', 'Dice'],
  ['meanJaccard', 'Jaccard'],
  ['meanThresholdedJaccard', 'Thresholded Jaccard'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['precision', 'Precision'],
  ['meanSurfaceDice', 'Surface Dice'],
  ['meanHausdorff95', 'Hausdorff 95, pixels'],
  ['meanAverageSurfaceDistance', 'Surface distance, pixels'],
  ['meanBoundaryIoU', 'Boundary IoU'],
  ['meanAreaError', 'Area error'],
  ['shareBelow08', 'Share of images under Dice 0.8'],
] as const;

function scoreLines(test: TestResult): string[] {
  const { images, threshold, ownSize, subgroups = [], calibration } = test;
  const cell = (
    result: Pick<TestResult, (typeof rows)[number][0] | 'intervals'> | undefined,
    key: (typeof rows)[number][0],
  ) => {
    const [value, interval] = [result?.[key], result?.intervals?.[key]];
    if (value === undefined) return '–';
    return interval ? `${value.toFixed(4)} (${interval.map(end => end.toFixed(4)).join(' to ')})` : value.toFixed(4);
  };
  return [
    `${images.length} images of the test part at threshold ${threshold}; means over images with 95 % bootstrap intervals.`,
    '',
    `| | at the training size |${ownSize ? ' in the masks’ own sizes |' : ''}`,
    `|---|---|${ownSize ? '---|' : ''}`,
    ...rows.map(([key, title]) => `| ${title} | ${cell(test, key)} |${ownSize ? ` ${cell(ownSize, key)} |` : ''}`),
    ...(calibration ? ['', `Expected calibration error of the pixels: ${calibration.error.toFixed(4)}.`] : []),
    ...(subgroups.length > 0
      ? ['', '### Subgroups, worst first', '', '| | images | mean Dice |', '|---|---|---|', ...subgroups.map(groupLine)]
      : []),
  ];
}

function groupLine(group: Subgroup): string {
  const { images, meanDice, interval, few } = group;
  const ends = interval ? ` (${interval.map(end => end.toFixed(4)).join(' to ')})` : '';
  return `| ${inCell(subgroupName(group))} | ${images}${few ? ', too few to conclude from' : ''} | ${meanDice.toFixed(4)}${ends} |`;
}

/** Text, a file's too, that stays within its cell. */
function inCell(text: string): string {
  return text.replace(/[\r\n]/g, ' ').replace(/[\\|`*_<>[\]]/g, sign => `\\${sign}`);
}

/** A name from a file, as text: no backtick ends it, and no line break leaves its line. */
function code(text: string): string {
  return `\`${text.replace(/[`\r\n]/g, '_')}\``;
}
