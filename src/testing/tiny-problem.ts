/** Settings of a small engine for tests, and how far its numbers are from others. */

import type { EngineSettings, Weights } from '../engine/engine.ts';
import { type Architecture, buildNetwork } from '../network/catalogue.ts';

export function tinySettings(arch: Architecture, changes: Partial<EngineSettings> = {}): EngineSettings {
  return {
    network: buildNetwork(arch, 2),
    size: 16,
    batch: 2,
    crossEntropy: 0,
    l2: 0,
    dropout: false,
    ...changes,
  };
}

/**
 * The parameter whose gradient differs most from the reference's: the length of the difference relative to its own, or to
 * 1e-4 of the whole gradient's where that is more.
 */
export function worstError(
  values: Weights,
  reference: ReadonlyMap<string, Float32Array | Float64Array>,
): { name: string; error: number } {
  let worst = { name: '', error: 0 };
  const whole = length([...reference.values()].map(length));
  for (const [name, gradient] of reference) {
    const differences = Array.from(gradient, (value, i) => value - (values.get(name)?.[i] ?? Number.NaN));
    const error = length(differences) / Math.max(length(gradient), 1e-4 * whole);
    if (!(error <= worst.error)) worst = { name, error };
  }
  return worst;
}

function length(vector: Iterable<number>): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
