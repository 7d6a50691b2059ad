/** The four places of the page. Which one is open is in the address (`#train`), so that it can be linked to and the browser's Back works. */
import { useState, useSyncExternalStore } from 'react';

export const places = ['data', 'train', 'results', 'models'] as const;
export type Place = (typeof places)[number];

const listeners = new Set<() => void>();

/** The place that an address's hash names; Data where it names none. */
export function placeIn(hash: string): Place {
  return places.find(place => `#${place}` === hash) ?? 'data';
}

const placeNow = () => placeIn(location.hash);

export function goTo(place: Place): void {
  if (placeNow() === place) return;
  // No assignment to the hash: the browser would scroll.
  history.pushState(null, '', `${location.pathname}${location.search}#${place}`);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  window.addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
    window.removeEventListener('hashchange', listener);
  };
}

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, placeNow, () => 'data');
}

/** Whether a place is open or was before: what only it shows need not be loaded earlier. */
export function useOpened(place: Place): boolean {
  const open = usePlace() === place;
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  return open || opened;
}
