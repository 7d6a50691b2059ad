import { formatCount } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './mask-notices.css';

/** What one look at all masks found, with the switch that turns them round; nothing where all is well. */
export function MaskNotices() {
  const dataset = useStudio(state => state.dataset);
  const reading = useStudio(state => state.ingest !== null);
  const invertMasks = useStudio(state => state.invertMasks);
  if (!dataset) return null;
  const count = (notice: string) => dataset.notices?.filter(each => each === notice).length ?? 0;
  const found = [
    [count('empty mask'), 'empty: no lesion at all'],
    [count('full mask'), 'full: lesion everywhere'],
    [count('looks inverted'), 'probably inverted: lesion along the border, skin inside'],
  ] as const;
  const inverted = dataset.maskReading?.invert ?? false;
  const some = found.some(([many]) => many > 0);
  if (!some && !inverted && !dataset.noisy) return null;
  return (
    <section aria-label="Notices about masks" className="mask-notices">
      {some && (
        <>
          <p>{`Look at these of the ${formatCount(dataset.ids.length)} masks before you train:`}</p>
          <ul className="plain-list">
            {found.map(([many, what]) => many > 0 && <li key={what}>{`${formatCount(many)} ${what}`}</li>)}
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
