import { useStudio } from '../studio-context.ts';

/** What went wrong, each as an alert of one sentence, and notices from the address. */
export function Problems() {
  const problems = useStudio(state => state.problems);
  const notices = useStudio(state => state.notices);
  const dismiss = useStudio(state => state.dismiss);
  const dismissNotices = useStudio(state => state.dismissNotices);
  if (problems.length === 0 && notices.length === 0) return null;
  return (
    <div className="problems">
      {notices.length > 0 && (
        <div className="note" role="status" aria-label="Notice">
          <ul className="plain-list">
            {notices.map(notice => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
          <button type="button" className="quiet" onClick={dismissNotices}>
            Dismiss
          </button>
        </div>
      )}
      {problems.map(({ id, error }) => (
        <div className="problem" role="alert" key={id}>
          <p>{`${error.happened}: ${error.remedy}.`}</p>
          <button type="button" className="quiet" onClick={() => dismiss(id)}>
            Dismiss
          </button>
        </div>
      ))}
    </div>
  );
}
