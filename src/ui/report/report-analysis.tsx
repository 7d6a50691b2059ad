/** Where a model is weak, how it fails, and whether its probabilities mean what they say. */
import { Fragment } from 'react';
import { failureKind, failureKinds, failureTexts, lowestTenth } from '../../metrics/failures.ts';
import type { Calibration as CalibrationResult, ImageScore } from '../../protocol/scores.ts';
import { type Subgroup, subgroupName } from '../../protocol/subgroup-names.ts';
import { calibrationFacts } from '../results/calibration-facts.ts';
import { formatScore, plural } from '../shared/format.ts';

export function Subgroups({ groups }: { groups: readonly Subgroup[] }) {
  return (
    <>
      <h2 id="subgroups">Subgroups</h2>
      <p className="soft">
        Worst first. Intervals: 95 %, bootstrap over images. Do not conclude from a group with few images.
      </p>
      <div className="scroll">
        <table aria-labelledby="subgroups">
          <thead>
            <tr>
              {['Group', 'Images', 'Mean Dice', '95 % interval'].map(name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map(group => (
              <tr key={subgroupName(group)}>
                <th scope="row">{subgroupName(group)}</th>
                <td>{`${group.images}${group.few ? ', few' : ''}`}</td>
                <td>{formatScore(group.meanDice, 4)}</td>
                <td>{group.interval?.map(end => formatScore(end, 4)).join(' to ') ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export function Failures({ images }: { images: readonly ImageScore[] }) {
  const lowest = lowestTenth(images);
  const groups = failureKinds.map(kind => [kind, lowest.filter(image => failureKind(image) === kind)] as const);
  const untold = lowest.filter(image => failureKind(image) === undefined);
  return (
    <>
      <h2>Failures</h2>
      <p className="soft">{`The lowest tenth by Dice (${plural(lowest.length, 'image')}), by what went wrong.`}</p>
      <dl className="facts">
        {[...groups, ['not told', untold] as const].map(
          ([kind, found]) =>
            found.length > 0 && (
              <div key={kind} className="failure">
                <dt>{`${kind}: ${found.length}`}</dt>
                {kind !== 'not told' && <dd className="soft">{failureTexts[kind]}</dd>}
                <dd className="break">{found.map(({ id, dice }) => `${id} (${formatScore(dice, 3)})`).join(', ')}</dd>
              </div>
            ),
        )}
      </dl>
    </>
  );
}

export function Calibration({ of }: { of: CalibrationResult }) {
  return (
    <>
      <h2 id="calibration">Calibration</h2>
      <dl className="facts">
        {calibrationFacts(of).map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      <div className="scroll">
        <table aria-labelledby="calibration">
          <thead>
            <tr>
              {['Probability', 'Pixels', 'Mean probability', 'Share that is lesion'].map(name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {of.bins.map(({ from, to, pixels, predicted, lesion }) => (
              <tr key={from}>
                <th scope="row">{`${from.toFixed(1)} to ${to.toFixed(1)}`}</th>
                <td>{pixels}</td>
                <td>{pixels > 0 ? formatScore(predicted, 3) : '–'}</td>
                <td>{pixels > 0 ? formatScore(lesion, 3) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
