import { Segments } from '../shared/segments.tsx';
import { useStudio } from '../studio-context.ts';

const views = [
  ['test', 'Test split'],
  ['analysis', 'Analysis'],
  ['outlines', 'Outlines'],
] as const;

/** At the top of each view's rail. */
export function ViewSwitch() {
  const view = useStudio(state => state.resultsView);
  const show = useStudio(state => state.showResults);
  return (
    <div className="block view-switch">
      <Segments legend="Results of" options={views} value={view} onChange={show} />
    </div>
  );
}
