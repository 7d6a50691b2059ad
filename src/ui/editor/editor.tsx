/** The mask editor: opens a pair's picture and the versions of its mask, and holds them while it is open. */
import { ArrowLeft, Redo2, Save, Undo2, ZoomIn, ZoomOut } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { type Point, polygonBand } from '../../masks/polygon.ts';
import { difference, union } from '../../masks/rows.ts';
import { withBand } from '../../masks/run-mask.ts';
import type { WholePicture } from '../../protocol/corrections.ts';
import { partOf } from '../../state/data/correction-actions.ts';
import type { EditedMask } from '../../state/data/data-state.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import { EditorInspector } from './inspector.tsx';
import { pressKey } from './keys.ts';
import { useReview } from './review-queue.tsx';
import { createSession, isUnsaved, type Session } from './session.ts';
import { Stage, type StageControls } from './stage.tsx';
import { TestLock } from './test-lock.tsx';
import { ToolRail } from './tool-rail.tsx';
import { type MaskDesk, useMaskDesk } from './use-mask-desk.ts';
import './editor.css';

export function Editor({ edited, onClose }: { edited: EditedMask; onClose: () => void }) {
  const { id, outline } = edited;
  const desk = useMaskDesk(id, outline);
  const part = useStudio(state => (outline === undefined ? partOf(state, id) : undefined));
  const isTest = useRef(part === 'test');
  const [open, setOpen] = useState<{ session: Session; picture: WholePicture }>();
  useEffect(() => {
    let session: Session | undefined;
    let shown: WholePicture | undefined;
    let wanted = true;
    void desk.open().then(found => {
      if (!wanted) return found && close(found.picture);
      if (!found) return onClose();
      shown = found.picture;
      session = createSession({
        id,
        versions: found.history,
        locked: isTest.current,
        keepDraft: desk.keepDraft,
        save: desk.save,
      });
      const opened = session;
      setOpen({ session, picture: found.picture });
      void desk.predict().then(prediction => wanted && opened.predicted(prediction));
    });
    return () => {
      wanted = false;
      session?.dispose();
      if (shown) close(shown);
    };
  }, [id, desk, onClose]);
  return (
    <section className="editor" aria-label="Mask editor">
      {open ? (
        <Desk
          edited={edited}
          part={part ?? (outline === undefined ? undefined : 'kept until the page is closed')}
          saving={desk.saving}
          session={open.session}
          picture={open.picture}
          onClose={onClose}
        />
      ) : (
        <p className="editor-opening" role="status">{`Opening ${id} …`}</p>
      )}
    </section>
  );
}

/** Its memory is the browser's: given back at once rather than when the collector comes by. */
function close({ small, tiles }: WholePicture): void {
  small.close();
  for (const { bitmap } of tiles) bitmap.close();
}

const noPoints: readonly Point[] = [];

function Desk({
  edited,
  part,
  saving: saveAction,
  session,
  picture,
  onClose,
}: {
  edited: EditedMask;
  /** Where it belongs, in a few words. */
  part: string | undefined;
  saving: MaskDesk['saving'];
  session: Session;
  picture: WholePicture;
  onClose: () => void;
}) {
  const { id } = edited;
  const review = useReview(edited, session);
  const refused = useRefusal(saveAction);
  const { store } = session;
  const canUndo = useStore(store, ({ history }) => history.done.length > 0);
  const canRedo = useStore(store, ({ history }) => history.undone.length > 0);
  const unsaved = useStore(store, isUnsaved);
  const saving = useStore(store, state => state.saving);
  const busy = useStore(store, state => state.busy);
  const told = useStore(store, state => state.told);
  const hasPrediction = useStore(store, state => state.prediction !== null);
  const mode = useStore(store, state => state.mode);
  const controls = useRef<StageControls>(null);
  const [scale, setScale] = useState(1);
  const [points, setPoints] = useState(noPoints);
  useEffect(() => controls.current?.focus(), []);
  // Corners belong to the tool that set them.
  useEffect(() => {
    if (mode !== 'polygon') setPoints(noPoints);
  }, [mode]);

  const closePolygon = useCallback(() => {
    if (points.length < 3) return;
    const { history, takesAway } = store.getState();
    const band = polygonBand(points, picture.width, picture.height);
    setPoints(noPoints);
    session.apply(
      withBand(history.mask, band, takesAway ? difference : union),
      takesAway ? 'Area taken away' : 'Area added',
    );
  }, [points, picture, session, store]);

  const polygon = (act: 'close' | 'back' | 'drop') => {
    if (points.length === 0) return false;
    if (act === 'close') closePolygon();
    else setPoints(act === 'back' ? points.slice(0, -1) : noPoints);
    return true;
  };
  const save = () => {
    if (!refused && isUnsaved(store.getState())) void session.save();
  };
  const keyDown = (event: React.KeyboardEvent) => {
    const stage = controls.current;
    if (!stage) return;
    const target = event.target as HTMLElement;
    if (event.key === ' ' && target.classList.contains('editor-stage')) {
      event.preventDefault();
      return stage.setSpace(true);
    }
    const onField = target.tagName === 'INPUT' || target.tagName === 'BUTTON';
    const parts = { session, stage, hasPrediction, save, close: onClose, polygon, review };
    if (pressKey(event, parts, onField)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys are heard from wherever the focus is in the editor.
    <div
      className="editor-desk"
      onKeyDown={keyDown}
      onKeyUp={({ key }) => key === ' ' && controls.current?.setSpace(false)}
    >
      <div className="editor-bar">
        <button type="button" className="small" onClick={onClose}>
          <ArrowLeft className="lucide" aria-hidden="true" />
          Back
        </button>
        <h2 className="breakable">{id}</h2>
        <span className="sub number">{`${picture.width} × ${picture.height}${part ? ` · ${part}` : ''}`}</span>
        {unsaved && <span className="tag plain">not saved</span>}
        <span className="spring" />
        <button
          type="button"
          className="icon small"
          aria-label="Undo"
          title="Undo (Ctrl Z)"
          disabled={!canUndo || busy}
          onClick={session.undo}
        >
          <Undo2 className="lucide" aria-hidden="true" />
        </button>
        <button
          type="button"
          className="icon small"
          aria-label="Redo"
          title="Redo (Ctrl Shift Z)"
          disabled={!canRedo || busy}
          onClick={session.redo}
        >
          <Redo2 className="lucide" aria-hidden="true" />
        </button>
        <span className="editor-zoom">
          <button
            type="button"
            className="icon small"
            aria-label="Zoom out"
            title="Zoom out (Shift Z)"
            onClick={() => controls.current?.zoom(0.8)}
          >
            <ZoomOut className="lucide" aria-hidden="true" />
          </button>
          <span className="number">{`${Math.round(scale * 100)} %`}</span>
          <button
            type="button"
            className="icon small"
            aria-label="Zoom in"
            title="Zoom in (Z)"
            onClick={() => controls.current?.zoom(1.25)}
          >
            <ZoomIn className="lucide" aria-hidden="true" />
          </button>
          <button type="button" className="small" title="Whole picture (0)" onClick={() => controls.current?.fit()}>
            Fit
          </button>
          <button
            type="button"
            className="small"
            title="One pixel of the image is one of the screen (9)"
            onClick={() => controls.current?.oneToOne()}
          >
            1:1
          </button>
        </span>
        <button
          type="button"
          className="small"
          disabled={!unsaved || saving || busy || refused !== ''}
          title={refused || 'Save mask (S)'}
          onClick={save}
        >
          <Save className="lucide" aria-hidden="true" />
          Save mask
        </button>
      </div>
      <div className="editor-body">
        <ToolRail session={session} />
        <Stage
          session={session}
          picture={picture}
          id={id}
          points={points}
          onPoints={setPoints}
          onClosePolygon={closePolygon}
          onScale={setScale}
          controls={controls}
        />
        <EditorInspector session={session} edited={edited} review={review} />
      </div>
      <p id="editor-keys" className="visually-hidden">
        Draw with a pointer. Each tool has a key, left and right bracket change the brush, arrow keys move the picture,
        Z zooms in, Shift Z out, 0 shows the whole picture, Control Z undoes, S saves, Escape goes back.
      </p>
      <p className="visually-hidden" role="status">
        {told}
      </p>
      <TestLock session={session} id={id} />
    </div>
  );
}
