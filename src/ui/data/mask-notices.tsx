import type { ShownKind } from '../pairs/pair-list.ts';
import { formatCount } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './mask-notices.css';

const kinds = [
  ['empty mask', 'empty: no lesion at all'],
  ['full mask', 'full: lesion everywhere'],
  ['looks inverted', 'probably inverted: lesion along the border, skin inside'],
] as const;

/** What one look at all masks found, with the switch that turns them round; nothing where all is well. */
export function MaskNotices({ onShow }: { onShow: (kind: ShownKind) => void }) {
  const dataset = useStudio(state => state.dataset);
  const reading = useStudio(state => state.ingest !== null);
  const invertMasks = useStudio(state => state.invertMasks);
  if (!dataset) return null;
  const found = kinds.map(
    ([kind, what]) => [kind, dataset.notices?.filter(each => each === kind).length ?? 0, what] as const,
  );
  const inverted = dataset.maskReading?.invert ?? false;
  const some = found.some(([, many]) => many > 0);
  if (!some && !inverted && !dataset.noisy) return null;
  return (
    <section aria-label="Notices about masks" className="mask-notices">
      {some && (
        <>
          <p>{`Look at these of the ${formatCount(dataset.ids.length)} masks before you train:`}</p>
          <ul className="plain-list">
            {found.map(
              ([kind, many, what]) =>
                many > 0 && (
                  <li key={kind}>
                    <span>{`${formatCount(many)} ${what}`}</span>{' '}
                    <button type="button" className="quiet" onClick={() => onShow(kind)}>
                      Show them
                    </button>
                  </li>
                ),
            )}
          </ul>
        </>
      )}
      {(some || inverted) && (
        <label>
          <input
            type="checkbox"
            checked={inverted}
            disabled={reading}
            onChange={event => void invertMasks(event.target.checked)}
          />
          <span>Invert masks</span>
        </label>
      )}
      {dataset.noisy && (
        <p>
          This browser alters the lowest bit of some pixels that a page reads. The images differ a little from their
          files, and two readings from each other.
        </p>
      )}
    </section>
  );
}
