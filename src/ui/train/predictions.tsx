import { memo, useMemo, useState } from 'react';
import { confusion, dice } from '../../metrics/confusion.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { picturesOf } from '../../state/inference/results.ts';
import { formatScore } from '../shared/format.ts';
import { outlinePath } from '../shared/mask-paths.ts';
import { PixelImage } from '../shared/pixel-image.tsx';
import { Segments } from '../shared/segments.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import './predictions.css';

const none: readonly Triptych[] = [];
const noMasks: readonly (readonly Uint8Array[])[] = [];

const views = [
  ['contour', 'Contour'],
  ['mask', 'Masks'],
] as const;
type View = (typeof views)[number][0];

/** Under this Dice an image is worth a look. */
export const LOW = 0.7;

/** The fixed validation images and what the network makes of them, back through the epochs. */
export function Predictions() {
  const samples = useStudio(({ run }) => run?.samples ?? none);
  const predictions = useStudio(({ run }) => run?.predictions ?? noMasks);
  const best = useStudio(({ run }) => run?.bestEpoch ?? null);
  const ofModel = useStudio(state => (runGoingOn(state) ? none : picturesOf(state)));
  const origin = useStudio(state => state.model?.origin);
  const runId = useStudio(({ run }) => run?.id);
  const [view, setView] = useState<View>('contour');
  // The epoch that was chosen, for which run; without a choice the newest is shown.
  const [chosen, setChosen] = useState<{ run: string | undefined; epoch: number }>();
  const newest = predictions.length;
  const following = chosen === undefined || chosen.run !== runId;
  const epoch = following ? newest : Math.min(chosen.epoch, newest);
  const loaded = ofModel.length > 0;
  return (
    <section className="predictions" aria-label="Predictions">
      <div className="bar predictions-bar">
        <h2>Predictions</h2>
        <p className="picture-keys" aria-hidden="true">
          <span className="picture-key key-prediction">prediction</span>
          <span className="picture-key key-truth">mask</span>
        </p>
        <span className="spring" />
        {!loaded && newest > 0 && (
          <label className="slider-field">
            <span>Epoch shown</span>
            <input
              type="range"
              min={1}
              max={newest}
              value={epoch}
              disabled={newest < 2}
              onChange={event => {
                const next = Number(event.currentTarget.value);
                setChosen(next === newest ? undefined : { run: runId, epoch: next });
              }}
            />
            <output className="epoch-shown">{`${epoch} of ${newest}${epoch === best ? ', best' : following ? ', newest' : ''}`}</output>
          </label>
        )}
        {loaded && <p className="sub breakable">{`By the loaded model: ${origin ?? ''}`}</p>}
        <Segments legend="Shown as" options={views} value={view} onChange={setView} />
      </div>
      {samples.length === 0 && !loaded ? (
        <p className="waiting-for">Validation images and their predicted outlines appear here during training.</p>
      ) : (
        <div className="prediction-row">
          {(loaded ? ofModel : samples).map((triptych, place) => (
            <PredictionView
              key={triptych.id}
              triptych={triptych}
              prediction={loaded ? triptych.prediction : predictions[epoch - 1]?.[place]}
              view={view}
            />
          ))}
        </div>
      )}
    </section>
  );
}

/**
 * One image with the outlines of its mask and of the prediction, or the two masks. Those that are not in view are there for screen readers
 * all the same.
 */
const PredictionView = memo(function PredictionView({
  triptych: { id, size, image, truth },
  prediction,
  view,
}: {
  triptych: Triptych;
  prediction: Uint8Array | undefined;
  view: View;
}) {
  const score = useMemo(() => (prediction ? dice(confusion(prediction, truth)) : undefined), [prediction, truth]);
  const contour = view === 'contour';
  const masks = contour ? 'visually-hidden' : 'prediction-masks';
  return (
    <figure className="prediction" aria-label={id}>
      <div className="prediction-picture">
        <PixelImage size={size} pixels={image} alt={`Input ${id}`} />
        {contour && <Outlines size={size} truth={truth} prediction={prediction} />}
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

export const Outlines = memo(function Outlines({
  size,
  truth,
  prediction,
}: {
  size: number;
  truth: Uint8Array;
  prediction: Uint8Array | undefined;
}) {
  const ofTruth = useMemo(() => outlinePath(size, truth), [size, truth]);
  const ofPrediction = useMemo(() => (prediction ? outlinePath(size, prediction) : ''), [size, prediction]);
  return (
    <svg className="outlines" viewBox={`0 0 ${size} ${size}`} aria-hidden="true">
      <path className="outline-casing" d={ofTruth} />
      <path className="outline-truth" d={ofTruth} />
      <path className="outline-casing" d={ofPrediction} />
      <path className="outline-prediction" d={ofPrediction} />
    </svg>
  );
});
