import { lazy, Suspense, useCallback, useEffect, useRef } from 'react';
import { Boundary } from '../shared/boundary.tsx';
import { useStudio } from '../studio-context.ts';

/** Nobody needs it before a mask is to be corrected. */
const Editor = lazy(() => import('./editor.tsx').then(({ Editor }) => ({ default: Editor })));

/** The mask editor over the open place, while a mask is being corrected; it closes when another place is opened. */
export function EditorHost({ place }: { place: string }) {
  const edited = useStudio(({ editing }) => editing);
  const id = edited?.id;
  const closeEditor = useStudio(state => state.closeEditor);
  const from = useRef<{ place: string; focus: Element | null }>(undefined);
  if (id !== undefined) from.current ??= { place, focus: document.activeElement };
  const close = useCallback(() => {
    closeEditor();
    const { focus } = from.current ?? {};
    from.current = undefined;
    // After the place below is no longer inert.
    setTimeout(() => focus instanceof HTMLElement && focus.focus());
  }, [closeEditor]);
  useEffect(() => {
    if (id !== undefined && from.current && from.current.place !== place) {
      from.current = undefined;
      closeEditor();
    }
  }, [id, place, closeEditor]);
  if (!edited) return null;
  return (
    <div className="editor-over">
      <Boundary title="The mask editor">
        <Suspense>
          <Editor key={`${id} ${edited.outline ?? ''}`} edited={edited} onClose={close} />
        </Suspense>
      </Boundary>
    </div>
  );
}
