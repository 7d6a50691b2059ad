/**
 * What the last test made of its images, so that their masks need no second pass of the network: as long as it takes, all images again. Kept
 * in memory for one model, its pixels and one way of refining; nothing of it where it would take too much.
 */
import type { Refinements } from '../../protocol/scores.ts';
import { sameRefinements } from '../../protocol/scores.ts';

/** 1,900 images at 128², or 480 at 256². */
const MOST_BYTES = 128e6;

interface Of {
  readonly model: string;
  readonly cacheId: string;
  readonly refinements: Refinements;
}

export class KeptPredictions {
  #of: Of | null = null;
  #made = new Map<number, Float32Array>();
  readonly #most: number;

  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  /** Forgets what was kept. Takes each image's probabilities [S,S], which are copied; nothing where all would take too much. */
  begin(of: Of, images: number, size: number): (place: number, probabilities: Float32Array) => void {
    this.clear();
    if (images * size * size * 4 > this.#most) return () => {};
    this.#of = of;
    const made = this.#made;
    return (place, probabilities) => void made.set(place, probabilities.slice());
  }

  /** Of these places; null where any of them is not there, or was made otherwise. */
  recall(of: Of, places: readonly number[]): ReadonlyMap<number, Float32Array> | null {
    const kept = this.#of;
    if (!kept || kept.model !== of.model || kept.cacheId !== of.cacheId) return null;
    if (!sameRefinements(kept.refinements, of.refinements)) return null;
    return places.every(place => this.#made.has(place)) ? this.#made : null;
  }

  /** Forgets what another model made. */
  keepOnly(model: string): void {
    if (this.#of?.model !== model) this.clear();
  }

  clear(): void {
    this.#of = null;
    this.#made = new Map();
  }
}
