import type { TestResult } from '../../protocol/scores.ts';
import { changedSince } from '../../state/inference/results.ts';
import { plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** Says beside a test that some of its masks are others by now; nothing where all are the same. */
export function ChangedMasks({ result }: { result: Pick<TestResult, 'images' | 'corrected'> }) {
  const count = useStudio(({ dataset }) => changedSince(result, dataset));
  if (count === 0) return null;
  return (
    <p className="notice">
      {`These scores are of other masks: ${plural(count, 'mask')} of these images changed since. Score again before you compare.`}
    </p>
  );
}
