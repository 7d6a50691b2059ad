/**
 * One case: all sides on one adapter, in turn. Each side is opened and makes its first step, whose gradients (from Adam's first
 * moments, so of the very step that is timed) are held against the double-precision reference; those that are right then
 * step in turn.
 */
import { ADAM } from '../src/engine/engine.ts';
import { referenceStep } from '../src/engine/reference/interpreter.ts';
import { buildNetwork } from '../src/network/catalogue.ts';
import { testBatch, testWeights } from '../src/testing/weights.ts';
import { countFor, Tally } from './counters.ts';
import type { CaseOptions } from './options.ts';
import { openJaxjs } from './sides/jaxjs.ts';
import { keptTuning, openOurs } from './sides/ours.ts';
import type { OpenSide, Problem, Side, SideName } from './sides/side.ts';
import { openStock } from './sides/stock.ts';
import { median, worstError } from './statistics.ts';

/** A side whose worst gradient is further off than this is wrong, and no peer. */
export const WRONG = 1e-2;

export interface SideResult {
  /** Median of the timed steps; null for a side that is wrong. */
  readonly stepMs: number | null;
  readonly stepsMs: readonly number[];
  /** Device, compiling, tuning, uploading the weights, and one step. */
  readonly firstStepMs: number;
  /** Of one step, as are the next two. */
  readonly dispatches: number;
  readonly submits: number;
  readonly uploadBytes: number;
  /** Most bytes of buffers at once, compiling and tuning included. */
  readonly gpuBytes: number;
  /** JavaScript from the first write to the last submit of a step: the whole replay where a step never waits. */
  readonly hostMs: number;
  readonly worstGradientError: number;
  readonly worstGradient: string;
  /** At the initial weights, and before the last timed step. */
  readonly loss: number;
  readonly lastLoss: number;
}

export interface CaseResult extends CaseOptions {
  readonly seed: number;
  readonly referenceLoss: number;
  readonly ours?: SideResult & { readonly rememberedFirstStepMs: number; readonly dropout: DropoutResult };
  readonly stock?: SideResult;
  readonly jaxjs?: SideResult;
  readonly speedup: number | null;
  readonly speedupJaxjs: number | null;
}

export type DropoutResult = Pick<SideResult, 'stepMs' | 'dispatches' | 'submits' | 'uploadBytes' | 'gpuBytes'>;

export interface CompareOptions extends CaseOptions {
  readonly seed: number;
  readonly steps: number;
  readonly sides: readonly SideName[];
}

interface Contestant {
  readonly name: SideName;
  readonly side: Side;
  readonly tally: Tally;
  readonly first: Pick<SideResult, 'firstStepMs' | 'loss' | 'worstGradientError' | 'worstGradient'>;
  readonly stepsMs: number[];
  readonly hostMs: number[];
  lastLoss: number;
}

export const LEARNING_RATE = 5e-4;

export async function compare(options: CompareOptions): Promise<CaseResult> {
  const { size, filters, batch, seed, steps, sides } = options;
  const network = buildNetwork('improved-unet', filters);
  const weights = testWeights(network, seed);
  const data = testBatch(batch, size, seed);
  const problem: Problem = { network, size, batch, weights, data, learningRate: LEARNING_RATE };
  const reference = referenceStep(network, size, data, weights, { crossEntropy: 0, l2: 0 });
  console.log(
    `${size}², ${filters} filters, batch ${batch}, seed ${seed}: reference loss ${reference.loss.toFixed(6)}`,
  );

  const tuning = keptTuning();
  const open: Record<SideName, OpenSide> = {
    ours: given => openOurs(given, { tuning }),
    stock: openStock,
    jaxjs: openJaxjs,
  };
  const contestants: Contestant[] = [];
  for (const name of sides) contestants.push(await enter(name, open[name], problem, reference.gradients));

  const peers = contestants.filter(({ first }) => first.worstGradientError <= WRONG);
  for (let round = -1; round < steps; round++)
    for (const peer of peers) {
      const ms = await timed(peer);
      if (round < 0) continue;
      peer.stepsMs.push(ms);
      peer.hostMs.push(peer.tally.lastSubmit - peer.tally.firstCall);
      console.log(`  ${peer.name} step ${round + 1}: ${ms.toFixed(1)} ms`);
    }
  // One step of those that were not timed, for the counts.
  for (const contestant of contestants) if (!peers.includes(contestant)) await timed(contestant);

  const results = new Map(contestants.map(contestant => [contestant.name, resultOf(contestant)]));
  for (const { side } of contestants) side.dispose();
  const ours = results.get('ours');
  const { stock, jaxjs } = { stock: results.get('stock'), jaxjs: results.get('jaxjs') };
  return {
    ...{ size, filters, batch, seed, referenceLoss: reference.loss },
    ...(ours && { ours: { ...ours, ...(await ourExtras(problem, tuning, steps)) } }),
    ...(stock && { stock }),
    ...(jaxjs && { jaxjs }),
    speedup: ratio(stock, ours),
    speedupJaxjs: ratio(jaxjs, ours),
  };
}

async function enter(
  name: SideName,
  open: OpenSide,
  problem: Problem,
  gradients: ReadonlyMap<string, Float64Array>,
): Promise<Contestant> {
  const tally = new Tally();
  countFor(tally);
  const begin = performance.now();
  const side = await open(problem);
  const loss = await side.step();
  const firstStepMs = performance.now() - begin;
  const { error, parameter } = worstError(await side.firstMoments(), gradients, 1 / (1 - ADAM.beta1));
  console.log(
    `  ${name}: first step ${(firstStepMs / 1000).toFixed(2)} s, loss ${loss.toFixed(6)}, worst gradient ${parameter} off by ` +
      `${error.toExponential(1)}${error > WRONG ? ': WRONG, not timed' : ''}`,
  );
  const first = { firstStepMs, loss, worstGradientError: error, worstGradient: parameter };
  return { name, side, tally, first, stepsMs: [], hostMs: [], lastLoss: loss };
}

/** Milliseconds of one step, ended by reading its loss. */
async function timed(contestant: Pick<Contestant, 'side' | 'tally' | 'lastLoss'>): Promise<number> {
  const { side, tally } = contestant;
  countFor(tally);
  tally.restart();
  const begin = performance.now();
  contestant.lastLoss = await side.step();
  return performance.now() - begin;
}

function resultOf({ first, tally, stepsMs, hostMs, lastLoss }: Contestant): SideResult {
  return {
    stepMs: stepsMs.length > 0 ? median(stepsMs) : null,
    stepsMs,
    ...first,
    dispatches: tally.dispatches,
    submits: tally.submits,
    uploadBytes: tally.uploadBytes,
    gpuBytes: tally.peakBytes,
    hostMs: hostMs.length > 0 ? median(hostMs) : Number.NaN,
    lastLoss,
  };
}

function ratio(theirs: SideResult | undefined, ours: SideResult | undefined): number | null {
  return theirs?.stepMs && ours?.stepMs ? theirs.stepMs / ours.stepMs : null;
}

/** Our first step with the tuning remembered, and our step with dropout on. */
async function ourExtras(problem: Problem, tuning: ReturnType<typeof keptTuning>, steps: number) {
  countFor(new Tally());
  const begin = performance.now();
  const again = await openOurs(problem, { tuning });
  await again.step();
  const rememberedFirstStepMs = performance.now() - begin;
  again.dispose();

  const contestant = { tally: new Tally(), lastLoss: Number.NaN };
  countFor(contestant.tally);
  const side = await openOurs(problem, { tuning, dropout: true });
  await side.step();
  const stepsMs: number[] = [];
  for (let i = 0; i < steps; i++) stepsMs.push(await timed({ ...contestant, side }));
  side.dispose();
  const { dispatches, submits, uploadBytes, peakBytes } = contestant.tally;
  const dropout = { stepMs: median(stepsMs), dispatches, submits, uploadBytes, gpuBytes: peakBytes };
  return { rememberedFirstStepMs, dropout };
}
