import { useMemo } from 'react';
import type { Calibration, TestResult } from '../../protocol/scores.ts';
import { type Subgroup, subgroupName } from '../../protocol/subgroup-names.ts';
import { formatScore, plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import { CoverageChart, DiceScatter, ReliabilityDiagram } from './calibration-charts.tsx';
import { calibrationFacts } from './calibration-facts.ts';
import { unlikeText } from './distance-text.ts';
import { FailureGallery } from './failure-gallery.tsx';
import { ViewSwitch } from './view-switch.tsx';
import './analysis.css';

/** At threshold 0.5, in the masks' own sizes where they are known. */
export function Analysis({ result }: { result: TestResult }) {
  const scored = result.ownSize ?? result;
  return (
    <>
      <aside className="rail" aria-label="Analysis of">
        <div className="scroll">
          <ViewSwitch />
          <AboutTest result={result} ownSize={result.ownSize !== undefined} />
          {result.calibration && <CalibrationFacts of={result.calibration} />}
        </div>
      </aside>
      <ScrollArea className="pane scroll analysis-pane" label="Analysis, scrollable">
        <Groups groups={scored.subgroups ?? []} mean={scored.meanDice} />
        {result.calibration && <CalibrationCharts result={result} of={result.calibration} />}
        <FailureGallery images={scored.images} />
      </ScrollArea>
    </>
  );
}

function AboutTest({ result, ownSize }: { result: TestResult; ownSize: boolean }) {
  const origin = useStudio(({ model }) => model?.origin ?? '');
  const where = ownSize ? 'in the masks’ own sizes' : 'at the size of training';
  const unlike = unlikeText(result);
  return (
    <div className="block">
      <h2>What is analysed</h2>
      <p className="sub breakable">{`${origin} · ${plural(result.images.length, 'image')}, threshold 0.5, scores ${where}.`}</p>
      {unlike !== null && <p className="sub">{unlike}</p>}
    </div>
  );
}

function CalibrationFacts({ of }: { of: Calibration }) {
  return (
    <div className="block">
      <div className="block-head">
        <h2>Calibration</h2>
      </div>
      <dl className="facts measures">
        {calibrationFacts(of).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Groups({ groups, mean }: { groups: readonly Subgroup[]; mean: number }) {
  if (groups.length === 0) return null;
  const lowest = Math.min(mean, ...groups.map(({ meanDice, interval }) => interval?.[0] ?? meanDice));
  const from = Math.max(0, Math.floor(lowest * 10) / 10);
  const at = (value: number) => `${((Math.max(value, from) - from) / (1 - from)) * 100}%`;
  return (
    <section className="analysis-part" aria-label="Subgroups">
      <h3>Subgroups, worst first</h3>
      <p className="sub">
        Means with 95 % intervals over images. Do not conclude from a group marked few. The line is the mean of all.
      </p>
      <table className="group-table" aria-label="Mean Dice by group">
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col" className="numeric">
              Images
            </th>
            <th scope="col" className="numeric">
              Mean Dice
            </th>
            <th scope="col" className="numeric group-interval">
              95 % interval
            </th>
            <th scope="col" className="group-range-head">
              <span>{from.toFixed(1)}</span>
              <span>1</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map(group => (
            <tr key={subgroupName(group)}>
              <th scope="row" className="breakable">
                {subgroupName(group)}
              </th>
              <td className="numeric">
                {group.few && <span className="tag plain group-few">few</span>}
                <span>{group.images}</span>
              </td>
              <td className="numeric">{formatScore(group.meanDice, 3)}</td>
              <td className="numeric group-interval">
                {group.interval ? group.interval.map(end => formatScore(end, 3)).join(' – ') : '–'}
              </td>
              <td aria-hidden="true">
                <span className="group-range">
                  <span className="group-all" style={{ left: at(mean) }} />
                  {group.interval && (
                    <span
                      className="group-bar"
                      style={{
                        left: at(group.interval[0]),
                        width: `calc(${at(group.interval[1])} - ${at(group.interval[0])})`,
                      }}
                    />
                  )}
                  <span className="group-dot" style={{ left: at(group.meanDice) }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function CalibrationCharts({ result, of }: { result: TestResult; of: Calibration }) {
  const points = useMemo(
    () =>
      result.images.flatMap(({ predictedDice, dice }) =>
        predictedDice === undefined ? [] : [[predictedDice, dice] as const],
      ),
    [result],
  );
  const charts = [
    [
      'Do probabilities mean what they say?',
      'Of the pixels of each probability, the share that is lesion. On the line they agree.',
      <ReliabilityDiagram key="pixels" bins={of.bins} />,
    ],
    [
      'What if only sure images are taken?',
      'Mean Dice of the surest share of the images.',
      <CoverageChart key="coverage" points={of.riskCoverage} />,
    ],
    ...(points.length > 0
      ? [
          [
            'Is the predicted Dice right?',
            'Each test image by predicted and true Dice.',
            <DiceScatter key="dice" points={points} />,
          ] as const,
        ]
      : []),
  ] as const;
  return (
    <section className="analysis-part" aria-label="Calibration charts">
      <h3>Calibration</h3>
      <div className="chart-row">
        {charts.map(([title, about, chart]) => (
          <figure key={title} className="small-chart">
            <figcaption>
              <b>{title}</b>
              <span className="sub">{about}</span>
            </figcaption>
            {chart}
          </figure>
        ))}
      </div>
    </section>
  );
}
