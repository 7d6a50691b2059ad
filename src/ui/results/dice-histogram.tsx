import { lazy, memo, Suspense, useMemo } from 'react';
import type { ImageScore } from '../../protocol/scores.ts';
import { useThrottled } from '../shared/use-throttled.ts';
import { diceBins } from './bins.ts';
import './dice-histogram.css';

const HistogramChart = lazy(() =>
  import('./histogram-chart.tsx').then(({ HistogramChart }) => ({ default: HistogramChart })),
);

/** How the images' scores are spread: 20 bins from 0 to 1. */
export const DiceHistogram = memo(function DiceHistogram({ images }: { images: readonly ImageScore[] }) {
  const newest = useMemo(() => diceBins(images.map(({ dice }) => dice)), [images]);
  // In a task of its own: a chart takes as long to draw as all the rest together.
  const bins = useThrottled(newest, 200, 100);
  const most = bins.reduce((found, bin) => (bin.count > found.count ? bin : found));
  return (
    <figure className="panel histogram" aria-label="Histogram of Dice">
      <figcaption>
        <h3>Images by Dice</h3>
        <p className="help number">{`Most, ${most.count}, from ${most.from.toFixed(2)} to ${most.to.toFixed(2)}`}</p>
      </figcaption>
      <div className="histogram-plot">
        <Suspense fallback={null}>
          <HistogramChart bins={bins} />
        </Suspense>
      </div>
    </figure>
  );
});
