import { memoryOf } from '../../state/device/device-actions.ts';
import { formatBytes } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './memory-note.css';

/** What the settings take of the device, before it is taken. Keeps its place while the answer is on its way. */
export function MemoryNote() {
  const memory = useStudio(memoryOf);
  const batch = useStudio(state => state.settings.batch);
  if (memory === undefined) return <p className="help memory-note">Memory: being worked out…</p>;
  if (memory === null) return <p className="help memory-note">Memory: not told by this engine.</p>;
  const { bytes, largestBuffer, allowed, allowedTotal, fits, largestBatch } = memory;
  if (fits)
    return (
      <p className="help memory-note number">{`Memory: ${formatBytes(bytes)} at batch ${batch}. Within this device’s limits up to batch ${largestBatch}.`}</p>
    );
  const limit =
    largestBuffer > allowed || allowedTotal === null
      ? `${formatBytes(largestBuffer)} in one piece, and ${formatBytes(allowed)} are allowed`
      : `${formatBytes(bytes)}, and there are ${formatBytes(allowedTotal)}`;
  return (
    <p className="memory-note field-error number">
      {`Too large for this device: ${limit}. ${largestBatch > 0 ? `Batch ${largestBatch} is the largest that fits.` : 'Choose a smaller image size or fewer base filters.'}`}
    </p>
  );
}
