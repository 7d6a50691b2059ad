import { type ChangeEvent, useEffect, useId, useState } from 'react';
import { knownThreshold } from '../../state/inference/at-threshold.ts';
import type { OutlinePicture, Outlines } from '../../state/inference/inference-state.ts';
import { maskName } from '../../state/inference/mask-files.ts';
import { outlinesOf } from '../../state/inference/results.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { formatLeft, formatScore, plural } from '../shared/format.ts';
import { NumberField } from '../shared/number-field.tsx';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { Overlay } from './overlay.tsx';
import '../shared/row-button.css';
import './outline-panel.css';

/** Images without masks: what the current model makes of them, to look at and to take away. */
export function OutlinePanel() {
  const model = useStudio(state => state.model);
  const outlining = useStudio(state => state.outlining);
  const outlines = useStudio(outlinesOf);
  const outline = useStudio(state => state.outlineImages);
  const cancel = useStudio(state => state.cancelOutlines);
  const from = useStudio(state => state.outlineFrom);
  const setFrom = useStudio(state => state.setOutlineFrom);
  const byValidation = useStudio(state => state.byValidation);
  const known = useStudio(({ model, refinements }) => (model ? knownThreshold(model, refinements) : undefined));
  const hint = useId();
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])].map(file => ({ path: file.name, file }));
    currentTarget.value = '';
    if (files.length > 0) void outline(files);
  };
  const refused = useRefusal(outline);
  return (
    <section className="panel outline-panel" aria-labelledby={`${hint}-title`}>
      <div className="outline-head">
        <h3 id={`${hint}-title`}>Outline other images</h3>
        <p className="help" id={hint}>
          {model
            ? 'Choose or drop here images without masks, or a zip of them. Each gets a mask of its own size, as a PNG. They stay on this machine.'
            : 'Train a model first, or load one under Models. Then images without masks can be outlined here.'}
        </p>
      </div>
      <div className="outline-controls">
        <label className="file-button">
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
        {byValidation ? (
          <p className="help number">
            {known
              ? `Pixels above ${known.value.toFixed(2)} count as lesion: the threshold of validation, which gave a mean Dice of ${formatScore(known.dice, 4)} over ${plural(known.images, 'image')}.`
              : 'Pixels above the threshold of validation count as lesion. It is found first, on the validation images of the data set that is loaded.'}
          </p>
        ) : (
          <NumberField
            label="From probability"
            help="Pixels above it count as lesion"
            range="above 0, below 1"
            value={from}
            onValue={setFrom}
          />
        )}
      </div>
      {outlining && (
        <div className="run">
          <ProgressBar
            label="Outline progress"
            fraction={outlining.total > 0 ? outlining.done / outlining.total : undefined}
            text={`${outlining.done} of ${outlining.total} images`}
          />
          <div className="actions">
            <span className="line number">
              {outlining.total === 0
                ? 'Looking for images…'
                : `${outlining.done} of ${outlining.total} images${formatLeft(outlining.secondsLeft)}`}
            </span>
            <button type="button" onClick={cancel}>
              Cancel outlining
            </button>
          </div>
        </div>
      )}
      {outlines && <OutlineResults key={outlines.made} outlines={outlines} />}
    </section>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function OutlineResults({ outlines }: { outlines: Outlines }) {
  const { images, rejected, threshold } = outlines;
  const exportOutlines = useStudio(state => state.exportOutlines);
  const [open, setOpen] = useState(images[0]?.place);
  const all = async () => {
    const file = await exportOutlines();
    if (file) download(file);
  };
  const chosen = images.find(({ place }) => place === open);
  return (
    <div className="outline-results">
      <div>
        <div className="actions">
          <button type="button" onClick={() => void all()}>
            Download all masks
          </button>
          <span className="help number">{`${plural(images.length, 'mask')} at threshold ${threshold}`}</span>
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
                <tr key={image.place} aria-current={image.place === open ? 'true' : undefined}>
                  <td>
                    <button type="button" className="row-button breakable" onClick={() => setOpen(image.place)}>
                      {image.name}
                    </button>
                  </td>
                  <td className="number">{`${image.width} × ${image.height}`}</td>
                  <td className="number">{percent(image.share)}</td>
                  <td>
                    <button
                      type="button"
                      className="row-button"
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
          <ul className="plain-list" aria-label="Images left out">
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
          shape={chosen.width / chosen.height}
          share={chosen.share}
        />
      )}
    </div>
  );
}

function maskFile(name: string, png: Uint8Array<ArrayBuffer>) {
  return { name: maskName(name), blob: new Blob([png], { type: 'image/png' }) };
}

const look = { areas: true, outlines: true, opacity: 0.25 };

function OutlineView({ place, name, shape, share }: { place: number; name: string; shape: number; share: number }) {
  const ask = useStudio(state => state.outlinePicture);
  const active = useStudio(runGoingOn);
  // What the network sees is a square; squeezed, it is shown in the image's own shape.
  const squeezed = useStudio(({ model }) => model?.framing === 'squeeze');
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
  const found = picture?.place === place ? picture.found : undefined;
  return (
    <figure className="outline-view" aria-label={name}>
      {found ? (
        <div style={{ aspectRatio: String(squeezed ? shape : 1) }} className="outline-picture">
          <Overlay
            triptych={{ id: name, size: found.size, image: found.image, truth: found.mask, prediction: found.mask }}
            look={look}
          />
        </div>
      ) : (
        <p className="empty">{found === null ? `${name} could not be shown.` : `Fetching ${name}…`}</p>
      )}
      <figcaption className="line breakable">{`${name}: ${percent(share)} lesion`}</figcaption>
    </figure>
  );
}
