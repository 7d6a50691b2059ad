/**
 * What was measured on this browser's graphics cards, and what tells one card from another: names are shared by cards of very different
 * speed, so that a card is known by its names, its limits and its measured peak together.
 */
import type { Answers } from './tuning.ts';

/** Changes whenever kernels or their variants do: what was remembered before is then measured anew. */
export const TUNING_VERSION = 9;

export interface Card {
  /** Measured by measureGflops. */
  readonly gflops: number;
  readonly answers: Answers;
}

/** Of all cards of one key. */
export interface Tuning {
  readonly version: number;
  readonly cards: readonly Card[];
}

/** Holds what is known under one key; see cardKey. */
export interface TuningStore {
  load(): Promise<Tuning | undefined>;
  save(tuning: Tuning): Promise<void>;
}

/** Names, features and limits: all that a device tells of itself. */
export function cardKey({
  adapterInfo,
  features,
  limits,
}: Pick<GPUDevice, 'adapterInfo' | 'features' | 'limits'>): string {
  const { vendor, architecture, device, description, subgroupMinSize, subgroupMaxSize } = adapterInfo;
  return [
    ...[vendor, architecture, device, description],
    `subgroups ${subgroupMinSize ?? 0} to ${subgroupMaxSize ?? 0}`,
    [...features].sort().join(' '),
    ...LIMITS.map(name => limits[name]),
  ].join('/');
}

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** A card is as fast today as it was to this factor: clocks change with heat and power. */
const SAME_CARD = 1.4;

/** Other work on a card makes it look like a slower one: the latest are kept. */
const MOST_CARDS = 4;

function apart(a: number, b: number): number {
  return Math.max(a, b) / Math.min(a, b);
}

function nearest(tuning: Tuning | undefined, gflops: number): Card | undefined {
  if (tuning?.version !== TUNING_VERSION) return undefined;
  const near = tuning.cards.filter(card => apart(card.gflops, gflops) < SAME_CARD);
  return near.reduce<Card | undefined>(
    (best, card) => (best && apart(best.gflops, gflops) <= apart(card.gflops, gflops) ? best : card),
    undefined,
  );
}

/** What is known of a card of such a peak; nothing where none was as fast. */
export function answersOf(tuning: Tuning | undefined, gflops: number): Answers {
  return nearest(tuning, gflops)?.answers ?? {};
}

/** With these answers in place of what was known of that card, and all others as they were. */
export function withAnswers(tuning: Tuning | undefined, gflops: number, answers: Answers): Tuning {
  const same = nearest(tuning, gflops);
  const others = tuning?.version === TUNING_VERSION ? tuning.cards.filter(card => card !== same) : [];
  // The first peak stays: a card must not wander off with each run.
  return {
    version: TUNING_VERSION,
    cards: [...others, { gflops: same?.gflops ?? gflops, answers }].slice(-MOST_CARDS),
  };
}
