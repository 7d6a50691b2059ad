import { useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { samePreparation } from '../../protocol/preparation.ts';
import { secondsLeft } from '../../protocol/throttle.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatLeft, formatPreparation } from '../shared/format.ts';
import { PixelImage } from '../shared/pixel-image.tsx';
import { useStudio } from '../studio-context.ts';
import { sharedImages } from './compare.ts';
import './compared-pictures.css';

interface Pictures {
  readonly runs: readonly KeptRun[];
  /** By run, in the order of the images. */
  readonly byRun: readonly (readonly Triptych[] | null)[];
}

/** The same held-out images with each run's mask beside the truth. Made when asked for: it needs the GPU. */
export function ComparedPictures({ runs }: { runs: readonly KeptRun[] }) {
  const dataset = useStudio(state => state.dataset);
  const make = useStudio(state => state.runPictures);
  const refused = useRefusal(make);
  const [made, setMade] = useState<Pictures>();
  const [busy, setBusy] = useState<string>();
  const images = dataset ? sharedImages(runs, dataset.ids) : [];
  const fitting = runs.filter(({ settings }) => dataset && samePreparation(settings, dataset));
  const reason =
    refused || !dataset
      ? refused
      : fitting.length < runs.length
        ? `The data set is loaded as ${formatPreparation(dataset)}; runs on other images are left out.`
        : images.length === 0
          ? 'Test these runs first: pictures are of images that all of them held out.'
          : 'The worst, the middle and the best image of the first run.';
  const show = async () => {
    const byRun: Pictures['byRun'][number][] = [];
    const begin = performance.now();
    for (const run of fitting) {
      const done = byRun.length;
      const left = formatLeft(secondsLeft(performance.now() - begin, done, fitting.length));
      setBusy(`Predicting: run ${done + 1} of ${fitting.length}${left}`);
      byRun.push(await make(run.id, images));
    }
    setMade({ runs: fitting, byRun });
    setBusy(undefined);
  };
  const shown = made?.runs.every(run => runs.some(({ id }) => id === run.id)) ? made : undefined;
  return (
    <div className="compared-pictures">
      <div className="actions">
        <ActionButton
          action={make}
          busy={busy !== undefined || images.length === 0 || fitting.length === 0}
          onClick={() => void show()}
        >
          Show pictures
        </ActionButton>
        <span className="help number" role="status">
          {busy ?? reason}
        </span>
      </div>
      {shown?.byRun[0]?.map(({ id, size, image, truth }, place) => (
        <figure key={id} className="compared-row" aria-label={`${id} in all runs`}>
          <figcaption className="mono breakable">{id}</figcaption>
          <div className="compared-images">
            <Labelled label="Input">
              <PixelImage size={size} pixels={image} alt={`Input ${id}`} />
            </Labelled>
            <Labelled label="Ground truth">
              <PixelImage size={size} pixels={truth} alt={`Ground truth ${id}`} />
            </Labelled>
            {shown.runs.map((run, i) => (
              <Labelled key={run.id} label={run.name}>
                <PixelImage
                  size={size}
                  pixels={shown.byRun[i]?.[place]?.prediction}
                  alt={`Prediction ${id} of ${run.name}`}
                  waiting="none"
                />
              </Labelled>
            ))}
          </div>
        </figure>
      ))}
    </div>
  );
}

function Labelled({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div>
      {children}
      <span className="label breakable">{label}</span>
    </div>
  );
}
