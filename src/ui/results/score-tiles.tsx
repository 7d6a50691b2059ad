import { memo, useEffect, useState } from 'react';
import { type Interval, meanInterval } from '../../metrics/bootstrap.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { formatScore } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import { DICE_TO_BEAT, measures } from './measures.ts';
import './score-tiles.css';

export const ScoreTiles = memo(function ScoreTiles({ result, ownSize }: { result: TestResult; ownSize: boolean }) {
  const demo = useStudio(({ dataset }) => dataset?.source === 'demo-data.zip');
  const size = useStudio(({ model }) => model?.size);
  const interval = useInterval(result);
  const ahead = result.meanDice - DICE_TO_BEAT;
  return (
    <div className="panel">
      <dl className="tiles">
        {measures.map(({ key, title, definition }) => (
          <div className="tile" key={key} data-main={key === 'meanDice' || undefined}>
            <dt>{title}</dt>
            <dd className="tile-value number">
              {key === 'shareBelow08' ? `${(result[key] * 100).toFixed(1)} %` : formatScore(result[key], 4)}
            </dd>
            {key === 'meanDice' && (
              <dd className="help number">
                {interval
                  ? `95 % interval ${interval.low.toFixed(4)} to ${interval.high.toFixed(4)}`
                  : '95 % interval …'}
              </dd>
            )}
            <dd className="help">{definition}</dd>
          </div>
        ))}
      </dl>
      <p className="number reference">
        {`${result.images.length} images at threshold ${result.threshold}.`}{' '}
        <span className="help">
          {`X is the prediction, Y the ground truth${ownSize ? ', compared in each mask’s own size' : size ? `, compared at ${size} × ${size} pixels` : ''}; an image where both are empty scores 1. The interval is a bootstrap over images. `}
          {demo
            ? `The reference to beat, ${DICE_TO_BEAT}, is for ISIC 2018 images; these are drawings.`
            : `Reference to beat: ${DICE_TO_BEAT}, the Improved UNet on 2,594 ISIC 2018 images; this is ${Math.abs(ahead).toFixed(4)} ${ahead >= 0 ? 'above' : 'below'}.`}
        </span>
      </p>
    </div>
  );
});

/** In a task of its own, after the scores are on the page: it is the costliest of them. */
function useInterval({ images }: TestResult): Interval | undefined {
  const [interval, setFound] = useState<Interval>();
  useEffect(() => {
    const timer = setTimeout(() => setFound(meanInterval(images.map(({ dice }) => dice))), 0);
    return () => clearTimeout(timer);
  }, [images]);
  return interval;
}
