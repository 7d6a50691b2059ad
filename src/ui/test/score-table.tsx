import { memo, useEffect, useRef, useState } from 'react';
import type { ImageScore, Triptych } from '../../protocol/training.ts';
import { formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { TriptychView } from '../shared/triptych-view.tsx';
import { useStudio } from '../studio-context.ts';

const columns = [
  ['dice', 'Dice'],
  ['jaccard', 'Jaccard'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['accuracy', 'Accuracy'],
] as const;

/** Every test image, worst first; its button opens the picture beside the table. */
export function ScoreTable({ images }: { images: readonly ImageScore[] }) {
  const picture = useStudio(state => state.picture);
  const [open, setOpen] = useState<string>();
  const [shown, setShown] = useState<Triptych | null>();
  const latest = useRef<string>(undefined);
  const show = async (id: string) => {
    latest.current = id;
    setOpen(id);
    setShown(undefined);
    const triptych = await picture(id);
    // A slow answer must not take the place of one asked for later.
    if (latest.current === id) setShown(triptych);
  };
  return (
    <div className="score-grid">
      <div className="panel score-panel">
        <h3 id="scores-title">Per-image scores</h3>
        <ScrollArea className="score-scroll" label="Scores, scrollable">
          <ScoreRows images={images} open={open} onOpen={show} />
        </ScrollArea>
      </div>
      <div className="panel score-picture" aria-live="polite">
        {open === undefined ? (
          <p className="empty">Choose an image in the table to see what the network made of it.</p>
        ) : shown ? (
          <TriptychView triptych={shown} prediction={shown.prediction} waiting="no model" />
        ) : (
          <p className="empty">{shown === undefined ? `Fetching ${open}…` : `${open} could not be shown.`}</p>
        )}
      </div>
    </div>
  );
}

const ScoreRows = memo(function ScoreRows({
  images,
  open,
  onOpen,
}: {
  images: readonly ImageScore[];
  open: string | undefined;
  onOpen: (id: string) => void;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    if (images.length > 0) body.current?.parentElement?.parentElement?.scrollTo({ top: 0 });
  }, [images]);
  return (
    <table aria-labelledby="scores-title">
      <thead>
        <tr>
          <th scope="col">Image</th>
          {columns.map(([key, title]) => (
            <th scope="col" className="numeric" key={key}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {images.map(image => (
          <tr key={image.id} data-open={image.id === open || undefined}>
            <th scope="row">
              <button
                type="button"
                className="row-button"
                aria-pressed={image.id === open}
                onClick={() => onOpen(image.id)}
              >
                {image.id}
              </button>
            </th>
            {columns.map(([key]) => (
              <td className="numeric" key={key} data-low={(key === 'dice' && image.dice < 0.8) || undefined}>
                {formatScore(image[key], 4)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
});
