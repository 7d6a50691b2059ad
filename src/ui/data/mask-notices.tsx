import { TriangleAlert } from 'lucide-react';
import type { ShownKind } from '../pairs/pair-list.ts';
import { plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** Of one mask and of several. */
const kinds = [
  ['empty mask', 'is empty', 'are empty'],
  ['full mask', 'is full: lesion everywhere', 'are full: lesion everywhere'],
  [
    'looks inverted',
    'looks inverted: lesion along the border, skin inside',
    'look inverted: lesion along the border, skin inside',
  ],
] as const;

/** What one look at all masks found, with the switch that turns them round; nothing where all is well. */
export function MaskNotices({ onShow }: { onShow: (kind: ShownKind) => void }) {
  const dataset = useStudio(state => state.dataset);
  const reading = useStudio(state => state.ingest !== null);
  const withFiles = useStudio(state => state.datasetAsRead !== null);
  const invertMasks = useStudio(state => state.invertMasks);
  if (!dataset) return null;
  const found = kinds
    .map(([kind, one, several]) => {
      const many = dataset.notices?.filter(each => each === kind).length ?? 0;
      return { kind, many, text: `${plural(many, 'mask')} ${many === 1 ? one : several}` };
    })
    .filter(({ many }) => many > 0);
  const inverted = dataset.maskReading?.invert ?? false;
  if (found.length === 0 && !inverted && !dataset.noisy) return null;
  return (
    <section aria-label="Notices about masks">
      {(found.length > 0 || inverted) && (
        <div className="notice data-notice">
          <TriangleAlert aria-hidden />
          <p>
            {found.map(({ kind, text }) => (
              <span key={kind} className="mask-notice">
                <span>{text}. </span>
                <button type="button" className="link" onClick={() => onShow(kind)}>
                  Show them
                </button>
              </span>
            ))}
            {found.length === 0 && <span>All masks are inverted.</span>}
          </p>
          <label className="check-line">
            <input
              type="checkbox"
              checked={inverted}
              disabled={reading || !withFiles}
              onChange={event => void invertMasks(event.target.checked)}
            />
            <span>Invert masks</span>
          </label>
        </div>
      )}
      {dataset.noisy && (
        <div className="notice data-notice">
          <TriangleAlert aria-hidden />
          <p>
            This browser alters the lowest bit of some pixels that a page reads. The images differ a little from their
            files, and two readings from each other.
          </p>
        </div>
      )}
    </section>
  );
}
