import { formatBytes } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './memory-note.css';

/** What the settings take of the GPU, before it is taken. Keeps its place while the answer is on its way. */
export function MemoryNote() {
  const memory = useStudio(state => state.memory);
  const batch = useStudio(state => state.settings.batch);
  if (!memory) return <p className="help memory-note">GPU memory: not told by this engine.</p>;
  const { bytes, largestBuffer, allowed, fits, largestBatch } = memory;
  const largest = `largest buffer ${formatBytes(largestBuffer)} of ${formatBytes(allowed)} allowed`;
  if (fits)
    return (
      <p className="help memory-note number">{`GPU memory: ${formatBytes(bytes)} at batch ${batch}; ${largest}. Up to batch ${largestBatch} fits.`}</p>
    );
  return (
    <p className="memory-note field-error number">
      {`Too large for this GPU: ${largest}. ${largestBatch > 0 ? `Batch ${largestBatch} is the largest that fits.` : 'Choose a smaller image size or fewer base filters.'}`}
    </p>
  );
}
