import { useState } from 'react';
import { type ExportName, exportRecords, type ModelFormat, modelFormatRecords } from '../../protocol/model-formats.ts';
import { secondsLeft } from '../../protocol/throttle.ts';
import { download } from '../shared/download.ts';
import { formatLeft } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** What can be taken away as files, and what is being written at the moment; '' where nothing is. */
export function useExports() {
  const exportModel = useStudio(state => state.exportModel);
  const exportReport = useStudio(state => state.exportReport);
  const exportHtml = useStudio(state => state.exportHtml);
  const exportModelFor = useStudio(state => state.exportModelFor);
  const exportForNnunet = useStudio(state => state.exportForNnunet);
  const picture = useStudio(state => state.picture);
  const [writing, setWriting] = useState('');
  const write = async (what: string, make: () => Promise<{ name: string; blob: Blob } | null>) => {
    setWriting(`Writing ${what}…`);
    const file = await make();
    setWriting('');
    if (file) download(file);
  };
  const html = () => {
    const begin = performance.now();
    return exportHtml(async state => {
      const { makeReport } = await import('../report/make-report.tsx');
      return makeReport({ ...state, picture }, (done, total) => {
        const left = formatLeft(secondsLeft(performance.now() - begin, done, total));
        setWriting(`Writing the report: ${done} of ${total} pictures${left}`);
      });
    });
  };
  return {
    writing,
    model: (format: ModelFormat) => void write(modelFormatRecords[format].title, () => exportModel(format)),
    report: () => void write('the report', exportReport),
    html: () => void write('the report', html),
    tool: (name: ExportName) =>
      void write(exportRecords[name].title, () => (name === 'nnunet' ? exportForNnunet() : exportModelFor(name))),
  };
}

export type Exports = ReturnType<typeof useExports>;
