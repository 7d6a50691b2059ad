/** The browser's storage as the page may ask about it: how much is used, and whether it is kept when space runs low. */

export interface StorageUse {
  readonly used: number;
  readonly left: number;
  /** The browser will not clear it by itself when space runs low. */
  readonly persisted: boolean;
}

export type BrowserStorage = Pick<StorageManager, 'estimate' | 'persist' | 'persisted'>;

export async function storageUse(storage: BrowserStorage | undefined): Promise<StorageUse | null> {
  // A browser that lets the page store nothing may refuse the question as well.
  const estimate = await storage?.estimate?.().catch(() => undefined);
  if (estimate?.quota === undefined) return null;
  const used = estimate.usage ?? 0;
  return {
    used,
    left: Math.max(0, estimate.quota - used),
    persisted: (await storage?.persisted?.().catch(() => false)) ?? false,
  };
}

/** Asks the browser not to clear what is kept when space runs low. A refusal is no error: then it may. */
export async function keepStorage(storage: BrowserStorage | undefined): Promise<void> {
  try {
    if (!(await storage?.persisted?.())) await storage?.persist?.();
  } catch {
    // Some browsers refuse to be asked in private windows.
  }
}
