import { Download } from 'lucide-react';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import { plainPreparation } from '../../protocol/preparation.ts';
import { type ImageScore, PLAIN, type TestOutcome } from '../../protocol/scores.ts';
import { atThreshold, chosenLevel, knownThreshold, tunedLevel } from '../../state/inference/at-threshold.ts';
import { testOf } from '../../state/inference/results.ts';
import { ChangedMasks } from '../editor/changed-masks.tsx';
import { CorrectMaskButton } from '../editor/correct-mask-button.tsx';
import { ReviewButton } from '../editor/review-button.tsx';
import { ActionButton } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { ensembleText } from '../shared/ensemble-text.ts';
import { formatScore } from '../shared/format.ts';
import { Segments } from '../shared/segments.tsx';
import { SpreadsheetMenu, type SpreadsheetStyle } from '../shared/spreadsheet-menu.tsx';
import { useStudio } from '../studio-context.ts';
import { DiceHistogram } from './dice-histogram.tsx';
import { distanceText, unlikeText } from './distance-text.ts';
import type { Layers } from './layered-picture.tsx';
import { refinementText } from './measures.ts';
import { MeasuresBlock, ScoreBlock, useIntervals } from './measures-block.tsx';
import { RefinementsBlock } from './refinements-block.tsx';
import { seenText } from './seen-text.ts';
import { TestProgress } from './test-progress.tsx';
import { levelNow, ThresholdBlock } from './threshold-block.tsx';
import { knownText, testedText } from './threshold-words.ts';
import { usePhoto } from './use-photo.ts';
import { usePicture } from './use-picture.ts';
import { useSteps } from './use-steps.ts';
import { ViewSwitch } from './view-switch.tsx';
import { Viewer } from './viewer.tsx';

const noImages: readonly ImageScore[] = [];

/** Its table library is for those who test. */
const ScoreTable = lazy(() => import('./score-table.tsx').then(({ ScoreTable }) => ({ default: ScoreTable })));

type Counted = 'square' | 'own';

/** The current test's figures, its images and the one that is open. */
export function Scores({ shown }: { shown: boolean }) {
  const outcome = useStudio(state => testOf(state)?.outcome);
  return outcome ? <ScoresOf outcome={outcome} shown={shown} /> : null;
}

function ScoresOf({ outcome, shown }: { outcome: TestOutcome; shown: boolean }) {
  const byValidation = useStudio(state => state.byValidation);
  const model = useStudio(state => state.model);
  const best = useMemo(() => tunedLevel(outcome, model), [outcome, model]);
  const level = levelNow(byValidation, best, useStudio(chosenLevel));
  // The slider follows the hand; the scores follow the slider.
  const settled = useDeferredValue(level);
  const [counted, setCounted] = useState<Counted>('own');
  const ownSize = counted === 'own' && outcome.result.ownSize !== undefined;
  const result = useMemo(() => atThreshold(outcome, settled, ownSize), [outcome, settled, ownSize]);
  const intervals = useIntervals(result);
  // The table comes after the figures: drawn in slices, it keeps nobody waiting.
  const images = useDeferredValue(result.images, noImages);
  // The worst opens by itself, once for each test.
  const [chosen, setChosen] = useState<{ outcome: TestOutcome; id: string }>();
  const open = chosen?.outcome === outcome ? chosen.id : outcome.result.images[0]?.id;
  const onOpen = useCallback((id: string) => setChosen({ outcome, id }), [outcome]);
  const [order, setOrder] = useState<readonly string[]>([]);
  const step = useSteps(order, open, onOpen, shown);
  const size = model?.size;
  const other = useMemo(
    () => otherText(outcome, atThreshold(outcome, settled, !ownSize).meanDice, ownSize, size),
    [outcome, settled, ownSize, size],
  );
  const told =
    outcome.validation && best !== null
      ? testedText(outcome, best)
      : knownText(
          model ? knownThreshold(model, outcome.result.inference ?? PLAIN) : undefined,
          model?.networks !== undefined,
        );
  const where = ownSize ? 'in each mask’s own size' : size ? `at ${size} × ${size}` : 'at the size of training';
  return (
    <>
      <aside className="rail" aria-label="Scores">
        <div className="scroll">
          <ViewSwitch />
          <ScoreBlock result={result} intervals={intervals} all={outcome.all} counted={where} other={other} />
          <AboutBlock outcome={outcome} images={images} ownSize={ownSize} onCounted={setCounted} />
          {/* The other view has the same controls: they are there once. */}
          {shown && (
            <>
              <ThresholdBlock best={best} told={told} />
              <RefinementsBlock />
            </>
          )}
          <MeasuresBlock result={result} intervals={intervals} />
        </div>
        <Foot level={level} ownSize={ownSize} />
      </aside>
      <div className="pane score-pane">
        <Suspense fallback={<div className="score-scroll" />}>
          <ScoreTable images={images} open={open} onOpen={onOpen} onOrder={setOrder} />
        </Suspense>
        <DiceHistogram images={images} mean={result.meanDice} open={open} onOpen={onOpen} />
      </div>
      <OpenImage
        outcome={outcome}
        id={open}
        level={level}
        score={result.images.find(({ id }) => id === open)}
        place={open === undefined ? -1 : order.indexOf(open)}
        count={order.length}
        onStep={step}
      />
    </>
  );
}

/** The same figure counted the other way; null where there is no other. */
function otherText({ result }: TestOutcome, mean: number, ownSize: boolean, size: number | undefined): string | null {
  if (!result.ownSize) return null;
  const square = size ? `at ${size} × ${size}` : 'at the size of training';
  return `${ownSize ? 'In the masks’ own sizes' : square[0]?.toUpperCase() + square.slice(1)}; ${mean.toFixed(4)} ${ownSize ? square : 'in the masks’ own sizes'}`;
}

/** What was scored and how, and what is to be known of it. */
function AboutBlock({
  outcome,
  images,
  ownSize,
  onCounted,
}: {
  outcome: TestOutcome;
  images: readonly ImageScore[];
  ownSize: boolean;
  onCounted: (counted: Counted) => void;
}) {
  const source = useStudio(({ dataset }) => dataset?.source ?? '');
  const origin = useStudio(({ model }) => model?.origin ?? '');
  const size = useStudio(({ model }) => model?.size);
  const cropped = useStudio(({ model }) => model?.framing === 'crop');
  const wanted = useStudio(state => refinementText(state.refinements));
  const refined = refinementText(outcome.result.inference);
  const seen = seenText({ seen: outcome.result.seen, images }, outcome.all);
  const together = ensembleText(outcome.result);
  const { length } = outcome.result.images;
  const unlike = unlikeText(outcome.result);
  return (
    <div className="block about-block">
      <p className="sub breakable">
        {[
          origin,
          outcome.all
            ? `All ${length} pairs of ${source}, whatever part they are in: no test, where some were trained on.`
            : `Test split of ${source}: ${length} images held out.`,
          ...(refined ? [`Refined: ${refined}.`] : []),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {wanted !== refined && (
        <p className="stale" role="note">
          {`These scores are from before the refinements were changed (now: ${wanted || 'none'}). Run the test again.`}
        </p>
      )}
      <ChangedMasks result={outcome.result} />
      {seen !== null && <p className="sub">{seen}</p>}
      {unlike !== null && <p className="sub">{unlike}</p>}
      {together !== '' && <p className="sub">{together}</p>}
      <div className="count-choice">
        {outcome.result.ownSize ? (
          <Segments
            legend="Score at"
            options={[
              ['square', size ? `${size} × ${size}` : 'training size'],
              ['own', 'original mask size'],
            ]}
            value={ownSize ? 'own' : 'square'}
            onChange={onCounted}
          />
        ) : (
          <p className="sub">Scored at training size. Load the data set again to score at original mask size.</p>
        )}
        {ownSize && cropped && <p className="sub">Lesion outside the crop counts as missed.</p>}
      </div>
    </div>
  );
}

function Foot({ level, ownSize }: { level: number; ownSize: boolean }) {
  const testing = useStudio(state => state.testing);
  const runTest = useStudio(state => state.runTest);
  const scoreAll = useStudio(state => state.scoreAll);
  const exportMasks = useStudio(state => state.exportMasks);
  const exportScores = useStudio(state => state.exportScores);
  const masks = async () => {
    const file = await exportMasks(level);
    if (file) download(file);
  };
  const csv = (style?: SpreadsheetStyle) => {
    const file = exportScores(level, ownSize, style);
    if (file) download(file);
  };
  return (
    <div className="part-foot results-foot">
      {testing ? (
        <TestProgress />
      ) : (
        <>
          <ActionButton action={runTest} onClick={() => void runTest()}>
            Run test split
          </ActionButton>
          <ActionButton className="score-all" action={scoreAll} onClick={() => void scoreAll()}>
            Score all pairs
          </ActionButton>
          <ReviewButton />
        </>
      )}
      <button type="button" onClick={() => csv()}>
        <Download aria-hidden />
        <span>Export CSV</span>
      </button>
      <ActionButton action={exportMasks} onClick={() => void masks()}>
        <Download aria-hidden />
        <span>Export masks</span>
      </ActionButton>
      <SpreadsheetMenu className="spreadsheets" onTake={csv} />
    </div>
  );
}

function OpenImage({
  outcome,
  id,
  level,
  score,
  place,
  count,
  onStep,
}: {
  outcome: TestOutcome;
  id: string | undefined;
  level: number;
  score: ImageScore | undefined;
  place: number;
  count: number;
  onStep: (way: 1 | -1) => void;
}) {
  const photoOf = useStudio(state => state.photo);
  const load = useMemo(() => (id === undefined ? undefined : () => photoOf(id)), [photoOf, id]);
  const photo = usePhoto(load);
  const { triptych, level: cutAt, refused } = usePicture(id, level, outcome);
  const sides = useStudio(({ dataset }) => (id === undefined ? undefined : dataset?.sides?.[dataset.ids.indexOf(id)]));
  const framing = useStudio(({ model, dataset }) => (model ?? dataset ?? plainPreparation).framing);
  const layers = useMemo<Layers | undefined>(
    () =>
      id === undefined
        ? undefined
        : { id, sides, framing, photo, square: triptych ?? undefined, threshold: cutAt / LEVELS },
    [id, sides, framing, photo, triptych, cutAt],
  );
  const shownAt =
    photo && sides
      ? `${sides[0]} × ${sides[1]}, own resolution`
      : triptych
        ? `${triptych.size} × ${triptych.size}, training size`
        : '';
  return (
    <Viewer
      layers={layers}
      waiting={triptych === null ? `${id} could not be shown.` : refused || `Fetching ${id}…`}
      title={
        <>
          {score && (
            <span>
              <span>Dice </span>
              <b>{formatScore(score.dice, 4)}</b>
            </span>
          )}
          <span>{shownAt}</span>
        </>
      }
      place={place}
      count={count}
      onStep={onStep}
      facts={score ? factsOf(score, outcome.result.unlikeLevel) : []}
      actions={id !== undefined && <CorrectMaskButton id={id} className="small" />}
    />
  );
}

/** A measure that an image has is a line here. */
function factsOf(score: ImageScore, unlikeLevel: number | undefined): (readonly [string, string])[] {
  const { distance } = score;
  const unlike = distance === undefined || unlikeLevel === undefined ? undefined : distance > unlikeLevel;
  return [
    ['Jaccard', formatScore(score.jaccard, 4)],
    ['Sensitivity', formatScore(score.sensitivity, 4)],
    ['Specificity', formatScore(score.specificity, 4)],
    ['Pixel accuracy', formatScore(score.accuracy, 4)],
    ...(distance === undefined ? [] : [['Distance', distanceText(distance, unlike)] as const]),
  ];
}
