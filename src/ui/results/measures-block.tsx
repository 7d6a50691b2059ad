import * as Popover from '@radix-ui/react-popover';
import { Info } from 'lucide-react';
import { useEffect, useState } from 'react';
import { type Interval, meanInterval } from '../../metrics/bootstrap.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { formatScore, plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import { DICE_TO_BEAT, isIsic, measures } from './measures.ts';
import '../shared/help.css';
import './measures-block.css';

/** The one figure that counts, with how sure it is. */
export function ScoreBlock({ result, all, counted }: { result: TestResult; all: boolean; counted: string }) {
  const interval = useInterval(result);
  const isic = useStudio(({ dataset }) => isIsic(dataset));
  const ahead = result.meanDice - DICE_TO_BEAT;
  const images = plural(result.images.length, 'image');
  return (
    <div className="block score-block">
      <div className="block-head">
        <h2>{all ? 'Mean Dice, all pairs' : 'Mean Dice, test split'}</h2>
        <Definitions counted={counted} />
      </div>
      <p className="score-value">{formatScore(result.meanDice, 4)}</p>
      <IntervalLine interval={interval} mean={result.meanDice} />
      <p className="sub score-interval">
        {interval ? (
          <>
            <b>{`${interval.low.toFixed(4)} – ${interval.high.toFixed(4)}`}</b>
            <span>{` · 95 % interval over ${images}`}</span>
          </>
        ) : (
          <span>{`95 % interval over ${images} …`}</span>
        )}
      </p>
      {isic && (
        <p className="sub score-reference">
          {`${Math.abs(ahead).toFixed(4)} ${ahead >= 0 ? 'above' : 'below'} ${DICE_TO_BEAT}, the figure published for this network on 2,594 ISIC 2018 images`}
        </p>
      )}
    </div>
  );
}

/** From 0 to 1. */
function IntervalLine({ interval, mean }: { interval: Interval | undefined; mean: number }) {
  const at = (value: number) => `${value * 100}%`;
  return (
    <div className="interval-line" aria-hidden="true">
      {interval && (
        <span className="interval-range" style={{ left: at(interval.low), width: at(interval.high - interval.low) }} />
      )}
      <span className="interval-mean" style={{ left: at(mean) }} />
      <span className="interval-end">0</span>
      <span className="interval-end">1</span>
    </div>
  );
}

/** All others, in a quiet list. */
export function MeasuresBlock({ result }: { result: TestResult }) {
  return (
    <div className="block">
      <div className="block-head">
        <h2>More measures</h2>
      </div>
      <dl className="facts measures">
        {measures
          .filter(({ key }) => key !== 'meanDice')
          .map(({ key, title }) => (
            <div key={key}>
              <dt>{title}</dt>
              <dd>{key === 'shareBelow08' ? `${(result[key] * 100).toFixed(1)} %` : formatScore(result[key], 4)}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}

function Definitions({ counted }: { counted: string }) {
  return (
    <Popover.Root>
      <Popover.Trigger className="icon small" aria-label="What the measures mean">
        <Info aria-hidden />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover definitions-popover"
          side="bottom"
          align="start"
          collisionPadding={12}
          aria-label="What the measures mean"
        >
          <dl>
            {measures.map(({ key, title, definition }) => (
              <div key={key}>
                <dt>{title}</dt>
                <dd>{definition}</dd>
              </div>
            ))}
          </dl>
          <p>{`X is the prediction, Y the mask, compared ${counted}. An image where both are empty scores 1. The interval is a bootstrap over images.`}</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** In a task of its own, after the scores are on the page: it is the costliest of them. */
function useInterval({ images }: TestResult): Interval | undefined {
  const [interval, setFound] = useState<Interval>();
  useEffect(() => {
    const timer = setTimeout(() => setFound(meanInterval(images.map(({ dice }) => dice))), 0);
    return () => clearTimeout(timer);
  }, [images]);
  return interval;
}
