import { useEffect } from 'react';
import { runGoingOn } from '../../state/refusals.ts';
import { useStudio } from '../studio-context.ts';

/** While a run goes on, the browser asks before the page is left. Its finished epochs are kept, but not the one under way. */
export function useLeaveQuestion(): void {
  const running = useStudio(runGoingOn);
  useEffect(() => {
    if (!running) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [running]);
}
