import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { samePreparation } from '../../protocol/preparation.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { formatPreparation } from '../shared/format.ts';
import { Outlines } from '../shared/outlines.tsx';
import { PixelImage } from '../shared/pixel-image.tsx';
import { useStudio } from '../studio-context.ts';
import './two-pictures.css';

/** One image with both runs' outlines: the first left of the slider, the second right of it; or each alone while its key or button is held. */
export function TwoPictures({ id, runs }: { id: string; runs: readonly [KeptRun, KeptRun] }) {
  const make = useStudio(state => state.runPictures);
  const refused = useRefusal(make);
  const dataset = useStudio(state => state.dataset);
  const [made, setMade] = useState<{ key: string; pictures: readonly Triptych[] } | { key: string; pictures: null }>();
  const [border, setBorder] = useState(50);
  const [held, setHeld] = useState<0 | 1 | null>(null);
  const field = useId();
  const [a, b] = runs;
  const key = `${id} ${a.id} ${b.id}`;
  const away = runs.find(({ bytes }) => bytes === 0);
  const reason =
    refused ||
    (away
      ? `No weights are kept of ${away.name}.`
      : !dataset?.ids.includes(id)
        ? `${id} is not in the data set that is open.`
        : runs.some(({ settings }) => !samePreparation(settings, dataset))
          ? `The data set is loaded as ${formatPreparation(dataset)}, and a run is on other images.`
          : '');
  useEffect(() => {
    if (reason) return;
    let current = true;
    void (async () => {
      const pictures: Triptych[] = [];
      for (const runId of [a.id, b.id]) {
        const [picture] = (await make(runId, [id])) ?? [];
        if (!current) return;
        if (picture) pictures.push(picture);
      }
      setMade({ key, pictures: pictures.length === 2 ? pictures : null });
    })();
    return () => {
      current = false;
    };
  }, [reason, make, id, a.id, b.id, key]);
  const shown = made?.key === key ? made.pictures : undefined;
  const share = held === null ? border : held === 0 ? 100 : 0;
  const press = (run: 0 | 1) => (event: KeyboardEvent) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    setHeld(run);
  };
  const release = () => setHeld(null);
  return (
    <section className="two-pictures" aria-label={`${id} in both runs`}>
      {reason || !shown?.[0] || !shown[1] ? (
        <p className="help" role="status">
          {reason || (shown === null ? 'No pictures could be made.' : 'Predicting…')}
        </p>
      ) : (
        <>
          <div className="two-frame">
            {[shown[0], shown[1]].map(({ size, image, truth, prediction }, i) => (
              <div
                key={runs[i]?.id}
                className="two-layer"
                style={i === 1 ? { clipPath: `inset(0 0 0 ${share}%)` } : undefined}
              >
                <PixelImage size={size} pixels={image} alt={`${id} outlined by ${runs[i]?.name}`} />
                <Outlines size={size} truth={truth} prediction={prediction} />
              </div>
            ))}
            <span className="two-border" style={{ left: `${share}%` }} aria-hidden="true" />
          </div>
          <label htmlFor={field} className="slider-field">
            <span>Border between the runs</span>
            <input
              id={field}
              type="range"
              min={0}
              max={100}
              value={border}
              aria-valuetext={`${border} % ${a.name}`}
              onChange={({ currentTarget }) => setBorder(Number(currentTarget.value))}
            />
          </label>
          <div className="actions">
            {([0, 1] as const).map(run => (
              <button
                key={run}
                type="button"
                className="small"
                aria-pressed={held === run}
                onPointerDown={() => setHeld(run)}
                onPointerUp={release}
                onPointerLeave={release}
                onPointerCancel={release}
                onKeyDown={press(run)}
                onKeyUp={release}
                onBlur={release}
              >
                {`Hold for ${runs[run].name}`}
              </button>
            ))}
          </div>
          <p className="help">
            Dashed: ground truth. Solid: prediction. Left of the border the first run, right of it the second.
          </p>
        </>
      )}
    </section>
  );
}
