import { useEffect } from 'react';

/**
 * Keeps the screen on while `wanted` and the page is in view: a machine that sleeps does not train. The browser takes the lock back when
 * the page is hidden, so it is asked for again when it shows. Where there is none, or it is refused (a low battery), nothing is lost.
 */
export function useWakeLock(wanted: boolean): void {
  useEffect(() => {
    if (!wanted || !('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | null = null;
    let ended = false;
    const take = async () => {
      if (document.visibilityState !== 'visible' || (lock && !lock.released)) return;
      try {
        const taken = await navigator.wakeLock.request('screen');
        if (ended) await taken.release();
        else lock = taken;
      } catch (thrown) {
        if (!(thrown instanceof DOMException)) throw thrown;
      }
    };
    const look = () => void take();
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      ended = true;
      document.removeEventListener('visibilitychange', look);
      void lock?.release();
    };
  }, [wanted]);
}
