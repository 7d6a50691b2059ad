/**
 * Firefox tells that the GPU is done about every 100 ms, unless something is submitted meanwhile: a run of short steps would mostly wait.
 * There an empty submit every few milliseconds asks for the answer; elsewhere nothing is submitted.
 */

/** The least that browsers give a timer that repeats. */
const EVERY_MS = 4;

export function needsNudges(userAgent: string = globalThis.navigator?.userAgent ?? ''): boolean {
  return /\bFirefox\//.test(userAgent);
}

/** What `answer` gives; `needed`: whether the browser must be asked for it. */
export async function nudged<T>(
  queue: Pick<GPUQueue, 'submit'>,
  answer: Promise<T>,
  needed = needsNudges(),
): Promise<T> {
  if (!needed) return answer;
  const timer = setInterval(() => queue.submit([]), EVERY_MS);
  try {
    return await answer;
  } finally {
    clearInterval(timer);
  }
}
