import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Session } from './session.ts';

/** Asks before the first change to a mask of the test part. */
export function TestLock({ session, id }: { session: Session; id: string }) {
  const asking = useStore(session.store, state => state.asking !== null);
  return asking ? <Question session={session} id={id} /> : null;
}

function Question({ session, id }: { session: Session; id: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const answered = useRef(false);
  useEffect(() => dialog.current?.showModal(), []);
  const answer = (yes: boolean) => {
    answered.current = true;
    dialog.current?.close();
    session.answer(yes);
  };
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      className="editor-lock"
      aria-labelledby="editor-lock-title"
      aria-describedby="editor-lock-text"
      onKeyDown={event => event.stopPropagation()}
      onClose={() => answered.current || session.answer(false)}
    >
      <h3 id="editor-lock-title">{`Change a mask of the test part?`}</h3>
      <p id="editor-lock-text">
        {`${id} is in the test part. Scores can be compared only on the same masks: with another one here, every score that was measured on it is of other masks, and the page will say so beside it. The image stays in the test part.`}
      </p>
      <div className="actions">
        <button type="button" onClick={() => answer(false)}>
          Leave it as it is
        </button>
        <button type="button" className="primary" onClick={() => answer(true)}>
          Change it all the same
        </button>
      </div>
    </dialog>
  );
}
