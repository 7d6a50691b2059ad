import { useEffect, useRef, useState } from 'react';
import './copy-button.css';

/** Copies a text; where the browser does not let it, shows the text, marked, to be copied by hand. */
export function CopyButton({
  label,
  done,
  text,
  className,
}: {
  label: string;
  done: string;
  text: () => string;
  className?: string;
}) {
  const [state, setState] = useState<'idle' | 'done' | { readonly text: string }>('idle');
  useEffect(() => {
    if (state !== 'done') return;
    const timer = setTimeout(() => setState('idle'), 3000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    const made = text();
    try {
      await navigator.clipboard.writeText(made);
      setState('done');
    } catch {
      // Refused, or not there: the person copies it.
      setState({ text: made });
    }
  };
  return (
    <>
      <button type="button" className={className} onClick={() => void copy()}>
        <span aria-live="polite">{state === 'done' ? done : label}</span>
      </button>
      {typeof state === 'object' && <Marked label={label} text={state.text} />}
    </>
  );
}

function Marked({ label, text }: { label: string; text: string }) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => area.current?.select(), []);
  return (
    <textarea ref={area} className="copy-text" readOnly rows={3} aria-label={`${label}: copy this text`} value={text} />
  );
}
