import { X } from 'lucide-react';
import { type RefObject, useEffect, useRef } from 'react';
import { About } from '../about/about.tsx';
import { Boundary } from '../shared/boundary.tsx';
import './help-dialog.css';

/** What the page keeps, what it runs on, and whose code it is made of. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useShown(dialog, open);
  return (
    <dialog className="help-dialog" ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <div className="bar">
        <h2 id="help-title">Lesion Studio</h2>
        <span className="sub">{__APP_VERSION__}</span>
        <span className="spring" />
        <button type="button" className="icon" aria-label="Close" onClick={onClose}>
          <X aria-hidden />
        </button>
      </div>
      {open && (
        <div className="scroll help-body">
          <p>For research and teaching, not a medical device. Images, masks and weights stay in this browser.</p>
          <Boundary title="About this page">
            <About />
          </Boundary>
        </div>
      )}
    </dialog>
  );
}

/** A `<dialog>` is opened by a call, not by an attribute, so that what is behind it cannot be reached. */
function useShown(dialog: RefObject<HTMLDialogElement | null>, open: boolean): void {
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [dialog, open]);
}
