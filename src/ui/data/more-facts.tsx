import { useStudio } from '../studio-context.ts';
import { LargestImage } from './largest-image.tsx';
import './more-facts.css';

const MOST_LISTED = 100;

/** What one seldom needs to know of a data set, and the guard against large pictures. */
export function MoreFacts() {
  const dataset = useStudio(state => state.dataset);
  if (!dataset) return null;
  const { alike = [], ids, hash, rejected } = dataset;
  return (
    <details className="more-facts">
      <summary>More</summary>
      <div className="more-facts-content">
        <dl className="facts">
          <div>
            <dt>Fingerprint</dt>
            <dd title={hash}>
              <code>{hash.slice(0, 12)}</code>
            </dd>
          </div>
        </dl>
        {rejected.length === 0 && <p className="sub">No file was rejected.</p>}
        {alike.length > 0 && (
          <>
            <h3>Near-duplicates</h3>
            <p className="sub">
              {`${alike.length} ${alike.length === 1 ? 'pair' : 'pairs'} of images, each kept in one part`}
            </p>
            <ul className="plain-list alike-list sub">
              {alike.slice(0, MOST_LISTED).map(([a, b]) => (
                <li key={`${a} ${b}`} className="breakable">{`${ids[a]} and ${ids[b]}`}</li>
              ))}
              {alike.length > MOST_LISTED && <li>{`and ${alike.length - MOST_LISTED} more`}</li>}
            </ul>
          </>
        )}
        <LargestImage />
      </div>
    </details>
  );
}
