/** Every side's gradients at several seeds, without times: with the network as it is, and without its rectifiers' kinks (judge.ts). */
import { mark, setExam } from './judge.ts';
import type { CaseOptions } from './options.ts';
import { openCpu } from './sides/cpu.ts';
import { openJaxjs } from './sides/jaxjs.ts';
import { openOurs } from './sides/ours.ts';
import type { OpenSide, PageSide } from './sides/side.ts';
import { openStock } from './sides/stock.ts';

export interface CheckResult extends CaseOptions {
  readonly kinks: boolean;
  readonly side: PageSide;
  /** At seeds 1, 2, …. */
  readonly errors: readonly number[];
}

const open: Record<PageSide, OpenSide> = {
  ours: given => openOurs(given),
  cpu: given => openCpu(given),
  stock: given => openStock(given),
  jaxjs: given => openJaxjs(given),
  'jaxjs-wasm': given => openJaxjs(given, 'wasm'),
  'tfjs-cpu': given => openStock(given, 'cpu'),
};

export async function checkSeeds(
  options: CaseOptions & { readonly seeds: number; readonly sides: readonly PageSide[] },
): Promise<CheckResult[]> {
  const { size, filters, batch, seeds, sides } = options;
  const results: CheckResult[] = [];
  for (const kinks of [true, false]) {
    const exams = Array.from({ length: seeds }, (_, i) => setExam(options, i + 1, kinks));
    const [first] = exams;
    if (!first) throw new RangeError('no seed to check');
    for (const side of sides) {
      const opened = await open[side](first.problem);
      const errors: number[] = [];
      for (const exam of exams) {
        await opened.reset(exam.problem.weights, exam.problem.data);
        await opened.step();
        errors.push(mark(exam, await opened.firstMoments()).error);
      }
      opened.dispose();
      results.push({ size, filters, batch, kinks, side, errors });
      const told = errors.map(error => error.toExponential(1)).join(', ');
      console.log(`${size}², ${filters} filters, batch ${batch}, ${kinks ? 'as it is' : 'no kinks'}, ${side}: ${told}`);
    }
  }
  return results;
}
