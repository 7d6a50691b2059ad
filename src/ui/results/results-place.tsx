import { useStudio } from '../studio-context.ts';
import { AnalysisView } from './analysis-view.tsx';
import { OutlinesView } from './outlines-view.tsx';
import { ScoresView } from './scores-view.tsx';
import './results-place.css';

/** Three views, all alive at once: the scores of images with masks, what they tell of the model, and the outlines of images without. */
export function ResultsPlace() {
  const view = useStudio(state => state.resultsView);
  return (
    <>
      <ScoresView shown={view === 'test'} />
      <AnalysisView shown={view === 'analysis'} />
      <OutlinesView shown={view === 'outlines'} />
    </>
  );
}
