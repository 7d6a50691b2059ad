import { useStudio } from '../studio-context.ts';
import { OutlinesView } from './outlines-view.tsx';
import { ScoresView } from './scores-view.tsx';
import './results-place.css';

/** Two views, both alive at once: the scores of images with masks, and the outlines of images without. */
export function ResultsPlace() {
  const view = useStudio(state => state.resultsView);
  return (
    <>
      <ScoresView shown={view === 'test'} />
      <OutlinesView shown={view === 'outlines'} />
    </>
  );
}
