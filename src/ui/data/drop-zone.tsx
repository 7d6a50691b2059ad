import { type ChangeEvent, useId } from 'react';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { NumberField } from '../shared/number-field.tsx';
import { useStudio } from '../studio-context.ts';
import { sourceFiles } from './walk.ts';
import './drop-zone.css';

/** Two file inputs (files, a folder) and the way in without data. Drops are taken by the whole page. */
export function DropZone() {
  const readFiles = useStudio(state => state.useFiles);
  const readDemoData = useStudio(state => state.useDemoData);
  const reading = useStudio(state => state.ingest !== null);
  const refused = useRefusal(readFiles);
  const busy = refused !== '';
  const hint = useId();
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = sourceFiles(currentTarget.files ?? []);
    // So that the same files can be picked again.
    currentTarget.value = '';
    if (files.length > 0) void readFiles(files);
  };
  return (
    <div className="panel drop-zone" data-busy={busy || undefined}>
      <p className="drop-title">Drop zips, a folder, or loose files anywhere on this page</p>
      <p className="help" id={hint}>
        Pairs are <code>X.jpg</code> with <code>X_segmentation.png</code>, or equal names in <code>images/</code> and{' '}
        <code>masks/</code>. Zips and tars of any size are read piece by piece.
      </p>
      <div className="actions">
        <label className="file-button">
          <span>Dataset files</span>
          <input
            type="file"
            multiple
            accept=".zip,.tar,.tgz,.gz,image/*,.tif,.tiff"
            disabled={busy}
            onChange={take}
            aria-describedby={hint}
          />
        </label>
        <label className="file-button">
          <span>Dataset folder</span>
          <input
            type="file"
            multiple
            disabled={busy}
            onChange={take}
            ref={input => input?.setAttribute('webkitdirectory', '')}
          />
        </label>
        <ActionButton action={readDemoData} onClick={() => void readDemoData()}>
          Use demo data
        </ActionButton>
      </div>
      <LargestImage />
      <p className="help">
        ISIC 2018 Task 1 images and masks come from the{' '}
        <a href="https://challenge.isic-archive.com/data/" target="_blank" rel="noreferrer">
          ISIC archive’s data page
        </a>
        : read its terms there.
      </p>
      <p className="help drop-busy">{reading ? '' : refused}</p>
    </div>
  );
}

function LargestImage() {
  const megapixels = useStudio(state => state.megapixels);
  const change = useStudio(state => state.changeMegapixels);
  return (
    <details className="finer">
      <summary>Limits</summary>
      <NumberField
        label="Largest image"
        about="A guard against pictures that unpack to more memory than the machine has. Dermoscopy photographs have 1 to 40 million pixels; raise it only for larger ones that you trust."
        help="Million pixels. A larger picture is refused by its header, before it takes any memory; decoding takes 4 bytes a pixel."
        range="1 to 400"
        value={megapixels}
        onValue={change}
      />
    </details>
  );
}
