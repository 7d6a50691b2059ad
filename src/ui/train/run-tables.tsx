import { useState } from 'react';
import { Segments } from '../shared/segments.tsx';
import { useStudio } from '../studio-context.ts';
import { EpochTable } from './epoch-table.tsx';
import { SweepTable } from './sweep-table.tsx';
import './run-tables.css';

const tables = [
  ['epochs', 'Epochs'],
  ['sweep', 'Sweep'],
] as const;

/** What stands under the pictures: the epochs of the run at hand, and the runs of a sweep where there is one. */
export function RunTables() {
  const sweep = useStudio(state => state.sweep);
  const [shown, setShown] = useState<(typeof tables)[number][0]>('sweep');
  if (!sweep) return <EpochTable />;
  return (
    <>
      <div className="bar tables-bar">
        <Segments legend="Table shown" options={tables} value={shown} onChange={setShown} />
      </div>
      {shown === 'sweep' ? <SweepTable {...sweep} /> : <EpochTable />}
    </>
  );
}
