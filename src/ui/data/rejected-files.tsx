import { plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import './rejected-files.css';

/** The files that could not be used, and why. Nothing where there is none. */
export function RejectedFiles() {
  const rejected = useStudio(state => state.dataset?.rejected);
  if (!rejected || rejected.length === 0) return null;
  return (
    <div className="block rejected">
      <h3>{`${plural(rejected.length, 'file')} rejected`}</h3>
      <ScrollArea className="scroll rejected-scroll" label="Rejected files, scrollable">
        <ul className="plain-list" aria-label="Rejected files">
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
