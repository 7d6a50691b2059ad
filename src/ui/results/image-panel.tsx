import { type CSSProperties, useEffect, useId, useRef, useState } from 'react';
import type { ImageScore } from '../../protocol/scores.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { TriptychView } from '../shared/triptych-view.tsx';
import { Overlay, type OverlayLook, parts } from './overlay.tsx';
import '../shared/legend.css';
import './image-panel.css';

const zooms = [1, 2, 4, 8];
const layers = [
  ['areas', 'Areas'],
  ['outlines', 'Outlines'],
] as const;

/** One image of the test: what the network saw, what it should have found and what it found, each and together. */
export function ImagePanel({ triptych, score }: { triptych: Triptych; score: ImageScore | undefined }) {
  const [look, setLook] = useState<OverlayLook>({ areas: true, outlines: true, opacity: 0.45 });
  const [large, setLarge] = useState(false);
  return (
    <>
      <TriptychView triptych={triptych} prediction={triptych.prediction} waiting="no model" />
      {score && (
        <p className="line number">
          {`Dice ${formatScore(score.dice, 4)} · Jaccard ${formatScore(score.jaccard, 4)} · sensitivity ${formatScore(score.sensitivity, 4)} · specificity ${formatScore(score.specificity, 4)}`}
        </p>
      )}
      <Overlay triptych={triptych} look={look} />
      <LookControls look={look} onChange={setLook} />
      <div className="actions">
        <button type="button" onClick={() => setLarge(true)}>
          Enlarge
        </button>
      </div>
      {large && <LargeView triptych={triptych} look={look} onLook={setLook} onClose={() => setLarge(false)} />}
    </>
  );
}

function LookControls({ look, onChange }: { look: OverlayLook; onChange: (look: OverlayLook) => void }) {
  const id = useId();
  return (
    <div className="overlay-look">
      <ul className="legend" aria-label="Colours of the overlay">
        {parts.map(({ key, title }) => (
          <li key={key}>
            <span className={`swatch swatch-${key}`} aria-hidden="true" />
            {title}
          </li>
        ))}
        <li>
          <span className="swatch swatch-truth" aria-hidden="true" />
          Ground truth
        </li>
        <li>
          <span className="swatch swatch-prediction" aria-hidden="true" />
          Prediction
        </li>
      </ul>
      <div className="overlay-switches">
        {layers.map(([key, title]) => (
          <label key={key}>
            <input
              type="checkbox"
              checked={look[key]}
              onChange={({ currentTarget }) => onChange({ ...look, [key]: currentTarget.checked })}
            />
            {title}
          </label>
        ))}
        <label htmlFor={id} className="opacity">
          Opacity
          <input
            id={id}
            type="range"
            min={0}
            max={100}
            value={Math.round(look.opacity * 100)}
            disabled={!look.areas}
            aria-valuetext={`${Math.round(look.opacity * 100)} %`}
            onChange={({ currentTarget }) => onChange({ ...look, opacity: Number(currentTarget.value) / 100 })}
          />
        </label>
      </div>
    </div>
  );
}

/** The overlay over the whole window, to zoom into. Panning is scrolling: by wheel, finger, keys, or dragging. */
function LargeView({
  triptych,
  look,
  onLook,
  onClose,
}: {
  triptych: Triptych;
  look: OverlayLook;
  onLook: (look: OverlayLook) => void;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const area = useRef<HTMLDivElement>(null);
  const [zoom, setZoom] = useState(1);
  const title = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const change = (next: number) => {
    const box = area.current;
    if (!box) return;
    // What is in the middle stays there.
    const x = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth;
    const y = (box.scrollTop + box.clientHeight / 2) / box.scrollHeight;
    setZoom(next);
    requestAnimationFrame(() =>
      box.scrollTo({
        left: x * box.scrollWidth - box.clientWidth / 2,
        top: y * box.scrollHeight - box.clientHeight / 2,
      }),
    );
  };
  const nearby = (way: number) => zooms[zooms.indexOf(zoom) + way];
  const [closer, further] = [nearby(1), nearby(-1)];
  return (
    <dialog ref={dialog} className="large-view" aria-labelledby={title} onClose={onClose}>
      <div className="large-head">
        <h3 id={title}>{triptych.id}</h3>
        <div className="actions">
          <button
            type="button"
            aria-label="Zoom out"
            disabled={further === undefined}
            onClick={() => further && change(further)}
          >
            −
          </button>
          <span className="number" aria-live="polite">{`${zoom} ×`}</span>
          <button
            type="button"
            aria-label="Zoom in"
            disabled={closer === undefined}
            onClick={() => closer && change(closer)}
          >
            +
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
      </div>
      <ScrollArea
        className="large-area"
        label="Picture, scrollable"
        ref={area}
        onPointerMove={({ buttons, movementX, movementY, pointerType, currentTarget }) => {
          if (buttons === 1 && pointerType === 'mouse') currentTarget.scrollBy(-movementX, -movementY);
        }}
      >
        <div className="large-picture" style={{ '--zoom': zoom } as CSSProperties}>
          <Overlay triptych={triptych} look={look} />
        </div>
      </ScrollArea>
      <LookControls look={look} onChange={onLook} />
    </dialog>
  );
}
