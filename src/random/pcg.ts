/**
 * Counter-based random numbers: every value is a pure function of integers (seed, epoch, index, …), so that a resumed run
 * needs no generator state, and a shader can make the very same numbers.
 *
 * The hash is PCG as given by Jarzynski and Olano, “Hash Functions for GPU Rendering”, JCGT 9(3), 2020, after O'Neill 2014.
 */

/** One round: 32-bit unsigned in, 32-bit unsigned out, a bijection followed by a permutation of its bits. */
export function pcg(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** Folds integers into one 32-bit value: pcg(last + pcg(… + pcg(first))). */
export function hash(...keys: number[]): number {
  return keys.reduce((state, key) => pcg((key + state) >>> 0), 0);
}

/** A name as a key, so that what has a name has a stream of its own, whatever else is drawn before or after it. */
export function nameKey(name: string): number {
  return hash(...[...name].map(letter => letter.codePointAt(0) ?? 0));
}

/** 24 random bits as a float in [0, 1), exact in 32-bit floats. */
export function toUnit(bits: number): number {
  return (bits >>> 8) / 16777216;
}

export interface Random {
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
}

/** A stream of numbers decided by the keys alone. */
export function randomStream(...keys: number[]): Random {
  const key = hash(...keys);
  let counter = 0;
  const unit = () => toUnit(pcg((key + pcg(counter++)) >>> 0));
  return {
    unit,
    below: n => Math.floor(unit() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
  };
}

/** 0 … n−1 in an order decided by the keys (Fisher–Yates). */
export function permutation(n: number, ...keys: number[]): Uint32Array {
  const random = randomStream(...keys);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}

/**
 * Whether dropout keeps the element: `index` is its place in the NHWC tensor [B,H,W,C]. The shaders compute the same:
 * u = toUnit(pcg(index + key)), key = hash(seed, step, stream); kept where u ≥ rate, and then scaled by 1 / (1 − rate).
 */
export function dropoutKeeps(seed: number, step: number, stream: number, index: number, rate: number): boolean {
  return toUnit(pcg((index + hash(seed, step, stream)) >>> 0)) >= rate;
}
