import { startTransition, useCallback, useEffect, useRef, useState } from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';

/** Images opened within this time of each other are passed over. */
const HASTE_MS = 150;

interface Opened {
  readonly id: string;
  readonly level: number;
}

/**
 * The image that is open, with what the network makes of it at a threshold (`level` / LEVELS): undefined until that is known, null where it
 * cannot be had.
 */
export function usePicture(id: string | undefined, level: number, result: unknown) {
  const picture = useStudio(state => state.picture);
  const refused = useRefusal(picture);
  const [shown, setShown] = useState<{ of: Opened; result: unknown; triptych: Triptych | null }>();
  const latest = useRef<Opened>(undefined);
  const asked = useRef({ at: Number.NEGATIVE_INFINITY });
  const show = useCallback(
    async (of: Opened) => {
      latest.current = of;
      const triptych = await picture(of.id, of.level / LEVELS);
      // A slow answer must not take the place of one asked for later.
      if (latest.current === of) startTransition(() => setShown({ of, result, triptych }));
    },
    [picture, result],
  );
  useEffect(() => {
    if (id === undefined || refused) return;
    // At once, but while a key is held down or a slider moves only for where it rests.
    const hasty = performance.now() - asked.current.at < HASTE_MS;
    asked.current.at = performance.now();
    const timer = window.setTimeout(() => void show({ id, level }), hasty ? HASTE_MS : 0);
    return () => clearTimeout(timer);
  }, [show, id, level, refused]);
  // The same image at another threshold stays until the new mask is here.
  const fits = shown?.of.id === id && shown?.result === result;
  return {
    triptych: fits ? shown?.triptych : undefined,
    level: fits && shown ? shown.of.level : level,
    refused,
  };
}
