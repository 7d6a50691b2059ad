import type { KeptRun } from '../../protocol/kept-runs.ts';
import { formatScore, plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { Facts } from './run-facts.tsx';

/** Rows of a table that nobody sorts or searches: Results does that for the current model. */
const SHOWN = 100;

/** What the run's test came to, and its worst images. */
export function RunTest({ test }: { test: NonNullable<KeptRun['test']> }) {
  const { images } = test;
  return (
    <ScrollArea className="scroll run-body run-test" label="Test of the run, scrollable">
      <Facts
        of={[
          ['Mean Dice', formatScore(test.meanDice, 4)],
          ['Median Dice', formatScore(test.medianDice, 4)],
          ['Lowest Dice', formatScore(test.minDice, 4)],
          ['Under 0.8', `${(100 * test.shareBelow08).toFixed(1)} %`],
          ['Mean Jaccard', formatScore(test.meanJaccard, 4)],
          ['Thresholded Jaccard', formatScore(test.meanThresholdedJaccard, 4)],
          ['Sensitivity', formatScore(test.sensitivity, 4)],
          ['Specificity', formatScore(test.specificity, 4)],
          ['Pixels right', formatScore(test.accuracy, 4)],
          ['Threshold', formatScore(test.threshold, 2)],
          ['Images', String(images.length)],
        ]}
      />
      <div>
        <p className="sub">
          {images.length > SHOWN ? `The worst ${SHOWN} of ${images.length}` : plural(images.length, 'image')}
        </p>
        <table aria-label="Test images of the run">
          <thead>
            <tr>
              <th scope="col">Image</th>
              <th scope="col" className="numeric">
                Dice
              </th>
              <th scope="col" className="numeric">
                Jaccard
              </th>
            </tr>
          </thead>
          <tbody>
            {images.slice(0, SHOWN).map(({ id, dice, jaccard }) => (
              <tr key={id}>
                <th scope="row" className="mono">
                  {id}
                </th>
                <td className="numeric">{formatScore(dice, 4)}</td>
                <td className="numeric">{formatScore(jaccard, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ScrollArea>
  );
}
