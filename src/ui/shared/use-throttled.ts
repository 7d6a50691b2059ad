import { useEffect, useRef, useState } from 'react';

/**
 * The value, renewed at most every `milliseconds`; the newest always comes through in the end. The first renewal comes after `delay`:
 * what is costly to draw, with a delay of its own each, is not all drawn in one task.
 */
export function useThrottled<T>(value: T, milliseconds: number, delay = 0): T {
  const [shown, setShown] = useState(value);
  const last = useRef<number>(undefined);
  useEffect(() => {
    last.current ??= performance.now() + delay - milliseconds;
    const wait = Math.max(0, last.current + milliseconds - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds, delay]);
  return shown;
}
