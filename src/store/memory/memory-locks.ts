/** Who holds which name, among the workers of one page. */

/** Any number may share a name; whoever has it exclusively has it alone. */
export class HeldNames {
  readonly #holders = new Map<string, { readonly mode: LockMode; readonly by: string[] }>();

  /** Whether it was free, and is now held by `by`. */
  take(name: string, mode: LockMode, by: string): boolean {
    const held = this.#holders.get(name);
    if (held && (mode === 'exclusive' || held.mode === 'exclusive')) return false;
    if (held) held.by.push(by);
    else this.#holders.set(name, { mode, by: [by] });
    return true;
  }

  release(name: string, by: string): void {
    const held = this.#holders.get(name);
    const index = held?.by.indexOf(by) ?? -1;
    if (!held || index < 0) return;
    held.by.splice(index, 1);
    if (held.by.length === 0) this.#holders.delete(name);
  }

  /** Of one that is gone. */
  releaseAll(by: string): void {
    for (const [name, held] of [...this.#holders]) for (const _ of [...held.by]) if (_ === by) this.release(name, by);
  }

  get names(): string[] {
    return [...this.#holders.keys()];
  }
}
