import * as Popover from '@radix-ui/react-popover';
import { Info } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Intervals } from '../../metrics/summary.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { intervalsFor } from '../../state/inference/intervals.ts';
import { formatScore, plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import { DICE_TO_BEAT, isIsic, measures, shownMeasures } from './measures.ts';
import '../shared/help.css';
import './measures-block.css';

/** The one figure that counts, with how sure it is. */
export function ScoreBlock({
  result,
  intervals,
  all,
  counted,
  other,
}: {
  result: TestResult;
  intervals: Intervals | null;
  all: boolean;
  counted: string;
  other: string | null;
}) {
  const interval = intervals?.meanDice;
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
            <b>{rangeText(interval)}</b>
            <span>{` · 95 % interval over ${images}`}</span>
          </>
        ) : (
          <span>{`95 % interval over ${images} …`}</span>
        )}
      </p>
      {other !== null && <p className="sub">{other}</p>}
      {isic && (
        <p className="sub score-reference">
          {`${Math.abs(ahead).toFixed(4)} ${ahead >= 0 ? 'above' : 'below'} ${DICE_TO_BEAT}, the figure published for this network on 2,594 ISIC 2018 images`}
        </p>
      )}
    </div>
  );
}

/** From 0 to 1. */
function IntervalLine({ interval, mean }: { interval: Intervals['meanDice']; mean: number }) {
  const at = (value: number) => `${value * 100}%`;
  return (
    <div className="interval-line" aria-hidden="true">
      {interval && (
        <span className="interval-range" style={{ left: at(interval[0]), width: at(interval[1] - interval[0]) }} />
      )}
      <span className="interval-mean" style={{ left: at(mean) }} />
      <span className="interval-end">0</span>
      <span className="interval-end">1</span>
    </div>
  );
}

/** Three digits: what another drawing of the interval would leave as it is. */
function rangeText([low, high]: readonly [number, number], scale = 1): string {
  const digits = scale === 1 && high < 10 ? 3 : 1;
  return `${(low * scale).toFixed(digits)} – ${(high * scale).toFixed(digits)}`;
}

/** All others, in a quiet list, with their intervals where they have one. */
export function MeasuresBlock({ result, intervals }: { result: TestResult; intervals: Intervals | null }) {
  return (
    <div className="block">
      <div className="block-head">
        <h2>More measures</h2>
      </div>
      <dl className="facts measures">
        {shownMeasures(result)
          .filter(({ key }) => key !== 'meanDice')
          .map(({ key, title }) => (
            <div key={key}>
              <dt>{title}</dt>
              <dd>
                <small>{intervalText(key, intervals)}</small>
                <span>
                  {key === 'shareBelow08' ? `${(result[key] * 100).toFixed(1)} %` : formatScore(result[key], 4)}
                </span>
              </dd>
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

function intervalText(key: string, intervals: Intervals | null): string {
  const found = intervals?.[key as keyof Intervals];
  return found ? rangeText(found, key === 'shareBelow08' ? 100 : 1) : '';
}

/** Those of the report, where the test brought them along; else drawn after the scores are on the page. null until they are there. */
export function useIntervals(result: TestResult): Intervals | null {
  const [found, setFound] = useState<{ of: TestResult; intervals: Intervals }>();
  useEffect(() => {
    let gone = false;
    if (result.images.length > 0)
      void intervalsFor(result, () => gone).then(intervals => {
        if (intervals && !gone) setFound({ of: result, intervals });
      });
    return () => {
      gone = true;
    };
  }, [result]);
  return found?.of === result ? found.intervals : null;
}
