import { useStudio } from '../studio-context.ts';
import { StorageCleanup } from './storage-cleanup.tsx';
import './problems.css';

/** What went wrong, each as an alert of one sentence. Stays in view while the page scrolls. */
export function Problems() {
  const problems = useStudio(state => state.problems);
  const dismiss = useStudio(state => state.dismiss);
  if (problems.length === 0) return null;
  return (
    <div className="problems">
      {problems.map(({ id, error, retry }) => (
        <div className="problem" role="alert" key={id}>
          <div>
            <p>{`${error.happened}: ${error.remedy}.`}</p>
            {error.code === 'storage-full' && <StorageCleanup problem={id} again={retry !== undefined} />}
          </div>
          <button type="button" className="quiet" onClick={() => dismiss(id)}>
            Dismiss
          </button>
        </div>
      ))}
    </div>
  );
}

/** What of the page's address was not used. */
export function Notices() {
  const notices = useStudio(state => state.notices);
  const dismiss = useStudio(state => state.dismissNotices);
  if (notices.length === 0) return null;
  return (
    <div className="note" role="status" aria-label="Notice">
      <ul className="plain-list">
        {notices.map(notice => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
      <button type="button" className="quiet" onClick={dismiss}>
        Dismiss
      </button>
    </div>
  );
}
