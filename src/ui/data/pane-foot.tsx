import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount, plural } from '../shared/format.ts';
import { goTo } from '../shell/places.ts';
import { useStudio } from '../studio-context.ts';
import './pane-foot.css';

/** What is on show, what was found beside it, and the way on. */
export function PaneFoot({ shown, all, children }: { shown: number; all: number; children: ReactNode }) {
  const alike = useStudio(({ dataset }) => dataset?.alike?.length ?? 0);
  const skipped = useStudio(({ dataset }) => dataset?.skipped ?? 0);
  return (
    <div className="part-foot pane-foot">
      <p className="pane-foot-shown" role="status">{`${formatCount(shown)} of ${formatCount(all)} shown`}</p>
      {children}
      {alike > 0 && <p>{plural(alike, 'near-duplicate')}</p>}
      {skipped > 0 && <p>{`Ignored: ${plural(skipped, 'other file')}`}</p>}
      <button type="button" className="primary pane-foot-next" onClick={() => goTo('train')}>
        <span>Next: Train</span>
        <ArrowRight aria-hidden />
      </button>
    </div>
  );
}
