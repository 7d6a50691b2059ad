import { Pin } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { confusion, dice } from '../../metrics/confusion.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { picturesOf } from '../../state/inference/results.ts';
import { type Snapshot, snapshotDice } from '../../state/run/prediction-history.ts';
import { formatScore } from '../shared/format.ts';
import { Outlines } from '../shared/outlines.tsx';
import { greys, PixelImage } from '../shared/pixel-image.tsx';
import { Segments } from '../shared/segments.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import './predictions.css';

const none: readonly Triptych[] = [];
const noSnapshots: readonly Snapshot[] = [];

const views = [
  ['contour', 'Contour'],
  ['mask', 'Masks'],
  ['probability', 'Probability'],
] as const;
type View = (typeof views)[number][0];

/** Under this Dice an image is worth a look. */
export const LOW = 0.7;

/** The fixed validation images and what the network makes of them, back through the epochs. */
export function Predictions() {
  const samples = useStudio(({ run }) => run?.samples ?? none);
  const predictions = useStudio(({ run }) => run?.predictions ?? noSnapshots);
  const best = useStudio(({ run }) => run?.bestEpoch ?? null);
  const ofModel = useStudio(state => (runGoingOn(state) ? none : picturesOf(state)));
  const origin = useStudio(state => state.model?.origin);
  const runId = useStudio(({ run }) => run?.id);
  const [view, setView] = useState<View>('contour');
  // The snapshot that was chosen; without a choice the newest is shown. Older ones give way as a long run goes on.
  const [chosen, setChosen] = useState<{ run: string | undefined; snapshot: Snapshot }>();
  const last = predictions.length - 1;
  const found = chosen?.run === runId && chosen ? predictions.indexOf(chosen.snapshot) : -1;
  const place = found < 0 ? last : found;
  const shown = predictions[place];
  const scores = useMemo(() => (shown ? snapshotDice(shown, samples) : []), [shown, samples]);
  const loaded = ofModel.length > 0;
  const pinned = useStudio(state => state.pinned);
  const togglePin = useStudio(state => state.togglePin);
  const shownImages = loaded ? ofModel : samples;
  /** Places of what is shown: those that are pinned first. */
  const order = useMemo(() => {
    const places = shownImages.map((_, i) => i);
    const isPinned = (i: number) => pinned.includes(shownImages[i]?.id ?? '');
    return [...places.filter(isPinned), ...places.filter(i => !isPinned(i))];
  }, [shownImages, pinned]);
  return (
    <section className="predictions" aria-label="Predictions">
      <div className="bar predictions-bar">
        <h2>Predictions</h2>
        <p className="picture-keys" aria-hidden="true">
          <span className="picture-key key-prediction">prediction</span>
          <span className="picture-key key-truth">mask</span>
        </p>
        <span className="spring" />
        {!loaded && shown && (
          <label className="slider-field">
            <span>Epoch shown</span>
            <input
              type="range"
              min={0}
              max={Math.max(last, 1)}
              value={place}
              disabled={last < 1}
              aria-valuetext={placeText(shown)}
              onChange={({ currentTarget }) => {
                const snapshot = predictions[Number(currentTarget.value)];
                setChosen(
                  snapshot === undefined || snapshot === predictions[last] ? undefined : { run: runId, snapshot },
                );
              }}
            />
            <span className="slider-value epoch-shown">{`${placeText(shown)}${shown.part === 0 && shown.epochs === best ? ', best' : place === last ? ', newest' : ''}`}</span>
          </label>
        )}
        {loaded && <p className="sub breakable">{`By the loaded model: ${origin ?? ''}`}</p>}
        <Segments legend="Shown as" options={views} value={view} onChange={setView} />
      </div>
      {samples.length === 0 && !loaded ? (
        <p className="waiting-for">Outlines appear 30 s after the start at the latest.</p>
      ) : (
        <div className="prediction-row">
          {order.map(index => {
            const triptych = shownImages[index];
            if (!triptych) return null;
            return (
              <PredictionView
                key={triptych.id}
                triptych={triptych}
                prediction={loaded ? triptych.prediction : shown?.masks[index]}
                levels={loaded ? triptych.probability : shown?.levels?.[index]}
                score={loaded ? diceOf(triptych) : scores[index]}
                view={view}
                pinned={pinned.includes(triptych.id)}
                onPin={togglePin}
              />
            );
          })}
        </div>
      )}
    </section>
  );
}

function diceOf({ truth, prediction }: Triptych): number | undefined {
  return prediction && dice(confusion(prediction, truth));
}

/** 'epoch 3', or '40 % of epoch 3' where it was taken within one. */
function placeText({ epochs, part }: Snapshot): string {
  return part === 0 ? `epoch ${epochs}` : `${Math.round(part * 100)} % of epoch ${epochs + 1}`;
}

/**
 * One image with the outlines of its mask and of the prediction, or the two masks, or how sure the network is of each pixel. Masks that are
 * not in view are there for screen readers all the same.
 */
const PredictionView = memo(function PredictionView({
  triptych: { id, size, image, truth },
  prediction,
  levels,
  score,
  view,
  pinned,
  onPin,
}: {
  triptych: Triptych;
  prediction: Uint8Array | undefined;
  /** Probabilities, 0 to 255. */
  levels: Uint8Array | undefined;
  score: number | undefined;
  view: View;
  pinned: boolean;
  onPin: (id: string) => void;
}) {
  const masks = view === 'mask' ? 'prediction-masks' : 'visually-hidden';
  const shades = useMemo(() => (view === 'probability' ? greys(levels) : undefined), [view, levels]);
  return (
    <figure className="prediction" aria-label={id}>
      <div className="prediction-picture">
        {view === 'probability' ? (
          <PixelImage
            size={size}
            pixels={shades}
            alt={`Probability ${id}`}
            waiting={prediction ? 'not kept' : undefined}
          />
        ) : (
          <PixelImage size={size} pixels={image} alt={`Input ${id}`} />
        )}
        {view !== 'mask' && <Outlines size={size} truth={truth} prediction={prediction} />}
        <button
          type="button"
          className="prediction-pin"
          aria-label={`Pin ${id}`}
          aria-pressed={pinned}
          title={pinned ? 'Unpin' : 'Pin: shown first, in the next runs too'}
          onClick={() => onPin(id)}
        >
          <Pin aria-hidden />
        </button>
      </div>
      <div className={masks}>
        <PixelImage size={size} pixels={truth} alt={`Ground truth ${id}`} />
        <PixelImage size={size} pixels={prediction} alt={`Prediction ${id}`} />
      </div>
      <figcaption>
        <span className="mono prediction-id" title={id}>
          {id}
        </span>
        <b data-low={(score !== undefined && score < LOW) || undefined}>{formatScore(score)}</b>
      </figcaption>
    </figure>
  );
});
