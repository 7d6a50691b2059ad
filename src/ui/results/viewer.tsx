import { ChevronLeft, ChevronRight, Expand } from 'lucide-react';
import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { PixelImage } from '../shared/pixel-image.tsx';
import { Segments } from '../shared/segments.tsx';
import { LargeView } from './large-view.tsx';
import { LayeredPicture, type Layers, type View, views } from './layered-picture.tsx';
import '../shared/legend.css';
import './viewer.css';

const legend = [
  ['right', 'right'],
  ['added', 'too much'],
  ['missed', 'missed'],
  ['prediction', 'prediction'],
  ['truth', 'mask'],
] as const;
type LegendKey = (typeof legend)[number][0];
const ofOutlines: readonly LegendKey[] = ['prediction'];

const viewsOfOutlines = views.filter(([view]) => view !== 'mask');

/** A finger has to go so far, and rather sideways. */
const SWIPE = 40;

/** One image, large: what the network should have found and what it found, on the photograph. */
export function Viewer({
  layers,
  waiting,
  title,
  place,
  count,
  onStep,
  facts,
  actions,
}: {
  /** undefined until there is an image. */
  layers: Layers | undefined;
  /** What stands in the picture's place while there is nothing to show. */
  waiting: string;
  /** Beside the image's name. */
  title: ReactNode;
  /** Of the image among `count`, from 0 on; −1 where it is not among them. */
  place: number;
  count: number;
  /** To the next one (1) or the one before (−1). */
  onStep: (way: 1 | -1) => void;
  /** Name and value, below the picture. */
  facts: readonly (readonly [string, string])[];
  /** Buttons at the right, below the picture. */
  actions?: ReactNode;
}) {
  const [view, setView] = useState<View>('overlay');
  const [opacity, setOpacity] = useState(0.55);
  const [large, setLarge] = useState(false);
  const swipe = useSwipe(onStep);
  const withTruth = layers?.square?.truth !== undefined || layers?.square === undefined;
  const shown = !withTruth && view === 'mask' ? 'overlay' : view;
  return (
    <div className="inspector viewer">
      <div className="bar viewer-head">
        <h2 className="mono viewer-id" aria-live="polite" title={layers?.id}>
          {layers?.id ?? 'No image'}
        </h2>
        <div className="viewer-title">{title}</div>
        <span className="spring" />
        <span className="sub">{count > 0 && place >= 0 ? `${place + 1} of ${count}` : ''}</span>
        <button
          type="button"
          className="icon"
          aria-label="Previous image"
          disabled={place <= 0}
          onClick={() => onStep(-1)}
        >
          <ChevronLeft aria-hidden />
        </button>
        <button
          type="button"
          className="icon"
          aria-label="Next image"
          disabled={place >= count - 1}
          onClick={() => onStep(1)}
        >
          <ChevronRight aria-hidden />
        </button>
      </div>
      <div className="viewer-frame" {...swipe}>
        {layers && (layers.square || layers.photo) ? (
          shown === 'mask' ? (
            <Masks layers={layers} />
          ) : (
            <>
              <LayeredPicture layers={layers} view={shown} opacity={opacity} />
              {layers.square?.truth && <HiddenMasks layers={layers} />}
            </>
          )
        ) : (
          <p className="viewer-waiting">{waiting}</p>
        )}
        {layers?.square && shown !== 'mask' && (
          <button type="button" className="icon viewer-enlarge" aria-label="Enlarge" onClick={() => setLarge(true)}>
            <Expand aria-hidden />
          </button>
        )}
      </div>
      <ul className="legend viewer-legend" aria-label="Colours of the overlay">
        {legend
          .filter(([key]) => withTruth || ofOutlines.includes(key))
          .map(([key, text]) => (
            <li key={key}>
              <span className={`swatch swatch-${key}`} aria-hidden="true" />
              {text}
            </li>
          ))}
      </ul>
      <dl className="viewer-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className="viewer-tools">
        {withTruth && (
          <label className="viewer-opacity">
            <span>Opacity</span>
            <input
              type="range"
              min={0}
              max={100}
              value={Math.round(opacity * 100)}
              disabled={shown !== 'overlay'}
              aria-valuetext={`${Math.round(opacity * 100)} %`}
              onChange={({ currentTarget }) => setOpacity(Number(currentTarget.value) / 100)}
            />
          </label>
        )}
        <Segments legend="Picture" options={withTruth ? views : viewsOfOutlines} value={shown} onChange={setView} />
        <span className="spring" />
        {actions}
      </div>
      {large && layers && (
        <LargeView layers={layers} view={shown} opacity={opacity} onStep={onStep} onClose={() => setLarge(false)} />
      )}
    </div>
  );
}

/** Mask and prediction as they were compared. */
function Masks({ layers: { id, square } }: { layers: Layers }) {
  if (!square) return null;
  const { size, image, truth, prediction } = square;
  return (
    <div className="viewer-masks">
      <div>
        <PixelImage size={size} pixels={truth} alt={`Ground truth ${id}`} />
        <span>mask</span>
      </div>
      <div>
        <PixelImage size={size} pixels={prediction} alt={`Prediction ${id}`} />
        <span>prediction</span>
      </div>
      <div className="visually-hidden">
        <PixelImage size={size} pixels={image} alt={`Input ${id}`} />
      </div>
    </div>
  );
}

/** For screen readers, and for who looks for them by their names. */
function HiddenMasks({ layers: { id, square } }: { layers: Layers }) {
  if (!square) return null;
  const { size, image, truth, prediction } = square;
  return (
    <div className="visually-hidden">
      <PixelImage size={size} pixels={image} alt={`Input ${id}`} />
      <PixelImage size={size} pixels={truth} alt={`Ground truth ${id}`} />
      <PixelImage size={size} pixels={prediction} alt={`Prediction ${id}`} />
    </div>
  );
}

/** A finger drawn to the left goes on, to the right goes back. */
export function useSwipe(onStep: (way: 1 | -1) => void) {
  const from = useRef<{ x: number; y: number; pointer: number }>(undefined);
  return {
    onPointerDown({ pointerType, isPrimary, pointerId, clientX, clientY }: PointerEvent) {
      from.current = pointerType !== 'mouse' && isPrimary ? { x: clientX, y: clientY, pointer: pointerId } : undefined;
    },
    onPointerUp({ pointerId, clientX, clientY }: PointerEvent) {
      const start = from.current;
      from.current = undefined;
      if (!start || start.pointer !== pointerId) return;
      const [across, down] = [clientX - start.x, clientY - start.y];
      if (Math.abs(across) >= SWIPE && Math.abs(across) > 1.5 * Math.abs(down)) onStep(across < 0 ? 1 : -1);
    },
    onPointerCancel() {
      from.current = undefined;
    },
  };
}
