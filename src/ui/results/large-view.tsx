import { Minus, Plus, X } from 'lucide-react';
import { type CSSProperties, useEffect, useId, useRef, useState } from 'react';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { LayeredPicture, type Layers, type View } from './layered-picture.tsx';
import './large-view.css';

const zooms = [1, 2, 4, 8];

/** The picture over the whole window, to zoom into. Panning is scrolling: by wheel, finger, keys, or dragging. */
export function LargeView({
  layers,
  view,
  opacity,
  onStep,
  onClose,
}: {
  layers: Layers;
  view: View;
  opacity: number;
  onStep: (way: 1 | -1) => void;
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
    <dialog
      ref={dialog}
      className="large-view"
      aria-labelledby={title}
      onClose={onClose}
      onKeyDown={event => {
        const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined;
        // Enlarged, the arrows move the picture.
        if (!way || zoom > 1) return;
        event.preventDefault();
        onStep(way);
      }}
    >
      <div className="bar large-head">
        <h2 id={title} className="mono breakable">
          {layers.id}
        </h2>
        <span className="spring" />
        <button
          type="button"
          className="icon"
          aria-label="Zoom out"
          disabled={further === undefined}
          onClick={() => further && change(further)}
        >
          <Minus aria-hidden />
        </button>
        <span className="large-zoom" aria-live="polite">{`${zoom} ×`}</span>
        <button
          type="button"
          className="icon"
          aria-label="Zoom in"
          disabled={closer === undefined}
          onClick={() => closer && change(closer)}
        >
          <Plus aria-hidden />
        </button>
        <button type="button" className="icon" aria-label="Close" onClick={() => dialog.current?.close()}>
          <X aria-hidden />
        </button>
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
          <LayeredPicture layers={layers} view={view} opacity={opacity} />
        </div>
      </ScrollArea>
    </dialog>
  );
}
