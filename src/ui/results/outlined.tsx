import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Trust } from '../../metrics/confidence.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import type { OutlinedImage, OutlinePicture, Outlines } from '../../state/inference/inference-state.ts';
import { maskName } from '../../state/inference/mask-files.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { Segments } from '../shared/segments.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { CorrectOutline } from './add-outlines.tsx';
import { distanceText } from './distance-text.ts';
import type { Layers } from './layered-picture.tsx';
import { usePhoto } from './use-photo.ts';
import { useSteps } from './use-steps.ts';
import { Viewer } from './viewer.tsx';

const orders = {
  confidence: (a: OutlinedImage, b: OutlinedImage) => a.confidence - b.confidence,
  views: (a: OutlinedImage, b: OutlinedImage) => (b.disagreement ?? 0) - (a.disagreement ?? 0),
};
type Order = keyof typeof orders;

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** The list of outlined images, and the one that is open. */
export function Outlined({ outlines: { images, rejected, threshold }, shown }: { outlines: Outlines; shown: boolean }) {
  const disagree = images.some(({ disagreement }) => disagreement !== undefined);
  const [by, setBy] = useState<Order>('confidence');
  // Where a look pays comes first.
  const sorted = useMemo(() => images.toSorted(orders[disagree ? by : 'confidence']), [images, by, disagree]);
  const order = useMemo(() => sorted.map(({ place }) => place), [sorted]);
  const [open, setOpen] = useState(order[0]);
  const reviewOutlines = useStudio(state => state.reviewOutlines);
  const step = useSteps(order, open, setOpen, shown);
  const at = open === undefined ? -1 : order.indexOf(open);
  const chosen = sorted[at];
  const told = images.some(({ trust, unlike }) => trust || unlike);
  return (
    <>
      <div className="pane">
        <div className="bar">
          <h2>Outlined images</h2>
          {disagree ? (
            <Segments
              legend="First"
              options={[
                ['confidence', 'Least sure'],
                ['views', 'Views disagree'],
              ]}
              value={by}
              onChange={setBy}
            />
          ) : (
            <span className="sub">least sure first</span>
          )}
          <span className="spring" />
          <ActionButton
            className="small"
            action={reviewOutlines}
            title="Goes through the outlines in this order: accept, correct or leave out each"
            onClick={() => void reviewOutlines(order)}
          >
            Review outlines
          </ActionButton>
        </div>
        <ScrollArea className="scroll outline-scroll" label="Outlined images, scrollable">
          <table aria-label="Outlined images">
            <thead>
              <tr>
                <th scope="col">Image</th>
                <th scope="col">Pixels</th>
                <th scope="col">Lesion</th>
                {told && (
                  <th scope="col" title="Dice that validation images of such confidence had">
                    Predicted Dice
                  </th>
                )}
                {disagree && (
                  <th scope="col" title="Mean of 1 − Dice of each of the eight views’ masks and the mask of their mean">
                    Views disagree
                  </th>
                )}
                <th scope="col">Mask</th>
              </tr>
            </thead>
            <tbody>
              {sorted.map(image => (
                <tr key={image.place} aria-selected={image.place === open}>
                  <td className="outline-name">
                    <button
                      type="button"
                      className="link mono"
                      aria-pressed={image.place === open}
                      onClick={() => setOpen(image.place)}
                    >
                      {image.name}
                    </button>
                  </td>
                  <td>{`${image.width} × ${image.height}`}</td>
                  <td>{percent(image.share)}</td>
                  {told && (
                    <td>
                      <span>{image.corrected ? '–' : formatScore(image.predictedDice)}</span>
                      {image.trust && !image.corrected && <TrustTag trust={image.trust} />}
                      {image.unlike && !image.corrected && <UnlikeTag />}
                      {image.corrected && <span className="tag plain trust">corrected</span>}
                    </td>
                  )}
                  {disagree && <td>{formatScore(image.disagreement)}</td>}
                  <td>
                    <button
                      type="button"
                      className="link"
                      aria-label={`Download mask of ${image.name}`}
                      onClick={() => download(maskFile(image.name, image.png))}
                    >
                      PNG
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollArea>
        {rejected.length > 0 && (
          <ul className="plain-list outline-rejected" aria-label="Images left out">
            {rejected.map(({ file, reason }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes order, and names may be equal.
              <li key={place}>
                <code className="breakable">{file}</code> — {reason}
              </li>
            ))}
          </ul>
        )}
      </div>
      {chosen && <OutlineView image={chosen} threshold={threshold} at={at} count={images.length} onStep={step} />}
    </>
  );
}

const trustWords = { good: 'likely good', unsure: 'may be off', look: 'look at this one' } as const;

function TrustTag({ trust }: { trust: Trust }) {
  return (
    <span className="tag plain trust" data-trust={trust}>
      {trustWords[trust]}
    </span>
  );
}

function UnlikeTag() {
  return (
    <span
      className="tag plain trust"
      data-trust="look"
      title="Its features are further from those of the training images than 99 of 100 validation images’: scores of the test say little of it"
    >
      unlike training
    </span>
  );
}

function maskFile(name: string, png: Uint8Array<ArrayBuffer>) {
  return { name: maskName(name), blob: new Blob([png], { type: 'image/png' }) };
}

function OutlineView({
  image: { place, name, width, height, share, predictedDice, trust, distance, unlike, corrected },
  threshold,
  at,
  count,
  onStep,
}: {
  image: OutlinedImage;
  threshold: number;
  at: number;
  count: number;
  onStep: (way: 1 | -1) => void;
}) {
  const ask = useStudio(state => state.outlinePicture);
  const photoOf = useStudio(state => state.outlinePhoto);
  const active = useStudio(runGoingOn);
  const framing = useStudio(({ model }) => (model ?? plainPreparation).framing);
  const [picture, setPicture] = useState<{ place: number; of: typeof corrected; found: OutlinePicture | null }>();
  useEffect(() => {
    let gone = false;
    if (!active)
      void ask(place).then(found => {
        if (!gone) setPicture({ place, of: corrected, found });
      });
    return () => {
      gone = true;
    };
  }, [ask, place, active, corrected]);
  const load = useCallback(() => photoOf(place), [photoOf, place]);
  const photo = usePhoto(load);
  const found = picture?.place === place && picture.of === corrected ? picture.found : undefined;
  const layers = useMemo<Layers>(() => {
    const square = found ? { ...found, prediction: found.mask } : undefined;
    return { id: name, sides: [width, height], framing, photo, square, threshold: corrected ? 0.5 : threshold };
  }, [name, width, height, framing, photo, found, threshold, corrected]);
  return (
    <figure className="outline-view" aria-label={name}>
      <Viewer
        layers={layers}
        waiting={found === null ? `${name} could not be shown.` : `Fetching ${name}…`}
        title={<span>{`${width} × ${height}${photo ? ', own resolution' : ''}`}</span>}
        place={at}
        count={count}
        onStep={onStep}
        actions={<CorrectOutline place={place} />}
        facts={[
          ['Lesion', percent(share)],
          ...(corrected
            ? [['Corrected', `${corrected.versions.length} saved`] as const]
            : [['Threshold', String(threshold)] as const]),
          ...(trust && !corrected
            ? ([['Predicted Dice', `${formatScore(predictedDice)}, ${trustWords[trust]}`]] as const)
            : []),
          ...(distance !== undefined && !corrected ? ([['Distance', distanceText(distance, unlike)]] as const) : []),
        ]}
      />
    </figure>
  );
}
