/** How large a GPU is, by its measured peak: what decides which variants are worth taking before any was measured. */
export type DeviceClass = 'integrated' | 'discrete' | 'large';

/** Billions of multiply-adds a second, counted as two, from which a GPU is of the class. */
const FROM = { discrete: 5_000, large: 30_000 };

export function deviceClass(gflops: number): DeviceClass {
  if (gflops >= FROM.large) return 'large';
  return gflops >= FROM.discrete ? 'discrete' : 'integrated';
}
