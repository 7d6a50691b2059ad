import { formatBytes, formatCount, formatPreparation, plural } from '../shared/format.ts';
import { placeText } from '../shared/storage-place.ts';
import { useStudio } from '../studio-context.ts';
import { SplitFiles } from './split-files.tsx';
import './dataset-facts.css';

const MOST_LISTED = 100;

/** What was found: pairs, split, source, and where it is kept. */
export function DatasetFacts() {
  const dataset = useStudio(state => state.dataset);
  const split = useStudio(state => state.currentSplit);
  const place = useStudio(state => state.storagePlace);
  if (!dataset) return null;
  const parts = split && ([split.train, split.validation, split.test] as const);
  return (
    <div className="facts">
      <p className="headline number">{`${dataset.ids.length} pairs`}</p>
      {split && parts && (
        <>
          <div className="split-bar" aria-hidden="true">
            {parts.map((part, place) => (
              <span key={['train', 'validation', 'test'][place]} style={{ flexGrow: part.length }} />
            ))}
          </div>
          <p className="number">{`train ${split.train.length} · validation ${split.validation.length} · test ${split.test.length}`}</p>
        </>
      )}
      {split && <SplitFiles />}
      <dl className="definitions">
        <div>
          <dt>Source</dt>
          <dd className="breakable">{dataset.source}</dd>
        </div>
        <div>
          <dt>Kept as</dt>
          <dd className="number">{`${formatPreparation(dataset)}, ${formatBytes(dataset.bytes)} ${placeText(place)}`}</dd>
        </div>
        <div>
          <dt>Passed over</dt>
          <dd className="number">{`${formatCount(dataset.skipped)} files that are neither image nor mask`}</dd>
        </div>
        {dataset.leftOut !== undefined && (
          <div>
            <dt>Left out</dt>
            <dd className="number">{`${plural(dataset.leftOut.length, 'pair')} left out by hand`}</dd>
          </div>
        )}
        {dataset.groupNames !== undefined && (
          <div>
            <dt>Groups</dt>
            <dd className="number">{groupsText(dataset.groupNames)}</dd>
          </div>
        )}
        {dataset.alike !== undefined && dataset.alike.length > 0 && (
          <div>
            <dt>Near-duplicates</dt>
            <dd>
              <details>
                <summary className="number">
                  {`${dataset.alike.length} ${dataset.alike.length === 1 ? 'pair' : 'pairs'} of images, each kept in one part`}
                </summary>
                <ul className="plain-list alike-list">
                  {dataset.alike.slice(0, MOST_LISTED).map(([a, b]) => (
                    <li key={`${a} ${b}`} className="breakable">{`${dataset.ids[a]} and ${dataset.ids[b]}`}</li>
                  ))}
                  {dataset.alike.length > MOST_LISTED && <li>{`and ${dataset.alike.length - MOST_LISTED} more`}</li>}
                </ul>
              </details>
            </dd>
          </div>
        )}
        <div>
          <dt>Fingerprint</dt>
          <dd className="number" title={dataset.hash}>
            <code>{dataset.hash.slice(0, 12)}</code>
          </dd>
        </div>
      </dl>
    </div>
  );
}

function groupsText(names: readonly string[]): string {
  const named = names.filter(name => name !== '');
  const count = new Set(named).size;
  return `${count} ${count === 1 ? 'group' : 'groups'} of ${named.length} pairs by lesion or patient, each kept in one part`;
}
