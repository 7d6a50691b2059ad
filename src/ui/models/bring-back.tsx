import { Upload } from 'lucide-react';
import { type ChangeEvent, useId } from 'react';
import { PRETRAINED, pretrainedAddress } from '../../state/library/pretrained.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';

/** Models from elsewhere: files, and the one that comes with the page. */
export function BringBack() {
  const importModel = useStudio(state => state.importModel);
  const pretrained = useStudio(state => state.loadPretrained);
  const refused = useRefusal(importModel);
  const about = useId();
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = '';
    if (files.length > 0) void importModel(files);
  };
  return (
    <div className="part-foot bring-back">
      <label className="file-button">
        <Upload className="lucide" aria-hidden />
        <span>Open model files</span>
        <input
          type="file"
          multiple
          accept=".zip,.json,.bin,.onnx,.safetensors"
          disabled={refused !== ''}
          onChange={take}
          aria-label="Model files"
          aria-describedby={about}
        />
      </label>
      <ActionButton action={pretrained} onClick={() => void pretrained()}>
        Load pre-trained model
      </ActionButton>
      <p className="help" id={about}>
        <span>{refused || 'Zip, model.json with weights.bin, ONNX or safetensors of this page.'} </span>
        <a target="_blank" rel="noreferrer" href={pretrainedAddress(PRETRAINED.card)}>
          About the pre-trained model
        </a>
      </p>
    </div>
  );
}
