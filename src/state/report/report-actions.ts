/** The report of a run, or of a model on the data that are loaded, taken away as a file. */
import { buildReport } from '../../formats/report.ts';
import { action, type Refusal } from '../action.ts';
import type { Context } from '../context.ts';
import { noSplit } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { reportName, reportSource } from './report-source.ts';

const nothingYet: Refusal = {
  code: 'dataset-missing',
  happened: 'There is nothing to report yet',
  remedy: 'load a data set first',
};

const refusesReport = (state: StudioState) => (state.run === null && noSplit(state) ? nothingYet : null);

interface Download {
  readonly name: string;
  readonly blob: Blob;
}

export function createReportActions(context: Context) {
  const { get } = context;
  return {
    exportReport: action(
      context,
      refusesReport,
      async (): Promise<Download | null> => {
        const source = reportSource(get());
        if (!source) return null;
        const content = buildReport({ ...source, appVersion: __APP_VERSION__ });
        const blob = new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' });
        return { name: `${reportName(get(), source, Date.now())}.json`, blob };
      },
      null,
    ),
    /** The report as a page of its own, written by `write`, which ui/ brings; null where that failed (a problem is shown). */
    exportHtml: action(
      context,
      (state, _write?: (state: StudioState) => Promise<Download | null>) => refusesReport(state),
      (write: (state: StudioState) => Promise<Download | null>) => write(get()),
      null,
    ),
  };
}
