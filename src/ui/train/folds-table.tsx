import { Download } from 'lucide-react';
import { useMemo } from 'react';
import { meanInterval } from '../../metrics/bootstrap.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { testOf } from '../../state/inference/results.ts';
import { foldSpread, foldsDone, heldOutScores } from '../../state/library/cross-validation.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { ensembleText } from '../shared/ensemble-text.ts';
import { formatScore, plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { SpreadsheetMenu, type SpreadsheetStyle } from '../shared/spreadsheet-menu.tsx';
import { useStudio } from '../studio-context.ts';
import './folds-table.css';
import { useCrossValidation } from './use-cross-validation.ts';

/** A row for each fold of the cross-validation at hand, and what they come to. */
export function FoldsTable() {
  const shown = useCrossValidation();
  const at = useStudio(({ crossValidation }) => (crossValidation?.going ? crossValidation.index : -1));
  const of = useStudio(({ crossValidation }) => crossValidation?.of ?? 0);
  const folds = shown?.folds ?? Array.from({ length: of }, () => null);
  return (
    <>
      {shown && foldsDone(shown) > 0 && <FoldsSummary shown={shown} />}
      <ScrollArea className="scroll epoch-table" label="Folds, scrollable">
        <table aria-label="Folds">
          <thead>
            <tr>
              <th scope="col">Fold</th>
              <th scope="col">State</th>
              {['Held out', 'Epochs', 'Validation Dice', 'Held-out Dice'].map(title => (
                <th key={title} scope="col" className="numeric">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {folds.map((run, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a fold is its place
              <tr key={index}>
                <th scope="row" className="number">
                  {index + 1}
                </th>
                <td>{stateOf(run, index === at)}</td>
                <td className="numeric">{run ? run.split.test : '–'}</td>
                <td className="numeric">{run ? run.epochs.length : '–'}</td>
                <td className="numeric">
                  {formatScore(run?.epochs.find(({ epoch }) => epoch === run.bestEpoch)?.valDice ?? null, 4)}
                </td>
                <td className="numeric">{formatScore(run?.test?.meanDice ?? null, 4)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </>
  );
}

function stateOf(run: KeptRun | null, going: boolean): string {
  if (run?.test) return 'done';
  if (going) return 'under way';
  if (!run) return 'waiting';
  return run.state === 'finished' ? 'not scored' : 'cut short';
}

function FoldsSummary({ shown }: { shown: NonNullable<ReturnType<typeof useCrossValidation>> }) {
  const reviewSuspects = useStudio(state => state.reviewSuspects);
  const exportHeldOut = useStudio(state => state.exportHeldOut);
  const loadEnsemble = useStudio(state => state.loadEnsemble);
  const exportMasks = useStudio(state => state.exportHeldOutMasks);
  const saveMasks = async () => {
    const file = await exportMasks();
    if (file) download(file);
  };
  const save = (style?: SpreadsheetStyle) => {
    const file = exportHeldOut(style);
    if (file) download(file);
  };
  const { mean, interval, spread, images } = useMemo(() => {
    const dice = heldOutScores(shown).map(image => image.dice);
    return {
      mean: dice.reduce((sum, value) => sum + value, 0) / dice.length,
      interval: meanInterval(dice),
      spread: foldSpread(shown),
      images: dice.length,
    };
  }, [shown]);
  const together = useStudio(state => {
    const outcome = testOf(state)?.outcome;
    const ours = shown.folds.every(run => run && state.model?.ensembleOf?.includes(run.id));
    return outcome && !outcome.all && ours ? ensembleText(outcome.result) : '';
  });
  const deviation = spread?.deviation;
  return (
    <div className="bar folds-bar">
      <p>
        <strong className="number">{formatScore(mean, 4)}</strong>
        <span>{` mean Dice of ${plural(images, 'held-out image')}, 95 % `}</span>
        <span className="number">{`${formatScore(interval.low, 3)} – ${formatScore(interval.high, 3)}`}</span>
        {deviation !== null && deviation !== undefined && (
          <span className="sub number">{` · folds ${formatScore(spread?.mean ?? null, 3)} ± ${formatScore(deviation, 3)}`}</span>
        )}
        <span className="sub">
          {shown.last.split.fold?.aside
            ? ' · The test part is in no fold: their ensemble can be tested on it.'
            : ' · Every image was trained on by some fold: their ensemble must be tested on others.'}
        </span>
        {together !== '' && <span className="sub folds-together">{together}</span>}
      </p>
      <div className="actions">
        <ActionButton
          action={reviewSuspects}
          className="small"
          title="Goes through the pairs outside the test part whose masks agree least with a model that has not seen them"
          onClick={() => void reviewSuspects()}
        >
          Suspect masks
        </ActionButton>
        <ActionButton
          action={loadEnsemble}
          className="small"
          title="Makes the networks of all folds the current model: the mean of their probabilities"
          onClick={() => void loadEnsemble()}
        >
          Use ensemble
        </ActionButton>
        <ActionButton
          action={exportMasks}
          className="small"
          title="Each image’s mask by the fold that has not seen it, in the image’s own size"
          onClick={() => void saveMasks()}
        >
          <Download aria-hidden />
          Export held-out masks
        </ActionButton>
        <button type="button" className="small" onClick={() => save()}>
          <Download aria-hidden />
          Export held-out scores
        </button>
        <SpreadsheetMenu className="small" onTake={save} />
      </div>
    </div>
  );
}
