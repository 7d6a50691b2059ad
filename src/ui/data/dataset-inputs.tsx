/** The two file inputs of a data set, each a label that looks like a button. Drops are taken by the whole page. */
import type { ChangeEvent, ReactNode } from 'react';
import { useRefusal } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import { sourceFiles } from './walk.ts';

interface DatasetInputProps {
  className: string;
  describedBy?: string;
  children: ReactNode;
}

function useTake() {
  const readFiles = useStudio(state => state.useFiles);
  const refused = useRefusal(readFiles);
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = sourceFiles(currentTarget.files ?? []);
    // So that the same files can be picked again.
    currentTarget.value = '';
    if (files.length > 0) void readFiles(files);
  };
  return { refused, take };
}

export function DatasetFilesInput({ className, describedBy, children }: DatasetInputProps) {
  const { refused, take } = useTake();
  return (
    <label className={`file-button ${className}`}>
      <span>{children}</span>
      <input
        type="file"
        multiple
        accept=".zip,.tar,.tgz,.gz,image/*,.tif,.tiff"
        aria-label="Dataset files"
        aria-describedby={describedBy}
        disabled={refused !== ''}
        title={refused}
        onChange={take}
      />
    </label>
  );
}

export function DatasetFolderInput({ className, children }: DatasetInputProps) {
  const { refused, take } = useTake();
  return (
    <label className={`file-button ${className}`}>
      <span>{children}</span>
      <input
        type="file"
        multiple
        aria-label="Dataset folder"
        disabled={refused !== ''}
        title={refused}
        onChange={take}
        ref={input => input?.setAttribute('webkitdirectory', '')}
      />
    </label>
  );
}
