import { useState } from 'react';
import type { Triptych } from '../../protocol/triptych.ts';
import { picturesOf } from '../../state/inference/results.ts';
import { TriptychView } from '../shared/triptych-view.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import './predictions.css';

const none: readonly Triptych[] = [];
const noMasks: readonly (readonly Uint8Array[])[] = [];

/** The fixed validation images and what the network makes of them, back through the epochs. */
export function Predictions() {
  const samples = useStudio(({ run }) => run?.samples ?? none);
  const predictions = useStudio(({ run }) => run?.predictions ?? noMasks);
  const best = useStudio(({ run }) => run?.bestEpoch ?? null);
  const ofModel = useStudio(state => (runGoingOn(state) ? none : picturesOf(state)));
  const origin = useStudio(state => state.model?.origin);
  const runId = useStudio(({ run }) => run?.id);
  // The epoch that was chosen, for which run; without a choice the newest is shown.
  const [chosen, setChosen] = useState<{ run: string | undefined; epoch: number }>();
  const newest = predictions.length;
  const following = chosen === undefined || chosen.run !== runId;
  const epoch = following ? newest : Math.min(chosen.epoch, newest);
  const loaded = ofModel.length > 0;
  return (
    <section className="panel predictions" aria-label="Predictions">
      <div className="predictions-head">
        <h3>Predictions</h3>
        {!loaded && newest > 0 && (
          <label className="epoch-slider">
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
          </label>
        )}
        {!loaded && newest > 0 && (
          <p className="help number epoch-shown">{`epoch ${epoch} of ${newest}${epoch === best ? ', the best' : ''}${following ? ', following the newest' : ''}`}</p>
        )}
        {loaded && <p className="help">{`By the loaded model: ${origin ?? ''}`}</p>}
      </div>
      {samples.length === 0 && !loaded ? (
        <p className="empty">
          A few validation images appear here when training starts, and after each epoch what the network makes of them.
        </p>
      ) : (
        <div className="triptychs">
          {(loaded ? ofModel : samples).map((triptych, place) => (
            <TriptychView
              key={triptych.id}
              triptych={triptych}
              prediction={loaded ? triptych.prediction : predictions[epoch - 1]?.[place]}
              waiting="after epoch 1"
            />
          ))}
        </div>
      )}
    </section>
  );
}
