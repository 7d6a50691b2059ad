/** The report of a run, or of a model on the data that are loaded, taken away as a file. */
import { buildReport } from '../../formats/report.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import { parameterCount } from '../../network/graph.ts';
import { modelOfRun } from '../../protocol/kept-runs.ts';
import { action, type Refusal, type Refuses } from '../action.ts';
import type { Context } from '../context.ts';
import { splitOfRun } from '../inference/ready.ts';
import { fileName } from '../library/file-names.ts';
import { noSplit } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { reportName, reportSource } from './report-source.ts';

const nothingYet: Refusal = {
  code: 'dataset-missing',
  happened: 'There is nothing to report yet',
  remedy: 'load a data set first',
};

const refusesReport = (state: StudioState) => (state.run === null && noSplit(state) ? nothingYet : null);

const otherData: Refusal = {
  code: 'dataset-missing',
  happened: 'The data set of this run is not at hand, with the masks that it was trained on',
  remedy: 'load it first',
};

/** The record counts the images of each part, and a report names them. */
const refusesRunReport: Refuses<[runId: string]> = (state, runId) => {
  const kept = state.keptRuns.runs.find(({ id }) => id === runId);
  return noSplit(state) ?? (kept && kept.dataset.hash !== state.dataset?.hash ? otherData : null);
};

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
    /** The report of a kept run, by its record and the data set at hand, as Export report gives it after training. */
    exportRunReport: action(
      context,
      refusesRunReport,
      async (runId: string): Promise<Download | null> => {
        const { dataset, currentSplit, keptRuns } = get();
        const kept = keptRuns.runs.find(({ id }) => id === runId);
        if (!kept || !dataset || !currentSplit) return null;
        const split = await splitOfRun(context, kept, { dataset, split: currentSplit });
        const { device, settings, epochs, startedFrom, test } = kept;
        const described = modelOfRun(kept);
        const parameters = parameterCount(buildNetwork(settings.arch, settings.filters));
        const model = kept.bestEpoch === null ? null : { ...described, id: runId, parameters };
        const about = { device, settings, dataset, split, epochs, startedFrom, model, test };
        const content = buildReport({ ...about, appVersion: __APP_VERSION__ });
        const blob = new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: 'application/json' });
        return { name: `${fileName(`report ${kept.name}`, kept.savedAt)}.json`, blob };
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
