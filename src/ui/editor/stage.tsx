import { type RefObject, useCallback, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Point } from '../../masks/polygon.ts';
import type { Band, RunMask } from '../../masks/run-mask.ts';
import { ink, type Layer, type View } from '../../masks/screen.ts';
import type { WholePicture } from '../../protocol/corrections.ts';
import { stagePointers } from './pointer.ts';
import type { Session } from './session.ts';
import { createSurface, type Surface } from './surface.ts';
import { centred, fitted, panned, toStage, zoomed } from './view.ts';

/** What the bar and the keys do with the view. */
export interface StageControls {
  fit(): void;
  oneToOne(): void;
  /** Around the stage's middle. */
  zoom(factor: number): void;
  /** In CSS pixels of the stage. */
  pan(dx: number, dy: number): void;
  /** Gives up the stroke under way; whether there was one. */
  giveUp(): boolean;
  setSpace(down: boolean): void;
  focus(): void;
}

/** The mask is cyan and solid, what it is compared with yellow or white and dashed: as --pic-prediction, --fp and --pic-truth. */
const CYAN = [53, 227, 255] as const;
const YELLOW = ink(255, 217, 59);
const WHITE = ink(255, 255, 255);
const CASING = ink(8, 11, 11, 0.75);

/** The picture with its mask, to draw on. */
export function Stage({
  session,
  picture,
  id,
  points,
  onPoints,
  onClosePolygon,
  onScale,
  controls,
}: {
  session: Session;
  picture: WholePicture;
  id: string;
  /** Corners of the polygon, in pixels of the image. */
  points: readonly Point[];
  onPoints: (points: readonly Point[]) => void;
  onClosePolygon: () => void;
  onScale: (scale: number) => void;
  controls: RefObject<StageControls | null>;
}) {
  const box = useRef<HTMLDivElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const above = useRef<HTMLCanvasElement>(null);
  const ring = useRef<SVGCircleElement>(null);
  const surface = useRef<Surface>(null);
  const sides = useRef({ width: 1, height: 1 });
  const view = useRef<View>({ scale: 1, left: 0, top: 0 });
  const live = useRef<RunMask>(null);
  const space = useRef(false);
  const latest = useRef({ points, onPoints });
  latest.current = { points, onPoints };
  const [shown, setShown] = useState(view.current);
  const [lasso, setLasso] = useState<readonly Point[]>([]);
  const mode = useStore(session.store, state => state.mode);
  const size = useStore(session.store, state => state.size);

  const layersNow = useCallback((): Layer[] => {
    const { history, opacity, compared, prediction, original } = session.store.getState();
    const mask = live.current ?? history.mask;
    const thickness = Math.max(1, Math.round(1.5 * Math.min(2, window.devicePixelRatio)));
    const other = { casing: CASING, thickness, dashed: true };
    const layers: Layer[] = [];
    layers.push({
      ...{ rowAt: y => mask.rows[y], fill: ink(...CYAN, opacity), line: ink(...CYAN), casing: CASING, thickness },
    });
    if (compared === 'prediction' && prediction)
      layers.push({
        ...other,
        rowAt: y => (y >= 0 && y < picture.height ? prediction.rowAt(y) : undefined),
        line: YELLOW,
      });
    if (compared === 'original') layers.push({ ...other, rowAt: y => original.rows[y], line: WHITE });
    return layers;
  }, [session, picture]);

  const setView = useCallback(
    (next: View) => {
      view.current = next;
      surface.current?.show(next);
      setShown(next);
      onScale(next.scale);
    },
    [onScale],
  );

  const [pointers] = useState(() =>
    stagePointers({
      session,
      image: picture,
      view: () => view.current,
      stage: () => sides.current,
      setView: next => setView(next),
      live(mask, band?: Band & { left: number; right: number }) {
        live.current = mask;
        if (band) surface.current?.changed(layersNow(), band.top, band.top + band.rows.length, band.left, band.right);
        else surface.current?.showLayers(layersNow());
      },
      lasso: setLasso,
      corner: point => latest.current.onPoints([...latest.current.points, point]),
      space: () => space.current,
    }),
  );

  useEffect(() => {
    const [stage, lower, upper] = [box.current, below.current, above.current];
    if (!stage || !lower || !upper) return;
    const made = createSurface(picture, lower, upper);
    surface.current = made;
    made.showLayers(layersNow());
    let isFirst = true;
    const observer = new ResizeObserver(() => {
      sides.current = { width: Math.max(1, stage.clientWidth), height: Math.max(1, stage.clientHeight) };
      made.resize(sides.current, window.devicePixelRatio);
      setView(isFirst ? fitted(picture, sides.current) : panned(view.current, 0, 0, picture, sides.current));
      isFirst = false;
    });
    observer.observe(stage);
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = stage.getBoundingClientRect();
      pointers.wheel(event, event.clientX - left, event.clientY - top);
    };
    stage.addEventListener('wheel', turn, { passive: false });
    const unsubscribe = session.store.subscribe((now, before) => {
      if (
        now.history.mask !== before.history.mask ||
        now.opacity !== before.opacity ||
        now.compared !== before.compared ||
        now.prediction?.rowAt !== before.prediction?.rowAt
      )
        made.showLayers(layersNow());
    });
    return () => {
      unsubscribe();
      observer.disconnect();
      stage.removeEventListener('wheel', turn);
      made.dispose();
      surface.current = null;
    };
  }, [session, picture, layersNow, setView, pointers]);

  useImperativeHandle(controls, () => ({
    fit: () => setView(fitted(picture, sides.current)),
    oneToOne: () => setView(centred(picture, sides.current, 1)),
    zoom(factor) {
      const { width, height } = sides.current;
      setView(zoomed(view.current, factor, width / 2, height / 2, picture, sides.current));
    },
    pan: (dx, dy) => setView(panned(view.current, dx, dy, picture, sides.current)),
    giveUp: () => pointers.giveUp(),
    setSpace(down) {
      space.current = down;
      if (box.current) box.current.dataset.moving = String(down);
    },
    focus: () => box.current?.focus(),
  }));

  const onStage = (event: { clientX: number; clientY: number }) => {
    const { left, top } = box.current?.getBoundingClientRect() ?? { left: 0, top: 0 };
    return { x: event.clientX - left, y: event.clientY - top, left, top };
  };
  const moveRing = (event: React.PointerEvent, isOver: boolean) => {
    const { x, y } = onStage(event);
    const hasRing = isOver && event.pointerType !== 'touch' && ['brush', 'eraser', 'threshold'].includes(mode);
    ring.current?.setAttribute('cx', String(x));
    ring.current?.setAttribute('cy', String(y));
    ring.current?.setAttribute('visibility', hasRing ? 'visible' : 'hidden');
  };
  const line = (of: readonly Point[]) =>
    of
      .map(({ x, y }) => toStage(shown, x, y))
      .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
      .join(' ');

  return (
    <div
      ref={box}
      className="editor-stage"
      role="application"
      aria-label={`Picture ${id} with its mask`}
      aria-describedby="editor-keys"
      data-mode={mode}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the picture.
      tabIndex={0}
      onContextMenu={event => event.preventDefault()}
      onDoubleClick={() => mode === 'polygon' && onClosePolygon()}
      onPointerDown={event => {
        const { x, y } = onStage(event);
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus({ preventScroll: true });
        pointers.down(event.nativeEvent, x, y);
      }}
      onPointerMove={event => {
        moveRing(event, true);
        const { x, y, left, top } = onStage(event);
        pointers.move(event.nativeEvent, x, y, { left, top });
      }}
      onPointerLeave={event => moveRing(event, false)}
      onPointerUp={event => pointers.up(event.nativeEvent)}
      onPointerCancel={event => pointers.cancel(event.nativeEvent)}
    >
      <canvas ref={below} />
      <canvas ref={above} className="editor-mask" />
      <svg className="editor-marks" aria-hidden="true">
        <circle ref={ring} className="editor-ring" r={Math.max(1, (size / 2) * shown.scale)} visibility="hidden" />
        {lasso.length > 1 && <polyline className="editor-line" points={line(lasso)} />}
        {points.length > 1 && <polyline className="editor-line" points={line(points)} />}
        {points.map((point, place) => {
          const at = toStage(shown, point.x, point.y);
          return (
            <Corner
              // biome-ignore lint/suspicious/noArrayIndexKey: a corner is known by its place.
              key={place}
              x={at.x}
              y={at.y}
              isFirst={place === 0}
              onMove={(dx, dy) => {
                const moved = { x: point.x + dx / shown.scale, y: point.y + dy / shown.scale };
                latest.current.onPoints(points.map((each, i) => (i === place ? moved : each)));
              }}
              onPress={() => place === 0 && onClosePolygon()}
            />
          );
        })}
      </svg>
    </div>
  );
}

/** A corner of the polygon: dragged it moves, and the first one, pressed, closes the line. */
function Corner({
  x,
  y,
  isFirst,
  onMove,
  onPress,
}: {
  x: number;
  y: number;
  isFirst: boolean;
  onMove: (dx: number, dy: number) => void;
  onPress: () => void;
}) {
  const grip = useRef<{ x: number; y: number; moved: boolean }>(null);
  return (
    <circle
      className="editor-corner"
      data-first={isFirst}
      cx={x}
      cy={y}
      r={isFirst ? 7 : 5}
      onPointerDown={event => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = { x: event.clientX, y: event.clientY, moved: false };
      }}
      onPointerMove={event => {
        if (!grip.current) return;
        const [dx, dy] = [event.clientX - grip.current.x, event.clientY - grip.current.y];
        if (!grip.current.moved && Math.hypot(dx, dy) < 3) return;
        grip.current = { x: event.clientX, y: event.clientY, moved: true };
        onMove(dx, dy);
      }}
      onPointerUp={event => {
        event.stopPropagation();
        const isPress = grip.current && !grip.current.moved;
        grip.current = null;
        if (isPress) onPress();
      }}
    />
  );
}
