import { useMemo, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { samePreparation } from '../../protocol/preparation.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatPreparation, formatScore } from '../shared/format.ts';
import { Outlines } from '../shared/outlines.tsx';
import { PixelImage } from '../shared/pixel-image.tsx';
import { useStudio } from '../studio-context.ts';
import { LOW } from '../train/predictions.tsx';

/** As many as stand in one row, made at a time. */
const AT_ONCE = 12;

/** The worst test images of a run that the data set has, and what the run's weights make of them. */
export function useRunPictures(run: KeptRun) {
  const dataset = useStudio(state => state.dataset);
  const make = useStudio(state => state.runPictures);
  const refusal = useRefusal(make);
  const [made, setMade] = useState<readonly Triptych[]>([]);
  const [busy, setBusy] = useState(false);
  const scores = useMemo(() => {
    const known = new Set(dataset?.ids);
    return (run.test?.images ?? []).filter(({ id }) => known.has(id));
  }, [run.test, dataset]);
  const next = scores.slice(made.length, made.length + AT_ONCE);
  const refused =
    refusal ||
    (dataset && !samePreparation(run.settings, dataset)
      ? `The data set is loaded as ${formatPreparation(dataset)}, and this run’s images are ${formatPreparation(run.settings)}.`
      : scores.length === 0
        ? 'The data set at hand has none of its test images.'
        : run.bytes === 0
          ? 'No weights are kept of this run.'
          : '');
  const more = async () => {
    setBusy(true);
    const pictures = await make(
      run.id,
      next.map(({ id }) => id),
    );
    setBusy(false);
    // Where that failed, the page says why.
    if (pictures) setMade(before => [...before, ...pictures]);
  };
  return { made, scores, refused, busy, more, left: next.length, make };
}

export type PicturesOfRun = ReturnType<typeof useRunPictures>;

export function RunPictures({
  pictures: { made, scores, refused, busy, more, left, make },
}: {
  pictures: PicturesOfRun;
}) {
  return (
    <div className="run-pictures">
      <div className="block-head">
        <h3>Worst on test</h3>
        {(left > 0 || refused) && (
          <ActionButton className="small" action={make} busy={busy || refused !== ''} onClick={() => void more()}>
            {busy ? 'Drawing…' : made.length > 0 ? `Show ${left} more` : 'Show pictures'}
          </ActionButton>
        )}
      </div>
      {refused && made.length === 0 && <p className="help">{refused}</p>}
      {made.length > 0 && (
        <div className="run-picture-grid">
          {made.map(({ id, size, image, truth, prediction }, place) => (
            <figure key={id} className="prediction" aria-label={id}>
              <div className="prediction-picture">
                <PixelImage size={size} pixels={image} alt={`Outline of ${id}`} />
                <Outlines size={size} truth={truth} prediction={prediction} />
              </div>
              <figcaption>
                <span className="mono prediction-id" title={id}>
                  {id}
                </span>
                <b data-low={(scores[place]?.dice ?? 1) < LOW || undefined}>{formatScore(scores[place]?.dice)}</b>
              </figcaption>
            </figure>
          ))}
        </div>
      )}
    </div>
  );
}
