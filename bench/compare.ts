/**
 * One case: all sides in one page, in turn. Each side is opened and makes its first step, whose gradients (from Adam's first moments, so of
 * the very step that is timed) are held against the double-precision reference; those that are right (judge.ts) then step in turn.
 */
import { countFor, Tally } from './counters.ts';
import { type Exam, mark, setExam, WRONG } from './judge.ts';
import type { CaseOptions } from './options.ts';
import { type CpuFacts, openCpu } from './sides/cpu.ts';
import { openJaxjs } from './sides/jaxjs.ts';
import { keptTuning, openOurs } from './sides/ours.ts';
import type { OpenSide, PageSide, Problem, Side } from './sides/side.ts';
import { openStock } from './sides/stock.ts';
import { gflopOf, median } from './statistics.ts';

export interface SideResult {
  /** Median of the timed steps; null for a side that is wrong. */
  readonly stepMs: number | null;
  readonly stepsMs: readonly number[];
  /** Device, compiling, tuning, uploading the weights, and one step. */
  readonly firstStepMs: number;
  /** With the rectifiers' kinks, and without them, which is what a side is judged by. */
  readonly worstGradientError: number;
  readonly worstGradient: string;
  readonly worstGradientErrorSmooth: number;
  /** At the initial weights, and before the last timed step. */
  readonly loss: number;
  readonly lastLoss: number;
}

export interface GpuResult extends SideResult {
  /** Of one step, as are the next two. */
  readonly dispatches: number;
  readonly submits: number;
  readonly uploadBytes: number;
  /** Most bytes of buffers at once, compiling and tuning included. */
  readonly gpuBytes: number;
  /** JavaScript from the first write to the last submit of a step: the whole replay where a step never waits. */
  readonly hostMs: number;
}

export interface CpuResult extends SideResult, CpuFacts {
  readonly gflops: number | null;
}

/** Of others on the CPU. */
export type PeerResult = SideResult & { readonly gflops: number | null };

export interface CaseResult extends CaseOptions {
  readonly seed: number;
  readonly referenceLoss: number;
  /** Of one step, as gflopOf counts. */
  readonly gflop: number;
  readonly ours?: GpuResult & { readonly rememberedFirstStepMs: number; readonly dropout: DropoutResult };
  readonly cpu?: CpuResult;
  readonly stock?: GpuResult;
  readonly jaxjs?: GpuResult;
  readonly peersCpu: Readonly<Partial<Record<'jaxjs-wasm' | 'tfjs-cpu' | 'pytorch', PeerResult>>>;
  readonly speedup: number | null;
  readonly speedupJaxjs: number | null;
  /** How many times faster the CPU engine's step is than the compiled engine's on this adapter. */
  readonly cpuOverCompiled: number | null;
}

export type DropoutResult = Pick<GpuResult, 'stepMs' | 'dispatches' | 'submits' | 'uploadBytes' | 'gpuBytes'>;

export interface CompareOptions extends CaseOptions {
  readonly seed: number;
  readonly steps: number;
  readonly sides: readonly PageSide[];
  /** Of the CPU engine; as many as the page would take where there is no number. */
  readonly threads: number | null;
}

interface Contestant {
  readonly name: PageSide;
  readonly side: Side & { readonly facts?: CpuFacts };
  readonly tally: Tally;
  readonly first: Omit<SideResult, 'stepMs' | 'stepsMs' | 'lastLoss'>;
  readonly stepsMs: number[];
  readonly hostMs: number[];
  lastLoss: number;
}

/** A side takes no further step once its timed steps took this long: it is slow enough for one to say so. */
const LONGEST_MS = 60_000;

export async function compare(options: CompareOptions): Promise<CaseResult> {
  const { size, filters, batch, seed, steps, sides, threads } = options;
  const exam = setExam(options, seed, true);
  const smooth = setExam(options, seed, false);
  const told = `${size}², ${filters} filters, batch ${batch}, seed ${seed}`;
  console.log(`${told}: reference loss ${exam.loss.toFixed(6)}`);

  const tuning = keptTuning();
  const open: Record<PageSide, OpenSide> = {
    ours: given => openOurs(given, { tuning }),
    cpu: given => openCpu(given, threads ?? undefined),
    stock: given => openStock(given),
    jaxjs: given => openJaxjs(given),
    'jaxjs-wasm': given => openJaxjs(given, 'wasm'),
    'tfjs-cpu': given => openStock(given, 'cpu'),
  };
  const contestants: Contestant[] = [];
  for (const name of sides) contestants.push(await enter(name, open[name], exam, smooth));

  const peers = contestants.filter(({ first }) => first.worstGradientErrorSmooth <= WRONG);
  for (let round = -1; round < steps; round++)
    for (const peer of peers) {
      if (peer.stepsMs.reduce((sum, ms) => sum + ms, 0) > LONGEST_MS) continue;
      const ms = await timed(peer);
      if (round < 0) continue;
      peer.stepsMs.push(ms);
      peer.hostMs.push(peer.tally.lastSubmit - peer.tally.firstCall);
      console.log(`  ${peer.name} step ${round + 1}: ${ms.toFixed(1)} ms`);
    }
  // One step of those that were not timed, for the counts.
  for (const contestant of contestants) if (!peers.includes(contestant)) await timed(contestant);

  const gflop = gflopOf(options);
  const result: { -readonly [Key in keyof CaseResult]: CaseResult[Key] } = {
    ...{ size, filters, batch, seed, referenceLoss: exam.loss, gflop, peersCpu: {} },
    ...{ speedup: null, speedupJaxjs: null, cpuOverCompiled: null },
  };
  for (const contestant of contestants) {
    const { name, side } = contestant;
    const all = resultOf(contestant);
    const gflops = all.stepMs === null ? null : (gflop / all.stepMs) * 1000;
    side.dispose();
    if (name === 'ours') result.ours = { ...onGpu(all, contestant), ...(await ourExtras(exam.problem, tuning, steps)) };
    else if (name === 'stock' || name === 'jaxjs') result[name] = onGpu(all, contestant);
    else if (name === 'cpu') {
      if (side.facts) result.cpu = { ...all, ...side.facts, gflops };
    } else result.peersCpu = { ...result.peersCpu, [name]: { ...all, gflops } };
  }
  result.speedup = ratio(result.stock, result.ours);
  result.speedupJaxjs = ratio(result.jaxjs, result.ours);
  result.cpuOverCompiled = ratio(result.ours, result.cpu);
  return result;
}

async function enter(name: PageSide, open: OpenSide, exam: Exam, smooth: Exam): Promise<Contestant> {
  const tally = new Tally();
  countFor(tally);
  const begin = performance.now();
  const side = await open(exam.problem);
  const loss = await side.step();
  const firstStepMs = performance.now() - begin;
  const { error, parameter } = mark(exam, await side.firstMoments());
  countFor(new Tally());
  const judged = await open(smooth.problem);
  await judged.step();
  const { error: worstGradientErrorSmooth } = mark(smooth, await judged.firstMoments());
  judged.dispose();
  console.log(
    `  ${name}: first step ${(firstStepMs / 1000).toFixed(2)} s, loss ${loss.toFixed(6)}, worst gradient off by ` +
      `${worstGradientErrorSmooth.toExponential(1)}${worstGradientErrorSmooth > WRONG ? ': WRONG, not timed' : ''} ` +
      `(with kinks ${error.toExponential(1)}, ${parameter})`,
  );
  const errors = { worstGradientError: error, worstGradient: parameter, worstGradientErrorSmooth };
  return { name, side, tally, first: { firstStepMs, loss, ...errors }, stepsMs: [], hostMs: [], lastLoss: loss };
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

function resultOf({ first, stepsMs, lastLoss }: Contestant): SideResult {
  return { stepMs: stepsMs.length > 0 ? median(stepsMs) : null, stepsMs, ...first, lastLoss };
}

function onGpu(result: SideResult, { tally, hostMs }: Contestant): GpuResult {
  const { dispatches, submits, uploadBytes, peakBytes } = tally;
  const host = hostMs.length > 0 ? median(hostMs) : Number.NaN;
  return { ...result, dispatches, submits, uploadBytes, gpuBytes: peakBytes, hostMs: host };
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
