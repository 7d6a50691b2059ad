import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { bandAt, type CurveFit, fitCurve } from '../../metrics/learning-curve.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { CURVE_SHARES } from '../../state/data/subsets.ts';
import { curvePoints, isSized } from '../../state/library/learning-curve.ts';
import { download } from '../shared/download.ts';
import { formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import { curveText } from './curve-words.ts';
import './epoch-table.css';
import './learning-curve.css';
import { LearningCurveChart } from './learning-curve-chart.tsx';
import { useLearningCurve } from './use-learning-curve.ts';

/** The learning curve at hand: what it says, drawn, and a row for each size. */
export function LearningCurveView() {
  const shown = useLearningCurve();
  const at = useStudio(({ learningCurve }) => (learningCurve?.going ? learningCurve.index : -1));
  const exportCurve = useStudio(state => state.exportLearningCurve);
  const runs = shown?.runs ?? CURVE_SHARES.map(() => null);
  const { by, points } = useMemo(() => (shown ? curvePoints(shown) : { by: 'test' as const, points: [] }), [shown]);
  const fit = useMemo(() => fitCurve(points), [points]);
  const save = () => {
    const file = exportCurve();
    if (file) download(file);
  };
  return (
    <ScrollArea className="scroll epoch-table" label="Learning curve, scrollable">
      {points.length > 0 && (
        <div className="curve-said">
          <div className="curve-text">
            <p>{curveText({ fit, images: Math.max(...points.map(({ n }) => n)), count: points.length })}</p>
            <p className="sub">{aboutText(by, fit)}</p>
            <button type="button" className="small" onClick={save}>
              <Download aria-hidden />
              Export learning curve
            </button>
          </div>
          <LearningCurveChart points={points} fit={fit} />
        </div>
      )}
      <table aria-label="Sizes of the learning curve">
        <thead>
          <tr>
            <th scope="col">Share</th>
            <th scope="col">State</th>
            {['Images', 'Epochs', 'Validation Dice', 'Test Dice', 'Law, 95 % band'].map(title => (
              <th key={title} scope="col" className="numeric">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run, index) => (
            <SizeRow key={CURVE_SHARES[index]} run={run} index={index} going={index === at} fit={fit} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function SizeRow({
  run,
  index,
  going,
  fit,
}: {
  run: KeptRun | null;
  index: number;
  going: boolean;
  fit: CurveFit | null;
}) {
  const share = run?.split.subset?.share ?? CURVE_SHARES[index] ?? 1;
  const band = run && fit && bandAt(fit, run.split.train);
  return (
    <tr>
      <th scope="row" className="number">{`${Math.round(share * 100)} %`}</th>
      <td>{stateOf(run, going)}</td>
      <td className="numeric">{run ? run.split.train : '–'}</td>
      <td className="numeric">{run ? run.epochs.length : '–'}</td>
      <td className="numeric">
        {formatScore(run?.epochs.find(({ epoch }) => epoch === run.bestEpoch)?.valDice ?? null, 4)}
      </td>
      <td className="numeric">{formatScore(run?.test?.meanDice ?? null, 4)}</td>
      <td className="numeric">{band ? `${formatScore(1 - band.high, 3)} – ${formatScore(1 - band.low, 3)}` : '–'}</td>
    </tr>
  );
}

function stateOf(run: KeptRun | null, going: boolean): string {
  if (isSized(run)) return 'done';
  if (going) return 'under way';
  if (!run) return 'waiting';
  return run.state === 'finished' ? 'not scored' : 'cut short';
}

function aboutText(by: 'test' | 'validation', fit: CurveFit | null): string {
  const of =
    by === 'test' ? 'Test Dice.' : 'Validation Dice of the best epochs, which were chosen by it: a little too high.';
  if (!fit) return of;
  const noise = by === 'test' ? 'the choice of test images and the scatter of the points' : 'the scatter of the points';
  return `${of} Law: error = ${fit.law.a.toFixed(3)} + ${fit.law.b.toFixed(3)} · n^−${fit.law.c.toFixed(2)}. The band knows ${noise}, not images of another kind.`;
}
