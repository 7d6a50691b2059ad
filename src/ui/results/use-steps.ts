import { useCallback, useEffect, useRef } from 'react';
import { usePlace } from '../shell/places.ts';

/** What takes arrow keys itself. */
const takesArrows = 'input, select, textarea, dialog, [role="tablist"], [role="menu"], [data-arrows]';

/** Goes to the next or the previous of these ids, also by ← and → anywhere in the place while `active`. */
export function useSteps<T>(
  order: readonly T[],
  open: T | undefined,
  onOpen: (id: T) => void,
  active: boolean,
): (way: 1 | -1) => void {
  const place = usePlace();
  // Ever the newest, behind a function that stays the same.
  const now = useRef({ order, open, onOpen });
  useEffect(() => {
    now.current = { order, open, onOpen };
  });
  const step = useCallback((way: 1 | -1) => {
    const { order, open, onOpen } = now.current;
    const next = open === undefined ? undefined : order[order.indexOf(open) + way];
    if (next !== undefined && next !== open) onOpen(next);
  }, []);
  const listening = active && place === 'results';
  useEffect(() => {
    if (!listening) return;
    const press = (event: KeyboardEvent) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined;
      if (!way || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target instanceof Element && event.target.closest(takesArrows)) return;
      event.preventDefault();
      step(way);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [listening, step]);
  return step;
}
