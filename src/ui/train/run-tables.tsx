import { lazy, Suspense, useState } from 'react';
import { Segments } from '../shared/segments.tsx';
import { useStudio } from '../studio-context.ts';
import { EpochTable } from './epoch-table.tsx';
import { useCrossValidation } from './use-cross-validation.ts';
import { useLearningCurve } from './use-learning-curve.ts';
import './run-tables.css';

const SweepTable = lazy(() => import('./sweep-table.tsx').then(({ SweepTable }) => ({ default: SweepTable })));
const LearningCurveView = lazy(() =>
  import('./learning-curve-view.tsx').then(({ LearningCurveView }) => ({ default: LearningCurveView })),
);
const FoldsTable = lazy(() => import('./folds-table.tsx').then(({ FoldsTable }) => ({ default: FoldsTable })));

type Table = 'epochs' | 'sweep' | 'folds' | 'sizes';

/** What stands under the pictures: the epochs of the run at hand, and the runs of a sweep, a cross-validation or a learning curve where there is one. */
export function RunTables() {
  const sweep = useStudio(state => state.sweep);
  const going = useStudio(state => state.crossValidation?.going === true);
  const folds = useCrossValidation() !== null || going;
  const sizing = useStudio(state => state.learningCurve?.going === true);
  const sizes = useLearningCurve() !== null || sizing;
  const [chosen, setChosen] = useState<Table>();
  const tables: [Table, string][] = [
    ['epochs', 'Epochs'],
    ...(sweep ? [['sweep', 'Sweep'] as [Table, string]] : []),
    ...(folds ? [['folds', 'Folds'] as [Table, string]] : []),
    ...(sizes ? [['sizes', 'Learning curve'] as [Table, string]] : []),
  ];
  if (tables.length === 1) return <EpochTable />;
  // What was begun last, until the person chooses.
  const first = going ? 'folds' : sizing ? 'sizes' : sweep ? 'sweep' : (tables.at(-1)?.[0] ?? 'epochs');
  const shown = tables.some(([table]) => table === chosen) ? (chosen ?? first) : first;
  return (
    <>
      <div className="bar tables-bar">
        <Segments legend="Table shown" options={tables} value={shown} onChange={setChosen} />
      </div>
      <Suspense fallback={<div className="epoch-table" />}>
        {shown === 'epochs' && <EpochTable />}
        {shown === 'sweep' && sweep && <SweepTable {...sweep} />}
        {shown === 'folds' && <FoldsTable />}
        {shown === 'sizes' && <LearningCurveView />}
      </Suspense>
    </>
  );
}
