import { type ChangeEvent, useId, useState } from 'react';
import type { ModelInfo } from '../../protocol/model.ts';
import { type ModelFormat, modelFormatRecords, modelFormats } from '../../protocol/model-formats.ts';
import { secondsLeft } from '../../protocol/throttle.ts';
import { PRETRAINED, pretrainedAddress } from '../../state/library/pretrained.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { formatLeft } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './keep-model.css';

const label = (format: ModelFormat) =>
  format === 'layers' ? 'Download model' : `Export ${modelFormatRecords[format].title}`;

export function KeepModel() {
  const model = useStudio(state => state.model);
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
  const picture = useStudio(state => state.picture);
  const reason = useId();
  const refused = useRefusal(importModel);
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
  const report = async () => {
    const file = await exportReport();
    if (file) download(file);
  };
  const page = async () => {
    const begin = performance.now();
    setWriting('Writing the report…');
    const file = await exportHtml(async state => {
      const { makeReport } = await import('../report/make-report.tsx');
      return makeReport({ ...state, picture }, (done, total) => {
        const left = formatLeft(secondsLeft(performance.now() - begin, done, total));
        setWriting(`Writing the report: ${done} of ${total} pictures${left}`);
      });
    });
    setWriting(null);
    if (file) download(file);
  };
  return (
    <>
      <div className="actions">
        <ActionButton action={saveModel} busy={saving} onClick={() => void save()}>
          Save to browser
        </ActionButton>
        {modelFormats.map(format => (
          <ActionButton key={format} action={exportModel} busy={packing !== null} onClick={() => void pack(format)}>
            {label(format)}
          </ActionButton>
        ))}
        <ActionButton action={exportReport} onClick={() => void report()}>
          Export report
        </ActionButton>
        <ActionButton action={exportHtml} busy={writing !== null} onClick={() => void page()}>
          Export HTML report
        </ActionButton>
        <span className="help number" role="status">
          {writing}
        </span>
      </div>
      <div className="bring-back">
        <ActionButton action={pretrained} onClick={() => void pretrained()}>
          Load pre-trained model
        </ActionButton>
        <p className="help">
          Improved UNet, 64 × 64, 8 base filters, trained on ISIC 2018: outlines at once, and can be trained on.{' '}
          <a target="_blank" rel="noreferrer" href={pretrainedAddress(PRETRAINED.card)}>
            What it is and is not
          </a>
        </p>
      </div>
      <div className="bring-back">
        <label className="file-button">
          <span>Model files</span>
          <input
            type="file"
            multiple
            accept=".zip,.json,.bin,.onnx,.safetensors"
            disabled={refused !== ''}
            onChange={take}
            aria-describedby={reason}
          />
        </label>
        <p className="help" id={reason}>
          {refused ||
            'A downloaded zip, model.json together with weights.bin, or an ONNX or safetensors file of this page.'}
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
