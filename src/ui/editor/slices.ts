/** Long work on the page's own thread in slices, so that it draws and answers meanwhile. */

/** Milliseconds of work between two looks at what else is to be done. */
const SLICE_MS = 8;

/** Runs the generator through; undefined where `wanted` said no meanwhile. */
export async function inSlices<T>(work: Generator<void, T>, wanted: () => boolean): Promise<T | undefined> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < end);
    await new Promise(resolve => setTimeout(resolve));
    if (!wanted()) return undefined;
  }
}
