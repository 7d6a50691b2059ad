import { Download, ImagePlus } from 'lucide-react';
import { type ChangeEvent, useCallback, useEffect, useId, useMemo, useState } from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import { knownThreshold } from '../../state/inference/at-threshold.ts';
import type { OutlinePicture, Outlines } from '../../state/inference/inference-state.ts';
import { maskName } from '../../state/inference/mask-files.ts';
import { outlinesOf } from '../../state/inference/results.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { formatLeft, formatScore, plural } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import type { Layers } from './layered-picture.tsx';
import { RefinementsBlock } from './refinements-block.tsx';
import { ThresholdBlock } from './threshold-block.tsx';
import { usePhoto } from './use-photo.ts';
import { useSteps } from './use-steps.ts';
import { ViewSwitch } from './view-switch.tsx';
import { Viewer } from './viewer.tsx';
import './outlines-view.css';

/** Images without masks: what the current model makes of them, to look at and to take away. What is dropped here is outlined. */
export function OutlinesView({ shown }: { shown: boolean }) {
  const known = useStudio(({ model, refinements }) => (model ? knownThreshold(model, refinements) : undefined));
  const outlines = useStudio(outlinesOf);
  const told = known
    ? `Pixels above ${known.value.toFixed(2)} count as lesion: the threshold of validation, which gave a mean Dice of ${formatScore(known.dice, 4)} over ${plural(known.images, 'image')}.`
    : 'The threshold of validation is found first, on the validation images of the data set that is loaded.';
  const byValidation = useStudio(state => state.byValidation);
  return (
    <section
      className="workspace results outline-panel"
      aria-label="Outlines"
      hidden={!shown}
      data-empty={outlines === null || undefined}
    >
      <aside className="rail" aria-label="Images without masks">
        <div className="scroll">
          <ViewSwitch />
          <Choose />
          {shown && (
            <>
              <ThresholdBlock
                best={known ? Math.round(known.value * LEVELS) : null}
                told={
                  byValidation ? told : 'Pixels above this probability count as lesion. It holds for the next images.'
                }
              />
              <RefinementsBlock />
            </>
          )}
        </div>
        {outlines && <OutlineFoot outlines={outlines} />}
      </aside>
      {outlines ? (
        <Outlined key={outlines.made} outlines={outlines} shown={shown} />
      ) : (
        <div className="pane">
          <p className="waiting-for">Outlined images come here, each with a mask of its own size as a PNG.</p>
        </div>
      )}
    </section>
  );
}

function Choose() {
  const model = useStudio(state => state.model);
  const outlining = useStudio(state => state.outlining);
  const outline = useStudio(state => state.outlineImages);
  const cancel = useStudio(state => state.cancelOutlines);
  const refused = useRefusal(outline);
  const hint = useId();
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])].map(file => ({ path: file.name, file }));
    currentTarget.value = '';
    if (files.length > 0) void outline(files);
  };
  return (
    <div className="block">
      <div className="block-head">
        <h2>Images without masks</h2>
      </div>
      <p className="sub" id={hint}>
        {model
          ? 'Choose or drop images, or a zip of them. They stay on this machine.'
          : 'Train a model first, or load one under Models.'}
      </p>
      <div className="outline-act">
        {outlining ? (
          <div className="outline-progress">
            <ProgressBar
              label="Outline progress"
              fraction={outlining.total > 0 ? outlining.done / outlining.total : undefined}
              text={`${outlining.done} of ${outlining.total} images`}
            />
            <div className="block-head">
              <span className="sub">
                {outlining.total === 0
                  ? 'Looking for images…'
                  : `${outlining.done} of ${outlining.total} images${formatLeft(outlining.secondsLeft)}`}
              </span>
              <button type="button" className="small" onClick={cancel}>
                Cancel outlining
              </button>
            </div>
          </div>
        ) : null}
        <label className="file-button primary large" hidden={outlining !== null}>
          <ImagePlus aria-hidden className="lucide" />
          <span>Images to outline</span>
          <input
            type="file"
            multiple
            accept="image/*,.tif,.tiff,.zip,.tar,.tgz,.gz"
            disabled={refused !== ''}
            title={refused}
            onChange={take}
            aria-describedby={hint}
          />
        </label>
      </div>
    </div>
  );
}

function OutlineFoot({ outlines: { images, threshold } }: { outlines: Outlines }) {
  const exportOutlines = useStudio(state => state.exportOutlines);
  const all = async () => {
    const file = await exportOutlines();
    if (file) download(file);
  };
  return (
    <div className="part-foot">
      <button type="button" onClick={() => void all()}>
        <Download aria-hidden />
        <span>Download all masks</span>
      </button>
      <p className="sub">{`${plural(images.length, 'mask')} at threshold ${threshold}`}</p>
    </div>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function Outlined({ outlines: { images, rejected, threshold }, shown }: { outlines: Outlines; shown: boolean }) {
  const [open, setOpen] = useState(images[0]?.place);
  const order = useMemo(() => images.map(({ place }) => place), [images]);
  const step = useSteps(order, open, setOpen, shown);
  const at = open === undefined ? -1 : order.indexOf(open);
  const chosen = images[at];
  return (
    <>
      <div className="pane">
        <div className="bar">
          <h2>Outlined images</h2>
        </div>
        <ScrollArea className="scroll outline-scroll" label="Outlined images, scrollable">
          <table aria-label="Outlined images">
            <thead>
              <tr>
                <th scope="col">Image</th>
                <th scope="col">Pixels</th>
                <th scope="col">Lesion</th>
                <th scope="col">Mask</th>
              </tr>
            </thead>
            <tbody>
              {images.map(image => (
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
      {chosen && (
        <OutlineView
          place={chosen.place}
          name={chosen.name}
          sides={[chosen.width, chosen.height]}
          share={chosen.share}
          threshold={threshold}
          at={at}
          count={images.length}
          onStep={step}
        />
      )}
    </>
  );
}

function maskFile(name: string, png: Uint8Array<ArrayBuffer>) {
  return { name: maskName(name), blob: new Blob([png], { type: 'image/png' }) };
}

function OutlineView({
  place,
  name,
  sides: [width, height],
  share,
  threshold,
  at,
  count,
  onStep,
}: {
  place: number;
  name: string;
  sides: readonly [number, number];
  share: number;
  threshold: number;
  at: number;
  count: number;
  onStep: (way: 1 | -1) => void;
}) {
  const ask = useStudio(state => state.outlinePicture);
  const photoOf = useStudio(state => state.outlinePhoto);
  const active = useStudio(runGoingOn);
  const framing = useStudio(({ model }) => (model ?? plainPreparation).framing);
  const [picture, setPicture] = useState<{ place: number; found: OutlinePicture | null }>();
  useEffect(() => {
    let gone = false;
    if (!active)
      void ask(place).then(found => {
        if (!gone) setPicture({ place, found });
      });
    return () => {
      gone = true;
    };
  }, [ask, place, active]);
  const load = useCallback(() => photoOf(place), [photoOf, place]);
  const photo = usePhoto(load);
  const found = picture?.place === place ? picture.found : undefined;
  const layers = useMemo<Layers>(() => {
    const square = found ? { ...found, prediction: found.mask } : undefined;
    return { id: name, sides: [width, height], framing, photo, square, threshold };
  }, [name, width, height, framing, photo, found, threshold]);
  return (
    <figure className="outline-view" aria-label={name}>
      <Viewer
        layers={layers}
        waiting={found === null ? `${name} could not be shown.` : `Fetching ${name}…`}
        title={<span>{`${width} × ${height}${photo ? ', own resolution' : ''}`}</span>}
        place={at}
        count={count}
        onStep={onStep}
        facts={[
          ['Lesion', percent(share)],
          ['Threshold', String(threshold)],
        ]}
      />
    </figure>
  );
}
