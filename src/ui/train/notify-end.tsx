import { useEffect, useRef, useState } from 'react';
import { Check } from '../shared/check.tsx';
import { formatScore } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** A notification when the run ends, for those who turn to something else meanwhile. The browser is asked when the box is ticked. */
export function NotifyEnd() {
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
    void notify(title, body);
  }, [state, epochs, wanted]);
  const change = async (checked: boolean) => {
    if (!checked) return setWanted(false);
    const allowed = (await Notification.requestPermission()) === 'granted';
    setWanted(allowed);
    setRefused(!allowed);
  };
  if (!('Notification' in globalThis)) return null;
  return (
    <Check
      label="Notify me when the run ends"
      help={
        refused
          ? 'This browser does not let the page notify: allow it in the site settings, beside the address.'
          : 'Training goes on in a hidden tab. The screen stays on while this page is in view.'
      }
      checked={wanted}
      onChange={checked => void change(checked)}
    />
  );
}

/**
 * Chrome on Android makes notifications through the service worker alone, and its constructor throws. Where there is neither, the page's
 * title tells of the end.
 */
async function notify(title: string, body: string): Promise<void> {
  const options = { body, tag: 'lesion-studio-run' };
  try {
    const notification = new Notification(title, options);
    notification.onclick = () => window.focus();
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.showNotification(title, options);
  }
}

const none: readonly { valDice: number }[] = [];
