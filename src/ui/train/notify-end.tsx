import { useEffect, useId, useRef, useState } from 'react';
import { formatScore } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** A notification when the run ends, for those who turn to something else meanwhile. The browser is asked when the box is ticked. */
export function NotifyEnd() {
  const id = useId();
  const state = useStudio(({ run }) => run?.state ?? 'idle');
  const epochs = useStudio(({ run }) => run?.epochs ?? none);
  const [wanted, setWanted] = useState(false);
  const [refused, setRefused] = useState(false);
  const before = useRef(state);
  useEffect(() => {
    const ended = before.current !== state && (state === 'done' || state === 'failed');
    const running = !['idle', 'done', 'failed'].includes(before.current);
    before.current = state;
    if (!wanted || !ended || !running) return;
    const dice = epochs.reduce((best, { valDice }) => Math.max(best, valDice), 0);
    const title = state === 'done' ? 'Training has ended' : 'Training has failed';
    const body = `${epochs.length} epochs, best validation Dice ${formatScore(epochs.length ? dice : undefined)}`;
    const notification = new Notification(title, { body, tag: 'lesion-studio-run' });
    notification.onclick = () => window.focus();
  }, [state, epochs, wanted]);
  const change = async (checked: boolean) => {
    if (!checked) return setWanted(false);
    const allowed = (await Notification.requestPermission()) === 'granted';
    setWanted(allowed);
    setRefused(!allowed);
  };
  if (!('Notification' in globalThis)) return null;
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={wanted}
        aria-describedby={`${id}-help`}
        onChange={event => void change(event.currentTarget.checked)}
      />
      <label htmlFor={id}>Notify me when the run ends</label>
      <p id={`${id}-help`} className="help">
        {refused
          ? 'This browser does not let the page notify: allow it in the site settings, beside the address.'
          : 'Training goes on in a hidden tab. The screen stays on while this page is in view.'}
      </p>
    </div>
  );
}

const none: readonly { valDice: number }[] = [];
