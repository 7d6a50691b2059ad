import {
  lazy,
  Suspense,
  startTransition,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import type { ImageScore, TestOutcome } from '../../protocol/scores.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { atThreshold, tunedLevel } from '../../state/inference/at-threshold.ts';
import { testOf } from '../../state/inference/results.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { Choice } from '../shared/choice.tsx';
import { download } from '../shared/download.ts';
import { formatLeft } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useStudio } from '../studio-context.ts';
import { DiceHistogram } from './dice-histogram.tsx';
import { ImagePanel } from './image-panel.tsx';
import { InferencePanel } from './inference-panel.tsx';
import { refinementText } from './measures.ts';
import { OutlinePanel } from './outline-panel.tsx';
import { ScoreTiles } from './score-tiles.tsx';
import { seenText } from './seen-text.ts';
import { ThresholdPanel } from './threshold-panel.tsx';
import './results-place.css';

export function ResultsPlace() {
  const outcome = useStudio(state => testOf(state)?.outcome);
  return (
    <div className="plain-place scroll">
      <TestControls />
      <section className="test-results" aria-label="Test results">
        {outcome ? (
          <Results outcome={outcome} />
        ) : (
          <p className="panel empty">
            No result yet. The scores and a table of all test images, worst first, come here.
          </p>
        )}
      </section>
      <OutlinePanel />
    </div>
  );
}

/** Rows opened within this time of each other are passed over. */
const HASTE_MS = 150;

const noImages: readonly ImageScore[] = [];

/** Its table library is for those who test. */
const ScoreTable = lazy(() => import('./score-table.tsx').then(({ ScoreTable }) => ({ default: ScoreTable })));

function Results({ outcome }: { outcome: TestOutcome }) {
  const byValidation = useStudio(state => state.byValidation);
  const model = useStudio(state => state.model);
  const tuned = useMemo(() => tunedLevel(outcome, model), [outcome, model]);
  const [chosen, setChosen] = useState<{ outcome: TestOutcome; byValidation: boolean; level: number }>();
  // Of this outcome and switch only: another test, or the switch turned, starts anew.
  const level =
    chosen?.outcome === outcome && chosen.byValidation === byValidation
      ? chosen.level
      : ((byValidation ? tuned : null) ?? LEVELS / 2);
  // The slider follows the hand; the scores follow the slider.
  const settled = useDeferredValue(level);
  const [counted, setCounted] = useState<Counted>('square');
  const ownSize = counted === 'own' && outcome.result.ownSize !== undefined;
  const result = useMemo(() => atThreshold(outcome, settled, ownSize), [outcome, settled, ownSize]);
  // The table comes after the figures: drawn in slices, it keeps nobody waiting.
  const images = useDeferredValue(result.images, noImages);
  const picture = useStudio(state => state.picture);
  const exportScores = useStudio(state => state.exportScores);
  const [open, setOpen] = useState<string>();
  const [shown, setShown] = useState<Triptych | null>();
  const latest = useRef<{ id: string; at: number }>(undefined);
  const refused = useRefusal(picture);
  const show = useCallback(
    async (id: string, at: number) => {
      const asked = { id, at };
      latest.current = asked;
      setOpen(id);
      if (refused) return setShown(null);
      const triptych = await picture(id, at / LEVELS);
      // A slow answer must not take the place of one asked for later.
      if (latest.current === asked) startTransition(() => setShown(triptych));
    },
    [picture, refused],
  );
  const asked = useRef({ at: Number.NEGATIVE_INFINITY, timer: 0 });
  useEffect(() => () => clearTimeout(asked.current.timer), []);
  const openImage = useCallback(
    (id: string) => {
      setOpen(id);
      setShown(undefined);
      // At once, but while a key is held down only for the row where it rests.
      const hasty = performance.now() - asked.current.at < HASTE_MS;
      clearTimeout(asked.current.timer);
      asked.current = {
        at: performance.now(),
        timer: window.setTimeout(() => void show(id, level), hasty ? HASTE_MS : 0),
      };
    },
    [show, level],
  );
  useEffect(() => {
    const last = latest.current;
    if (last && last.at !== level) void show(last.id, level);
  }, [show, level]);
  const change = (next: number) => setChosen({ outcome, byValidation, level: next });
  const exportMasks = useStudio(state => state.exportMasks);
  const masks = async () => {
    const file = await exportMasks(level);
    if (file) download(file);
  };
  const csv = () => {
    const file = exportScores(level, ownSize);
    if (file) download(file);
  };
  const source = useStudio(({ dataset }) => dataset?.source ?? '');
  const refined = refinementText(outcome.result.inference);
  const wanted = useStudio(state => refinementText(state.refinements));
  const seen = seenText({ seen: outcome.result.seen, images }, outcome.all);
  return (
    <>
      <p className="line breakable">
        {[
          outcome.all
            ? `All ${outcome.result.images.length} pairs of ${source}, whatever part they are in: no test, where some were trained on.`
            : `Test split of ${source}: ${outcome.result.images.length} images held out.`,
          ...(refined ? [`Refined: ${refined}.`] : []),
        ].join(' ')}
      </p>
      {wanted !== refined && (
        <p className="help" role="note">
          {`These scores are from before the refinements were changed (now: ${wanted || 'none'}). Run the test again to see what they do.`}
        </p>
      )}
      {seen !== null && <p className="line">{seen}</p>}
      <CountChoice outcome={outcome} counted={ownSize ? 'own' : 'square'} onChange={setCounted} />
      <ScoreTiles result={result} ownSize={ownSize} />
      <ThresholdPanel
        level={level}
        validation={outcome.validation}
        best={tuned}
        inReport={byValidation}
        onChange={change}
      />
      <div className="score-grid">
        <div className="panel score-panel">
          <Suspense>
            <ScoreTable images={images} open={open} onOpen={openImage} />
          </Suspense>
          <div className="actions">
            <button type="button" onClick={csv}>
              Export CSV
            </button>
            <ActionButton action={exportMasks} onClick={() => void masks()}>
              Export masks
            </ActionButton>
            <span className="help">Scores, or masks at the images’ own sizes, at the threshold above.</span>
          </div>
        </div>
        <div className="score-side">
          <DiceHistogram images={result.images} />
          <div className="panel score-picture" aria-live="polite">
            {open === undefined ? (
              <p className="empty">Choose an image in the table to see what the network made of it.</p>
            ) : shown ? (
              <ImagePanel triptych={shown} score={result.images.find(({ id }) => id === shown.id)} />
            ) : (
              <p className="empty">
                {shown === undefined ? `Fetching ${open}…` : refused || `${open} could not be shown.`}
              </p>
            )}
          </div>
        </div>
      </div>
    </>
  );
}

type Counted = 'square' | 'own';

/** Which pixels are counted. Said where there is no choice, too. */
function CountChoice({
  outcome,
  counted,
  onChange,
}: {
  outcome: TestOutcome;
  counted: Counted;
  onChange: (counted: Counted) => void;
}) {
  const size = useStudio(({ model }) => model?.size);
  const framing = useStudio(({ model }) => model?.framing);
  if (!outcome.result.ownSize)
    return (
      <p className="help">
        Counted at the size of training. Load the data set again to count in the masks’ own sizes too.
      </p>
    );
  return (
    <div className="actions count-choice">
      <Choice
        legend="Counted"
        options={[
          ['square', size ? `At ${size} × ${size}` : 'At the size of training'],
          ['own', 'In the masks’ own sizes'],
        ]}
        value={counted}
        onChange={onChange}
      />
      <span className="help">
        {counted === 'square'
          ? 'As the network sees the images. The report has both.'
          : `Probabilities enlarged to each mask as it came, borders in full.${framing === 'crop' ? ' Lesion outside the crop counts as missed.' : ''}`}
      </span>
    </div>
  );
}

function TestControls() {
  const model = useStudio(state => state.model);
  const testing = useStudio(state => state.testing);
  const runTest = useStudio(state => state.runTest);
  const scoreAll = useStudio(state => state.scoreAll);
  const refused = useRefusal(runTest);
  const reason = testing ? '' : refused || `Tests ${model?.origin}.`;
  return (
    <div className="panel run">
      <div className="actions">
        <ActionButton
          className="primary"
          action={runTest}
          aria-describedby="test-reason"
          onClick={() => void runTest()}
        >
          Run test split
        </ActionButton>
        <ActionButton action={scoreAll} aria-describedby="test-reason" onClick={() => void scoreAll()}>
          Score all pairs
        </ActionButton>
        <span id="test-reason" className="help">
          {reason}
        </span>
      </div>
      {testing && (
        <>
          <ProgressBar
            label="Test progress"
            fraction={testing.total > 0 ? testing.done / testing.total : undefined}
            text={`${testing.done} of ${testing.total} images`}
          />
          <p className="line number">
            {`${testing.done} of ${testing.total} images${formatLeft(testing.secondsLeft)}`}
          </p>
        </>
      )}
      <InferencePanel />
    </div>
  );
}
