/** What was done, in words for a paper: every setting, and where each file went. */
import { Fragment } from 'react';
import { networkTitles } from '../../network/catalogue.ts';
import { settingNames } from '../../protocol/settings.ts';
import { refinementText } from '../results/measures.ts';
import { settingTexts } from '../settings/texts.ts';
import { valueText } from '../settings/words.ts';
import { formatCount, formatPreparation, plural } from '../shared/format.ts';
import type { ReportContent } from './report-content.ts';

export function Methods({
  settings,
  dataset,
  split,
  epochs,
  bestEpoch,
  startedFrom,
  model,
  device,
  test,
  appVersion,
}: ReportContent) {
  const parts = `${split.train.length} training, ${split.validation.length} validation and ${split.test.length} test`;
  const together = dataset.groupNames
    ? 'Equal images, and those of one patient or lesion,'
    : 'Equal and nearly equal images';
  const how =
    split.file === undefined
      ? `drawn with seed ${split.seed}. ${together} were kept in one part.`
      : `as given in ${split.file}.`;
  const trained = epochs.length > 0;
  const refined = refinementText(test?.inference);
  const sentences = [
    `${networkTitles[model?.arch ?? settings.arch]}, ${model?.filters ?? settings.filters} base filters${model ? `, ${formatCount(model.parameters)} parameters` : ''}, on RGB images of ${formatPreparation(model ?? dataset)} pixels.`,
    `The ${plural(dataset.ids.length, 'pair')} were divided into ${parts} images, ${how}`,
    trained &&
      `Training ran for ${plural(epochs.length, 'epoch')} from ${startedFrom === undefined ? 'weights drawn by' : `the weights of ${startedFrom}, with`} seed ${settings.seed}${bestEpoch === null ? '' : `; the weights of epoch ${bestEpoch}, the best by mean Dice of the validation part, were kept`}.`,
    test &&
      `The test part was scored at the threshold ${test.threshold}${refined ? `, with ${refined}` : ', one pass of the network and nothing else'}; intervals are 95 % studentised bootstrap intervals over images.`,
    `Computed by Lesion Studio ${appVersion}${device ? ` (${[device.engine, device.description].filter(Boolean).join(', ')})` : ''}.`,
  ];
  return (
    <>
      <h2>Methods</h2>
      <p>{sentences.filter(Boolean).join(' ')}</p>
      {trained && (
        <p className="soft">
          {`Every setting: ${settingNames.map(name => `${settingTexts[name].label} ${valueText(name, settings[name])}`).join('; ')}.`}
        </p>
      )}
    </>
  );
}

/** From what was dropped to the parts. */
export function DataFlow({ dataset, split, test }: Pick<ReportContent, 'dataset' | 'split' | 'test'>) {
  const leftOut = dataset.leftOut?.length ?? 0;
  const used = split.train.length + split.validation.length + split.test.length;
  const unused = dataset.ids.length - used;
  const seen = test?.seen?.ids.length ?? 0;
  const steps: readonly (readonly [string, string])[] = [
    ['Dropped', dataset.source],
    [
      'Passed over',
      `${plural(dataset.skipped, 'file')} that ${dataset.skipped === 1 ? 'is' : 'are'} neither image nor mask`,
    ],
    ['Rejected', `${plural(dataset.rejected.length, 'file')}, each with its reason below`],
    ['Paired', `${plural(dataset.ids.length + leftOut, 'pair')} of image and mask`],
    ['Left out by hand', plural(leftOut, 'pair')],
    ...(dataset.corrected ? [['Masks corrected', String(dataset.corrected.length)] as const] : []),
    ...(unused > 0 ? [['In no part', plural(unused, 'pair')] as const] : []),
    ['Train', String(split.train.length)],
    ['Validation', String(split.validation.length)],
    ['Test', String(split.test.length)],
    ...(test
      ? [
          [
            'Scored',
            `${plural(test.images.length, 'image')}${seen > 0 ? `; ${seen} left out, because the model has seen them` : ''}`,
          ] as const,
        ]
      : []),
  ];
  return (
    <>
      <h3>Data flow</h3>
      <dl className="facts">
        {steps.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd className="break">{value}</dd>
          </Fragment>
        ))}
      </dl>
    </>
  );
}
