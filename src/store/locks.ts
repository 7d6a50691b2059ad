/** Names that are held: by one alone, or by several together. Whoever is gone holds nothing any more. */
export interface Locks {
  /** Lets go when called. undefined where it cannot be had at once. */
  take(name: string, mode: LockMode): Promise<(() => void) | undefined>;
  /** Waits for it; rejects with a DOMException named TimeoutError after `patience` milliseconds. */
  hold(name: string, mode: LockMode, patience?: number): Promise<() => void>;
  /** What is held by anybody. */
  held(): Promise<Set<string>>;
}

/** Of all tabs and workers of this browser. */
export function browserLocks(manager: Pick<LockManager, 'request' | 'query'>): Locks {
  const request = (name: string, options: LockOptions) =>
    new Promise<(() => void) | undefined>((resolve, reject) => {
      manager
        .request(name, options, lock =>
          lock ? new Promise<void>(release => resolve(() => release())) : resolve(undefined),
        )
        .catch(reject);
    });
  return {
    take: (name, mode) => request(name, { mode, ifAvailable: true }),
    async hold(name, mode, patience) {
      const release = await request(name, {
        mode,
        ...(patience === undefined ? {} : { signal: AbortSignal.timeout(patience) }),
      });
      if (!release) throw new Error(`the lock ${name} was not given`);
      return release;
    },
    async held() {
      const { held = [] } = await manager.query();
      return new Set(held.flatMap(({ name }) => (name === undefined ? [] : [name])));
    },
  };
}
