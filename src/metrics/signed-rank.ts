/**
 * Wilcoxon's signed-rank test: whether differences of pairs lie about 0 (Wilcoxon 1945, "Individual comparisons by ranking methods").
 *
 * |d| are ranked, equal ones sharing the mean of their ranks; differences of 0 are ranked with the others and then dropped (Pratt 1959), so that
 * they count as evidence of no difference. W⁺ is the sum of the ranks rᵢ of positive d. If neither side is better, each rank is in it
 * or not with probability 1/2, independently. Hence
 *
 * - exactly, for few pairs: P(W⁺ = w) = (ways to pick ranks that sum to w) / 2ⁿ. Counted over the ranks as they are, it holds with equal
 *   differences too.
 * - else, nearly: z = (W⁺ − Σrᵢ / 2) / √(Σrᵢ² / 4), p = 2 Φ(−|z|). Without ties and zeros the root is √(n(n + 1)(2n + 1) / 24); shared ranks and
 *   those that zeros took change Σrᵢ², which is the usual correction for both (Hollander, Wolfe and Chicken 2014, 3.1).
 *
 * Two-sided. No correction for continuity: where it would matter, the count is exact.
 */

export interface SignedRank {
  /** Differences that are not 0. */
  readonly pairs: number;
  /** Sums of the ranks of positive and of negative differences. */
  readonly positive: number;
  readonly negative: number;
  /** Probability of sums at least as far apart, if neither side were better. 1 where every difference is 0. */
  readonly p: number;
  readonly exact: boolean;
}

/** Up to here the ways are counted: 2⁵⁰ is a whole number that a double holds. */
const MOST_COUNTED = 50;
/** Of scores: differences that rounding alone can make. */
const EQUAL = 1e-9;

/** Ranks of |d| among all differences, times two so that shared ones are whole numbers too; without those of zeros. */
function doubledRanks(differences: readonly number[]): { rank: number; positive: boolean }[] {
  const ordered = differences.map(d => ({ size: Math.abs(d), positive: d > 0 })).sort((a, b) => a.size - b.size);
  const ranked: { rank: number; positive: boolean }[] = [];
  for (let from = 0, to = 0; from < ordered.length; from = to) {
    const size = ordered[from]!.size;
    const least = size < EQUAL ? 0 : size;
    while (to < ordered.length && ordered[to]!.size - least < EQUAL) to++;
    // Ranks from + 1 to `to`.
    if (least > 0) for (let i = from; i < to; i++) ranked.push({ rank: from + 1 + to, positive: ordered[i]!.positive });
  }
  return ranked;
}

/** `mostCounted`: for up to so many pairs that differ, p is counted. Throws RangeError where a difference is not a number. */
export function signedRank(differences: readonly number[], mostCounted = MOST_COUNTED): SignedRank {
  if (!differences.every(Number.isFinite)) throw new RangeError('differences that are no numbers');
  const ranked = doubledRanks(differences);
  const ranks = ranked.map(({ rank }) => rank);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const positive = ranked.reduce((sum, { rank, positive }) => (positive ? sum + rank : sum), 0);
  const exact = ranks.length <= mostCounted;
  const p = ranks.length === 0 ? 1 : exact ? countedP(ranks, positive, total) : normalP(ranks, positive, total);
  return { pairs: ranks.length, positive: positive / 2, negative: (total - positive) / 2, p, exact };
}

function countedP(ranks: readonly number[], positive: number, total: number): number {
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  let most = 0;
  for (const rank of ranks) {
    most += rank;
    for (let sum = most; sum >= rank; sum--) ways[sum]! += ways[sum - rank]!;
  }
  const smaller = Math.min(positive, total - positive);
  let below = 0;
  for (let sum = 0; sum <= smaller; sum++) below += ways[sum]!;
  return Math.min(1, (2 * below) / 2 ** ranks.length);
}

function normalP(ranks: readonly number[], positive: number, total: number): number {
  const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4;
  return complementaryError(Math.abs(positive - total / 2) / Math.sqrt(2 * variance));
}

/** erfc(x) for x ≥ 0, so that 2 Φ(−|z|) = erfc(|z| / √2); relative error under 1.2e-7 (Press et al., Numerical Recipes in C, 2nd ed., 6.2). */
function complementaryError(x: number): number {
  const t = 1 / (1 + x / 2);
  const terms = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  return t * Math.exp(terms.reduceRight((sum, term) => sum * t + term, 0) - x * x);
}
