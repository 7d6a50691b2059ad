/** Several runs that belong together, as the list of runs has them: the folds of a cross-validation, the sizes of a learning curve. Pure. */
import type { KeptRun } from '../../protocol/kept-runs.ts';

/** Which of a series a run is: the `index`th (from 0) of `of`. */
export interface SeriesMember {
  readonly id: string;
  readonly index: number;
  readonly of: number;
}

export interface Series {
  readonly id: string;
  readonly of: number;
  /** The run that was begun last. */
  readonly last: KeptRun;
  /** By their index; null where one was not begun. */
  readonly runs: readonly (KeptRun | null)[];
}

/** The newest first. */
export function seriesIn(
  runs: readonly KeptRun[],
  memberOf: (split: KeptRun['split']) => SeriesMember | undefined,
): Series[] {
  const found = new Map<string, { run: KeptRun; member: SeriesMember }[]>();
  for (const run of runs) {
    const member = memberOf(run.split);
    if (!member) continue;
    const others = found.get(member.id);
    if (others) others.push({ run, member });
    else found.set(member.id, [{ run, member }]);
  }
  return [...found.entries()].flatMap(([id, members]) => {
    const [last] = members;
    const of = last?.member.of ?? 0;
    const kept: (KeptRun | null)[] = Array.from({ length: of }, () => null);
    for (const { run, member } of members) if (member.index < of) kept[member.index] = better(kept[member.index], run);
    return last ? [{ id, of, last: last.run, runs: kept }] : [];
  });
}

/** Of two runs of one place, that which was scored. */
function better(a: KeptRun | null | undefined, b: KeptRun): KeptRun {
  return a?.test ? a : b;
}
