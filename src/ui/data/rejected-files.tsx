import { plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import './rejected-files.css';

export function RejectedFiles() {
  const rejected = useStudio(state => state.dataset?.rejected);
  if (!rejected) return null;
  if (rejected.length === 0) return <p className="help">No file was rejected.</p>;
  return (
    <div className="rejected">
      <h3 id="rejected-title">Rejected files</h3>
      <p className="help">{`${plural(rejected.length, 'file')} left out; everything else is in use.`}</p>
      <ScrollArea className="scroll rejected-scroll" label="Rejected files, scrollable">
        <ul className="plain-list" aria-labelledby="rejected-title">
          {rejected.map(({ file, reason }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes order, and names may be equal.
            <li key={place}>
              <code className="breakable">{file}</code> — {reason}
            </li>
          ))}
        </ul>
      </ScrollArea>
    </div>
  );
}
