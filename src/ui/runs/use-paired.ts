import { useEffect, useState } from 'react';
import { type Paired, pairedInSlices } from '../../metrics/paired.ts';
import type { CommonImages } from './common-images.ts';

/** Of the page's own thread at once. */
const SLICE_MS = 8;

/** The difference and its interval, drawn in slices: ten thousand draws of a thousand images take some tenths of a second. null until then. */
export function usePaired(common: CommonImages | null): Paired | null {
  const [found, setFound] = useState<{ of: CommonImages; paired: Paired }>();
  useEffect(() => {
    if (!common) return;
    const going = pairedInSlices(common.first, common.second);
    let timer: ReturnType<typeof setTimeout>;
    const some = () => {
      const begin = performance.now();
      do {
        const step = going.next();
        if (step.done) return setFound({ of: common, paired: step.value });
      } while (performance.now() - begin < SLICE_MS);
      timer = setTimeout(some);
    };
    timer = setTimeout(some);
    return () => clearTimeout(timer);
  }, [common]);
  return found && found.of === common ? found.paired : null;
}
