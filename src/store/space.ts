/** How much may still be kept here, and how it shows that it was too much. */

/** Bytes that may still be written, as the browser estimates it; Infinity if it does not say. */
export async function bytesLeft(): Promise<number> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? Number.POSITIVE_INFINITY : Math.max(0, quota - (usage ?? 0));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

export function isQuota(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
}
