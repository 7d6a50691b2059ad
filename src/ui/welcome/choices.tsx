/** The ways in, each a card with one button. */
import { FolderPlus, History, type LucideIcon, Play, Spline } from 'lucide-react';
import { type ChangeEvent, type ReactNode, useId } from 'react';
import { PRETRAINED, pretrainedAddress } from '../../state/library/pretrained.ts';
import { DatasetFilesInput, DatasetFolderInput } from '../data/dataset-inputs.tsx';
import { sourceFiles } from '../data/walk.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { formatCount } from '../shared/format.ts';
import { goTo } from '../shell/places.ts';
import { useStudio, useStudioStore } from '../studio-context.ts';

function Choice({
  icon: Icon,
  title,
  about,
  primary = false,
  id,
  children,
}: {
  icon: LucideIcon;
  title: string;
  about: ReactNode;
  primary?: boolean;
  /** Of the sentence, for what the card's button is. */
  id?: string;
  children: ReactNode;
}) {
  return (
    <div className="welcome-choice" data-primary={primary || undefined}>
      <Icon className="welcome-choice-icon" aria-hidden />
      <h3>{title}</h3>
      <p id={id}>{about}</p>
      {children}
    </div>
  );
}

export function TrainChoice({ primary }: { primary: boolean }) {
  const about = useId();
  return (
    <Choice
      icon={FolderPlus}
      title="Train on my images"
      about="Zips, a folder or loose files with images and masks, ten at least."
      primary={primary}
      id={about}
    >
      <DatasetFilesInput className={primary ? 'primary large' : 'large'} describedBy={about}>
        Choose files
      </DatasetFilesInput>
      <div className="welcome-note">
        <span>or drop them anywhere, or</span>
        <DatasetFolderInput className="link">choose a folder</DatasetFolderInput>
      </div>
    </Choice>
  );
}

/** The model that comes with the page, or the one at hand; the outlines appear under Results. */
export function OutlineChoice() {
  const store = useStudioStore();
  const loaded = useStudio(state => state.model !== null);
  const loadPretrained = useStudio(state => state.loadPretrained);
  const outline = useStudio(state => state.outlineImages);
  const refused = useRefusal(loadPretrained);
  const about = useId();
  const take = async ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = sourceFiles(currentTarget.files ?? []);
    currentTarget.value = '';
    if (files.length === 0) return;
    goTo('results');
    if (!store.getState().model) await loadPretrained();
    // Where it could not be loaded, the page says why.
    if (store.getState().model) await outline(files);
  };
  return (
    <Choice
      icon={Spline}
      title="Outline photos now"
      about={
        loaded
          ? 'Uses the model that is loaded. No masks needed.'
          : 'Uses the model that comes with the page. No masks needed.'
      }
      id={about}
    >
      <label className="file-button large">
        <span>Choose photos</span>
        <input
          type="file"
          multiple
          accept="image/*,.tif,.tiff,.zip,.tar,.tgz,.gz"
          disabled={refused !== ''}
          title={refused}
          aria-describedby={about}
          onChange={event => void take(event)}
        />
      </label>
      <div className="welcome-note">
        <a target="_blank" rel="noreferrer" href={pretrainedAddress(PRETRAINED.card)}>
          What the model is and is not
        </a>
      </div>
    </Choice>
  );
}

export function DemoChoice() {
  const draw = useStudio(state => state.useDemoData);
  return (
    <Choice
      icon={Play}
      title="Try the demo"
      about="Drawn images with exact masks. See a whole run from start to test in some minutes."
    >
      <ActionButton className="large" action={draw} onClick={() => void draw()}>
        Use demo data
      </ActionButton>
      <div className="welcome-note">
        <span>No files needed</span>
      </div>
    </Choice>
  );
}

/** First on a later visit: the pixels are still here. */
export function LastDataChoice() {
  const last = useStudio(state => state.lastData);
  const take = useStudio(state => state.useLastData);
  if (!last) return null;
  return (
    <div className="welcome-choice welcome-last" data-primary>
      <History className="welcome-choice-icon" aria-hidden />
      <h3 className="breakable">{`${formatCount(last.pairs)} images with masks, ${last.source}`}</h3>
      <p>From your last visit, kept in this browser.</p>
      <ActionButton className="primary large" action={take} onClick={() => void take()}>
        Use last data
      </ActionButton>
    </div>
  );
}
