import { Download, ImagePlus } from 'lucide-react';
import { type ChangeEvent, lazy, Suspense, useId } from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import { knownThreshold } from '../../state/inference/at-threshold.ts';
import type { Outlines } from '../../state/inference/inference-state.ts';
import { outlinesOf } from '../../state/inference/results.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { formatLeft, formatScore, plural } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useStudio } from '../studio-context.ts';
import { AddOutlines } from './add-outlines.tsx';
import { RefinementsBlock } from './refinements-block.tsx';
import { ThresholdBlock } from './threshold-block.tsx';
import { ViewSwitch } from './view-switch.tsx';
import './outlines-view.css';

const Outlined = lazy(() => import('./outlined.tsx').then(({ Outlined }) => ({ default: Outlined })));

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
        <Suspense fallback={<div className="pane" />}>
          <Outlined key={outlines.made} outlines={outlines} shown={shown} />
        </Suspense>
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
      <AddOutlines places={images.map(({ place }) => place)} />
      <p className="sub">{`${plural(images.length, 'mask')} at threshold ${threshold}`}</p>
    </div>
  );
}
