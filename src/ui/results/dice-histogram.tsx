import { ticks } from 'd3-array';
import { memo, useMemo } from 'react';
import type { ImageScore } from '../../protocol/scores.ts';
import { plural } from '../shared/format.ts';
import { type Bin, diceBins } from './bins.ts';
import './dice-histogram.css';

/** How the images' scores are spread: 20 bins from 0 to 1, each a button that opens its worst image. */
export const DiceHistogram = memo(function DiceHistogram({
  images,
  mean,
  open,
  onOpen,
}: {
  /** Worst first. */
  images: readonly ImageScore[];
  mean: number;
  /** The id of the image that is open. */
  open: string | undefined;
  onOpen: (id: string) => void;
}) {
  const bins = useMemo(() => diceBins(images.map(({ dice }) => dice)), [images]);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const lines = ticks(0, most, 3).filter(Number.isInteger);
  const score = images.find(({ id }) => id === open)?.dice;
  const low = images.filter(({ dice }) => dice < 0.8).length;
  const within = (value: number, { from, to }: Bin) => value >= from && (value < to || to === 1);
  const chosen = score === undefined ? undefined : bins.findIndex(bin => within(score, bin));
  const stop = chosen ?? bins.findIndex(({ count }) => count > 0);
  return (
    <figure className="histogram" aria-label="Histogram of Dice">
      <figcaption>
        <h3>Images by Dice</h3>
        <p className="sub">{`${low} of ${images.length} under 0.8`}</p>
      </figcaption>
      <div className="histogram-plot">
        <span className="histogram-y" aria-hidden="true">
          images
        </span>
        {lines.map(count => (
          <span
            key={count}
            className="histogram-line"
            style={{ bottom: `${(count / most) * 100}%` }}
            aria-hidden="true"
          >
            {count}
          </span>
        ))}
        <div className="histogram-bars">
          {bins.map((bin, place) => (
            <button
              key={bin.from}
              type="button"
              className="histogram-bar"
              disabled={bin.count === 0}
              tabIndex={place === stop ? 0 : -1}
              aria-pressed={place === chosen}
              aria-label={`Dice ${bin.from.toFixed(2)} to ${bin.to.toFixed(2)}: ${plural(bin.count, 'image')}`}
              onClick={() => {
                const worst = images.find(({ dice }) => within(dice, bin));
                if (worst) onOpen(worst.id);
              }}
            >
              <span style={{ height: `${(bin.count / most) * 100}%` }} />
            </button>
          ))}
          {images.length > 0 && (
            <span className="histogram-mean" data-left={mean > 0.5 || undefined} style={{ left: `${mean * 100}%` }}>
              {`mean ${mean.toFixed(3)}`}
            </span>
          )}
        </div>
        <div className="histogram-x" aria-hidden="true">
          {[0, 0.2, 0.4, 0.6, 0.8, 1].map(value => (
            <span key={value}>{value}</span>
          ))}
        </div>
        <span className="histogram-title" aria-hidden="true">
          Dice
        </span>
      </div>
    </figure>
  );
});
