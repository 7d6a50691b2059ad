import { memo, useEffect, useMemo, useState } from 'react';
import { failureKind, failureKinds, failureTexts, lowestTenth } from '../../metrics/failures.ts';
import type { ImageScore } from '../../protocol/scores.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { formatScore, plural } from '../shared/format.ts';
import { Outlines } from '../shared/outlines.tsx';
import { PixelImage } from '../shared/pixel-image.tsx';
import { useStudio } from '../studio-context.ts';

/** Pictures are predicted one by one: so many are enough to see what goes wrong. */
const MOST_PICTURES = 48;

/** The lowest tenth, by what went wrong, as pictures. */
export function FailureGallery({ images }: { images: readonly ImageScore[] }) {
  const lowest = useMemo(() => lowestTenth(images), [images]);
  const groups = useMemo(
    () =>
      [...failureKinds, undefined]
        .map(kind => ({ kind, found: lowest.filter(image => failureKind(image) === kind) }))
        .filter(({ found }) => found.length > 0),
    [lowest],
  );
  const shown = useMemo(
    () => groups.flatMap(({ found }) => found.map(({ id }) => id)).slice(0, MOST_PICTURES),
    [groups],
  );
  const { pictures, refused } = usePictures(shown);
  return (
    <section className="analysis-part" aria-label="Failures">
      <h3>Failures</h3>
      <p className="sub">{`The lowest tenth by Dice (${plural(lowest.length, 'image')}), by what went wrong. Dashed: the mask; the line: the prediction.`}</p>
      {refused && pictures.size === 0 && <p className="help">{refused}</p>}
      {groups.map(({ kind, found }) => (
        <div key={kind ?? 'untold'} className="failure-group">
          <h4>
            {kind ?? 'not told'} <span className="sub number">{found.length}</span>
          </h4>
          {kind && <p className="sub">{failureTexts[kind]}</p>}
          <ul className="plain-list failure-grid">
            {found.map(image => (
              <li key={image.id}>
                <Failure image={image} picture={pictures.get(image.id)} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

const Failure = memo(function Failure({
  image: { id, dice },
  picture,
}: {
  image: ImageScore;
  picture: Triptych | undefined;
}) {
  return (
    <figure className="failure" aria-label={id}>
      <div className="failure-picture">
        <PixelImage size={picture?.size ?? 1} pixels={picture?.image} alt={`Outline of ${id}`} />
        {picture && <Outlines size={picture.size} truth={picture.truth} prediction={picture.prediction} />}
      </div>
      <figcaption>
        <span className="mono failure-id" title={id}>
          {id}
        </span>
        <b>{formatScore(dice, 3)}</b>
      </figcaption>
    </figure>
  );
});

/** One after another: a test or an outline between them does not wait for all. */
function usePictures(ids: readonly string[]) {
  const picture = useStudio(state => state.picture);
  const refused = useRefusal(picture);
  const [pictures, setPictures] = useState<ReadonlyMap<string, Triptych>>(new Map());
  useEffect(() => {
    let gone = false;
    const made = new Map<string, Triptych>();
    setPictures(made);
    void (async () => {
      for (const id of refused ? [] : ids) {
        const found = await picture(id, 0.5);
        // What failed has been told; the next ones would fail alike.
        if (gone || !found) return;
        made.set(id, found);
        setPictures(new Map(made));
      }
    })();
    return () => {
      gone = true;
    };
  }, [ids, picture, refused]);
  return { pictures, refused };
}
