/**
 * The run as one file that opens anywhere: curves, settings, split, results and pictures, without scripts and without a network.
 * React writes the markup, so that ids and file names are text in it, whatever they hold.
 */

import type { Intervals } from '../../metrics/summary.ts';
import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import type { ReportedTest, TestResult } from '../../protocol/scores.ts';
import { settingNames } from '../../protocol/settings.ts';
import { figures } from '../curves/series.ts';
import { refinementText, shownMeasures } from '../results/measures.ts';
import { seenText } from '../results/seen-text.ts';
import { settingTexts } from '../settings/texts.ts';
import { valueText } from '../settings/words.ts';
import { formatCount, formatDuration, formatPreparation, formatScore, plural } from '../shared/format.ts';
import styles from './report.css?inline';
import { Calibration, Failures, Subgroups } from './report-analysis.tsx';
import { Checklist } from './report-checklist.tsx';
import type { ReportContent } from './report-content.ts';
import { ReportCurve } from './report-curve.tsx';
import { DataFlow, Methods } from './report-methods.tsx';

/** A document needs no more than its own styles and pictures; nothing else is allowed to it, wherever it is opened. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export function ReportPage(content: ReportContent) {
  const { dataset, test, intervals, epochs, bestEpoch, model, pictures } = content;
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta httpEquiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Lesion Studio report</title>
        <style>{styles}</style>
      </head>
      <body>
        <main>
          <h1>Lesion segmentation report</h1>
          <p className="soft">{`Lesion Studio ${content.appVersion} · ${content.made}`}</p>
          <Methods {...content} />
          <h2>Test</h2>
          {test ? <TestTiles test={test} intervals={intervals} /> : <p>The test part was not scored.</p>}
          {model && (
            <p className="soft break">{`Model: ${model.origin}, ${formatCount(model.parameters)} parameters.`}</p>
          )}
          <h2>Training</h2>
          {epochs.length > 0 ? (
            <>
              <p>{`${plural(epochs.length, 'epoch')} in ${formatDuration(epochs.reduce((sum, { seconds }) => sum + seconds, 0))}${bestEpoch === null ? '' : `; best epoch ${bestEpoch} by validation Dice`}.`}</p>
              <div className="curves">
                {figures.map(name => (
                  <ReportCurve key={name} name={name} epochs={epochs} />
                ))}
              </div>
            </>
          ) : (
            <p>No epoch was trained here.</p>
          )}
          <h2>Settings</h2>
          <Settings {...content} />
          <h2>Data</h2>
          <Data dataset={dataset} split={content.split} test={test} />
          {test?.subgroups && test.subgroups.length > 0 && <Subgroups groups={test.subgroups} />}
          {test && test.images.length > 0 && <Failures images={test.images} />}
          {test?.calibration && <Calibration of={test.calibration} />}
          {pictures.length > 0 && <Pictures pictures={pictures} test={test} />}
          {test && <Scores test={test} />}
          <h2>Images of each part</h2>
          <Parts dataset={dataset} split={content.split} />
          <h2>How it is counted</h2>
          <p>
            Dice is 2|X∩Y| / (|X|+|Y|) of the lesion class after a threshold, per image, then the mean over images; an
            image where both masks are empty scores 1. The loss is the soft one. The best epoch is chosen by validation
            Dice, and the test part is used for nothing but its scores.
          </p>
          <Checklist {...content} />
          <p className="soft">Research and teaching only: not a medical device.</p>
        </main>
      </body>
    </html>
  );
}

function TestTiles({ test, intervals }: { test: ReportedTest; intervals: Intervals | null }) {
  const refined = refinementText(test.inference);
  const seen = seenText(test);
  return (
    <>
      <p>{`${plural(test.images.length, 'image')} at threshold ${test.threshold}.${refined && ` Refined: ${refined}.`}`}</p>
      {seen !== null && <p>{seen}</p>}
      <p className="soft">X is the prediction, Y the ground truth.</p>
      <dl className="tiles">
        {shownMeasures(test).map(({ key, title, definition }) => (
          <div key={key}>
            <dt>{title}</dt>
            <dd className="value">
              {key === 'shareBelow08' ? `${(test[key] * 100).toFixed(1)} %` : formatScore(test[key], 4)}
            </dd>
            <IntervalLine
              interval={key === 'medianDice' || key === 'minDice' ? undefined : intervals?.[key]}
              share={key === 'shareBelow08'}
            />
            <dd className="soft">{definition}</dd>
          </div>
        ))}
      </dl>
      {test.validationThreshold && (
        <p>{`At ${test.validationThreshold.threshold}, the threshold of validation: mean Dice ${formatScore(test.validationThreshold.meanDice, 4)}, mean Jaccard ${formatScore(test.validationThreshold.meanJaccard, 4)}, thresholded Jaccard ${formatScore(test.validationThreshold.meanThresholdedJaccard, 4)}.`}</p>
      )}
      {test.ownSize?.meanHausdorff95Mm !== undefined && (
        <p>{`By the scale of each image: surface Dice at 0.5 mm ${formatScore(test.ownSize.meanSurfaceDiceMm, 4)}, Hausdorff 95 ${formatScore(test.ownSize.meanHausdorff95Mm, 3)} mm, surface distance ${formatScore(test.ownSize.meanAverageSurfaceDistanceMm, 3)} mm.`}</p>
      )}
      {test.ownSize && (
        <p>{`In the masks’ own sizes: mean Dice ${formatScore(test.ownSize.meanDice, 4)}, mean Jaccard ${formatScore(test.ownSize.meanJaccard, 4)}, thresholded Jaccard ${formatScore(test.ownSize.meanThresholdedJaccard, 4)}.`}</p>
      )}
    </>
  );
}

function IntervalLine({ interval, share }: { interval: readonly [number, number] | undefined; share: boolean }) {
  if (!interval) return null;
  const [low, high] = interval.map(end => (share ? `${(end * 100).toFixed(1)} %` : formatScore(end, 4)));
  return <dd className="soft">{`95 % interval ${low} to ${high} (bootstrap over images)`}</dd>;
}

function Settings({ settings, device }: Pick<ReportContent, 'settings' | 'device'>) {
  const rows: (readonly [string, string])[] = settingNames.map(name => [
    settingTexts[name].label,
    valueText(name, settings[name]),
  ]);
  if (device)
    rows.push([
      'Device',
      [device.engine, device.vendor, device.architecture, device.description].filter(Boolean).join(' · '),
    ]);
  return (
    <dl className="facts pairs">
      {rows.map(([title, value]) => (
        <Fact key={title} title={title} value={value} />
      ))}
    </dl>
  );
}

function Fact({ title, value }: { title: string; value: string }) {
  return (
    <>
      <dt>{title}</dt>
      <dd className="break">{value}</dd>
    </>
  );
}

function Data({ dataset, split, test }: Pick<ReportContent, 'dataset' | 'split' | 'test'>) {
  const { ratios, seed, file } = split;
  const origin =
    file === undefined
      ? `shares ${ratios.train} : ${ratios.validation} : ${ratios.test}, seed ${seed}`
      : `as in ${file}`;
  return (
    <>
      <dl className="facts">
        <Fact title="Source" value={dataset.source} />
        <Fact title="Pairs" value={`${dataset.ids.length}, at ${formatPreparation(dataset)}`} />
        <Fact
          title="Split"
          value={`train ${split.train.length} · validation ${split.validation.length} · test ${split.test.length} (${origin})`}
        />
        <Fact title="Fingerprint" value={dataset.hash} />
      </dl>
      <DataFlow dataset={dataset} split={split} test={test} />
      {dataset.rejected.length > 0 && (
        <>
          <h3>Rejected files</h3>
          <ul>
            {dataset.rejected.map(({ file, reason }) => (
              <li key={file} className="break">{`${file}: ${reason}`}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Pictures({ pictures, test }: Pick<ReportContent, 'pictures' | 'test'>) {
  const scores = new Map(test?.images.map(({ id, dice }) => [id, dice]));
  return (
    <>
      <h2>Pictures</h2>
      <p className="soft">
        {test
          ? 'Test images: the lowest scores, the middle, the best. Input, ground truth, prediction.'
          : 'Validation images at the best epoch. Input, ground truth, prediction.'}
      </p>
      <div className="pictures">
        {pictures.map(({ id, image, truth, prediction }) => (
          <figure key={id}>
            <div className="triptych">
              <img src={image} alt={`Input ${id}`} />
              <img src={truth} alt={`Ground truth ${id}`} />
              <img src={prediction} alt={`Prediction ${id}`} />
            </div>
            <p className="soft break">{scores.has(id) ? `${id}: Dice ${formatScore(scores.get(id), 4)}` : id}</p>
          </figure>
        ))}
      </div>
    </>
  );
}

const columns = ['dice', 'jaccard', 'sensitivity', 'specificity', 'accuracy'] as const;

function Scores({ test }: { test: TestResult }) {
  return (
    <>
      <h2 id="scores">Per-image scores</h2>
      <div className="scroll">
        <table aria-labelledby="scores">
          <thead>
            <tr>
              <th scope="col">Image</th>
              {columns.map(name => (
                <th key={name} scope="col">
                  {`${name[0]?.toUpperCase()}${name.slice(1)}`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {test.images.map(image => (
              <tr key={image.id}>
                <th scope="row">{image.id}</th>
                {columns.map(name => (
                  <td key={name}>{formatScore(image[name], 4)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Parts({ dataset, split }: { dataset: DatasetSummary; split: Split }) {
  return (['train', 'validation', 'test'] as const).map(part => (
    <section key={part}>
      <p className="part">{`${part[0]?.toUpperCase()}${part.slice(1)}: ${plural(split[part].length, 'image')}`}</p>
      <ul className="ids">
        {split[part].map(place => (
          <li key={place}>{dataset.ids[place] ?? `#${place}`}</li>
        ))}
      </ul>
    </section>
  ));
}
