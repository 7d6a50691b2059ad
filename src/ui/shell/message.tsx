import { useEffect, useState } from 'react';
import { useStudio } from '../studio-context.ts';
import './message.css';

const SHOWN_MS = 6000;

/** The last short message: heard at once, seen for some seconds. */
export function Message() {
  const message = useStudio(state => state.message);
  const [over, setOver] = useState<string | null>(null);
  useEffect(() => {
    setOver(null);
    const timer = setTimeout(() => setOver(message), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <p className="message" aria-live="polite" data-over={!message || over === message || undefined}>
      {message}
    </p>
  );
}
