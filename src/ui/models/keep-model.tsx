import { type ChangeEvent, useId, useState } from 'react';
import type { ModelFormat, ModelInfo } from '../../protocol/run.ts';
import { PRETRAINED, pretrainedAddress } from '../../state/library/pretrained.ts';
import { download } from '../shared/download.ts';
import { formatDuration } from '../shared/format.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';

const packings = [
  ['layers', 'Download model'],
  ['onnx', 'Export ONNX'],
  ['safetensors', 'Export safetensors'],
] as const;

export function KeepModel() {
  const model = useStudio(state => state.model);
  const reportable = useStudio(
    ({ run, dataset, currentSplit }) => run !== null || (dataset !== null && currentSplit !== null),
  );
  const active = useStudio(runGoingOn);
  const exportModel = useStudio(state => state.exportModel);
  const exportReport = useStudio(state => state.exportReport);
  const importModel = useStudio(state => state.importModel);
  const pretrained = useStudio(state => state.loadPretrained);
  const saveModel = useStudio(state => state.saveModel);
  const saved = useStudio(state => state.savedModels);
  const [saving, setSaving] = useState(false);
  const [packing, setPacking] = useState<ModelFormat | null>(null);
  const [writing, setWriting] = useState<string | null>(null);
  const exportHtml = useStudio(state => state.exportHtml);
  const reason = useId();
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = '';
    if (files.length > 0) void importModel(files);
  };
  // Saved at once under a name that tells what it is; the list is where names are changed.
  const save = async () => {
    if (!model) return;
    setSaving(true);
    const taken = saved.map(({ name }) => name);
    await saveModel(suggestName(model, taken));
    setSaving(false);
  };
  const pack = async (format: ModelFormat) => {
    setPacking(format);
    const file = await exportModel(format);
    setPacking(null);
    if (file) download(file);
  };
  const report = () => {
    const file = exportReport();
    if (file) download(file);
  };
  const page = async () => {
    const begin = performance.now();
    setWriting('Writing the report…');
    const file = await exportHtml(async state => {
      const { makeReport } = await import('../report/make-report.tsx');
      return makeReport(state, (done, total) => {
        const left =
          done > 0 && ` · ${formatDuration(((performance.now() - begin) / 1000 / done) * (total - done))} left`;
        setWriting(`Writing the report: ${done} of ${total} pictures${left || ''}`);
      });
    });
    setWriting(null);
    if (file) download(file);
  };
  return (
    <>
      <div className="actions">
        <button type="button" disabled={!model || saving} onClick={() => void save()}>
          Save to browser
        </button>
        {packings.map(([format, label]) => (
          <button key={format} type="button" disabled={!model || packing !== null} onClick={() => void pack(format)}>
            {label}
          </button>
        ))}
        <button type="button" disabled={!reportable} onClick={report}>
          Export report
        </button>
        <button type="button" disabled={!reportable || writing !== null} onClick={() => void page()}>
          Export HTML report
        </button>
        <span className="help number" role="status">
          {writing}
        </span>
      </div>
      <div className="bring-back">
        <button type="button" disabled={active} onClick={() => void pretrained()}>
          Load pre-trained model
        </button>
        <p className="help">
          Improved UNet, 64 × 64, 8 base filters, trained on ISIC 2018: outlines at once, and can be trained on.{' '}
          <a href={pretrainedAddress(PRETRAINED.card)}>What it is and is not</a>
        </p>
      </div>
      <div className="bring-back">
        <label className="file-button">
          <span>Model files</span>
          <input
            type="file"
            multiple
            accept=".zip,.json,.bin,.onnx,.safetensors"
            disabled={active}
            onChange={take}
            aria-describedby={reason}
          />
        </label>
        <p className="help" id={reason}>
          {active
            ? 'Stop the run before loading a model.'
            : 'A downloaded zip, model.json together with weights.bin, or an ONNX or safetensors file of this page.'}
        </p>
      </div>
    </>
  );
}

function suggestName(model: ModelInfo, taken: readonly string[]): string {
  const epoch = model.bestEpoch ? ` epoch ${model.bestEpoch}` : '';
  const base = `${model.arch} ${model.size} f${model.filters}${epoch}`;
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base} (${number})`;
  return name;
}
