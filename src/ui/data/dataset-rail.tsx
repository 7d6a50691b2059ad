import { type ReactNode, useId, useState } from 'react';
import { ExportDataSet } from '../editor/export-data-set.tsx';
import { ContinueReview } from '../editor/review-button.tsx';
import type { PairFilter, PairRow } from '../pairs/pair-list.ts';
import { ShareFilter } from '../pairs/share-filter.tsx';
import { SettingFields } from '../settings/setting-fields.tsx';
import { SplitFields } from '../settings/split-fields.tsx';
import { groupTitles } from '../settings/texts.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { formatBytes, formatPreparation, plural } from '../shared/format.ts';
import { placeText } from '../shared/storage-place.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { DatasetFilesInput, DatasetFolderInput } from './dataset-inputs.tsx';
import { MoreFacts } from './more-facts.tsx';
import { PairAgain } from './pair-by-hand.tsx';
import { RejectedFiles } from './rejected-files.tsx';
import { SplitFiles } from './split-files.tsx';
import { TrainOnCorrections } from './train-on-corrections.tsx';
import './dataset-rail.css';

/** What was found, how it is divided and prepared; and a part of the filter, where its histogram is. */
export function DatasetRail(filter: {
  rows: readonly PairRow[];
  filter: PairFilter;
  onFilter: (change: Partial<PairFilter>) => void;
}) {
  return (
    <div className="rail">
      <div className="scroll">
        <Found />
        <RejectedFiles />
        <SplitBlock />
        <div className="block later">
          <ShareFilter {...filter} />
        </div>
        <Preparation />
        <div className="block later">
          <SplitFiles />
          <MoreFacts />
        </div>
      </div>
    </div>
  );
}

function Found() {
  const dataset = useStudio(state => state.dataset);
  const place = useStudio(state => state.storagePlace);
  const draw = useStudio(state => state.useDemoData);
  if (!dataset) return null;
  return (
    <div className="block">
      <div className="block-head">
        <h2>Dataset</h2>
        <DatasetFilesInput className="small">Load others</DatasetFilesInput>
      </div>
      <div>
        {/* The spaces keep it a word of its own for whoever reads the text of the whole region. */}
        <p className="big">{` ${dataset.ids.length} pairs `}</p>
        <p className="sub breakable">
          {`${dataset.source} · ${formatPreparation(dataset)} · ${formatBytes(dataset.bytes)} ${placeText(place)}`}
        </p>
        {dataset.leftOut !== undefined && (
          <p className="sub">{`${plural(dataset.leftOut.length, 'pair')} left out by hand`}</p>
        )}
        {dataset.groupNames !== undefined && <p className="sub">{groupsText(dataset.groupNames)}</p>}
      </div>
      <div className="actions found-more">
        <DatasetFolderInput className="link">Load a folder</DatasetFolderInput>
        <ActionButton className="link" action={draw} onClick={() => void draw()}>
          Use demo data
        </ActionButton>
      </div>
      <PairAgain />
      <ExportDataSet />
      <ContinueReview />
      <TrainOnCorrections />
    </div>
  );
}

function groupsText(names: readonly string[]): string {
  const named = names.filter(name => name !== '');
  const count = new Set(named).size;
  return `${count} ${count === 1 ? 'group' : 'groups'} of ${named.length} pairs by lesion or patient, each kept in one part`;
}

const parts = ['train', 'validation', 'test'] as const;

function SplitBlock() {
  const split = useStudio(state => state.currentSplit);
  const given = useStudio(({ dataset }) => dataset?.givenParts !== undefined);
  const divideAsGiven = useStudio(state => state.useGivenSplit);
  const [changing, setChanging] = useState(false);
  const fields = useId();
  return (
    <div className="block">
      <div className="block-head">
        <h3>{groupTitles.split}</h3>
        <button
          type="button"
          className="link"
          aria-expanded={changing}
          aria-controls={fields}
          onClick={() => setChanging(!changing)}
        >
          {changing ? 'Done' : 'Change'}
        </button>
      </div>
      {split && (
        <>
          <div className="split-bar" aria-hidden="true">
            {parts.map(part => (
              <span key={part} data-part={part} style={{ flexGrow: split[part].length }} />
            ))}
          </div>
          <p className="split-legend">
            {parts.map((part, place) => (
              <span key={part}>
                <span className="visually-hidden">{place > 0 ? ' · ' : ' '}</span>
                <span className="split-part" data-part={part}>{`${part} ${split[part].length}`}</span>
              </span>
            ))}
          </p>
          <p className="sub breakable">
            {split.file === undefined
              ? ` Shuffled with seed ${split.seed}. Copies and near-duplicates stay in one part.`
              : `Split as in ${split.file}. Another share or split seed makes a shuffled one again.`}
          </p>
        </>
      )}
      <div id={fields} hidden={!changing}>
        {changing && (
          <Fixed>
            <SplitFields />
          </Fixed>
        )}
      </div>
      {given && (
        <div className="actions">
          <ActionButton className="small" action={divideAsGiven} onClick={() => void divideAsGiven()}>
            Use the folders’ train and test
          </ActionButton>
        </div>
      )}
    </div>
  );
}

function Preparation() {
  return (
    <div className="block later">
      <h3>{groupTitles.preparation}</h3>
      <Fixed>
        <SettingFields group="preparation" />
      </Fixed>
      <p className="sub">After a change the images are read again when training starts.</p>
    </div>
  );
}

/** Nothing in it can be changed while a run uses the data, or while files are read. */
function Fixed({ children }: { children: ReactNode }) {
  const running = useStudio(runGoingOn);
  const reading = useStudio(state => state.ingest !== null);
  return (
    <fieldset className="rail-fields" disabled={running || reading}>
      {children}
    </fieldset>
  );
}
