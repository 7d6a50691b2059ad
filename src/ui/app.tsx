/** The page: four places under one head, all alive at once. All it knows comes from the store; it holds no bytes of its own. */
import * as Tabs from '@radix-ui/react-tabs';
import { type ComponentType, lazy, Suspense, useState } from 'react';
import { DataPlace } from './data/data-place.tsx';
import { PageDrop } from './data/page-drop.tsx';
import { StorageNote } from './data/storage-note.tsx';
import { EditorHost } from './editor/editor-host.tsx';
import { Boundary } from './shared/boundary.tsx';
import { Notices, Problems } from './shared/problems.tsx';
import { useLeaveQuestion } from './shared/use-leave-question.ts';
import { HelpDialog } from './shell/help-dialog.tsx';
import { Message } from './shell/message.tsx';
import { NoWebgpu } from './shell/no-webgpu.tsx';
import { goTo, type Place, places, useOpened, usePlace } from './shell/places.ts';
import { RunBar } from './shell/run-bar.tsx';
import { TopBar, titles } from './shell/top-bar.tsx';
import { nothingYet, useStudio } from './studio-context.ts';
import './app.css';

/** `?inspect` in the address: the inspector is code of its own, which nobody else loads. */
const inspecting = new URLSearchParams(globalThis.location?.search).has('inspect');
const Inspect = lazy(() => import('./inspect/inspect.tsx').then(({ Inspect }) => ({ default: Inspect })));

// No part of the first page.
const TrainPlace = lazy(() => import('./train/train-place.tsx').then(({ TrainPlace }) => ({ default: TrainPlace })));
const ResultsPlace = lazy(() =>
  import('./results/results-place.tsx').then(({ ResultsPlace }) => ({ default: ResultsPlace })),
);
const ModelsPlace = lazy(() =>
  import('./models/models-place.tsx').then(({ ModelsPlace }) => ({ default: ModelsPlace })),
);

/** A place that is loaded once there is anything to show, or once it is looked at. */
function later(place: Place, Content: ComponentType): ComponentType {
  return function Later() {
    const welcome = useStudio(nothingYet);
    const opened = useOpened(place);
    return <Suspense>{(opened || !welcome) && <Content />}</Suspense>;
  };
}

const contents: Record<Place, ComponentType> = {
  data: DataPlace,
  train: later('train', TrainPlace),
  results: later('results', ResultsPlace),
  models: later('models', ModelsPlace),
};

export function App() {
  useLeaveQuestion();
  const place = usePlace();
  const welcome = useStudio(nothingYet);
  const editing = useStudio(state => state.editing !== null);
  const [helping, setHelping] = useState(false);
  return (
    <Tabs.Root className="app" value={place} onValueChange={next => goTo(next as Place)}>
      <a
        className="skip-link"
        href={`#place-${place}`}
        onClick={event => {
          // The address names the place, not its element.
          event.preventDefault();
          document.getElementById(`place-${place}`)?.focus();
        }}
      >
        Skip to the content
      </a>
      <Boundary title="The head of the page">
        <TopBar welcome={welcome} onHelp={() => setHelping(true)} />
        {!welcome && <RunBar />}
      </Boundary>
      <div className="app-notes">
        <Problems />
        <Notices />
        <StorageNote />
        <PageDrop />
        <NoWebgpu />
      </div>
      <main>
        {places.map(name => {
          const Content = contents[name];
          return (
            <Tabs.Content key={name} value={name} id={`place-${name}`} className="place" forceMount tabIndex={-1}>
              <h2 className="visually-hidden">{titles[name]}</h2>
              <div className="place-content" inert={editing}>
                <Boundary title={titles[name]}>
                  <Content />
                </Boundary>
              </div>
            </Tabs.Content>
          );
        })}
        <EditorHost place={place} />
      </main>
      {inspecting && (
        <div className="app-inspect scroll">
          <Suspense>
            <Inspect />
          </Suspense>
        </div>
      )}
      <Message />
      <HelpDialog open={helping} onClose={() => setHelping(false)} />
    </Tabs.Root>
  );
}
