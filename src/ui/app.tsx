/** The page: four steps in a column, problems pinned above them. All it knows comes from the store; it holds no bytes of its own. */
import { lazy, Suspense } from 'react';
import { About } from './about/about.tsx';
import { DataStep } from './data/data-step.tsx';
import { PageDrop } from './data/page-drop.tsx';
import { StorageNote } from './data/storage-note.tsx';
import { Header, StepNav } from './header/header.tsx';
import { NoWebgpu } from './header/no-webgpu.tsx';
import { ModelsStep } from './models/models-step.tsx';
import { Boundary } from './shared/boundary.tsx';
import { Notices, Problems } from './shared/problems.tsx';
import { useLeaveQuestion } from './shared/use-leave-question.ts';
import { TestStep } from './test/test-step.tsx';
import { TrainStep } from './train/train-step.tsx';
import './app.css';

/** `?inspect` in the address: the inspector is code of its own, which nobody else loads. */
const inspecting = new URLSearchParams(globalThis.location?.search).has('inspect');
const Inspect = lazy(() => import('./inspect/inspect.tsx').then(({ Inspect }) => ({ default: Inspect })));

export function App() {
  useLeaveQuestion();
  return (
    <>
      <a className="skip-link" href="#data">
        Skip to the data
      </a>
      <div className="top">
        <Boundary title="The head of the page">
          <Header />
        </Boundary>
        <div className="pinned">
          <StepNav />
          <Problems />
        </div>
      </div>
      <main>
        <Notices />
        <StorageNote />
        <PageDrop />
        <NoWebgpu />
        <DataStep />
        <TrainStep />
        <TestStep />
        <ModelsStep />
      </main>
      {inspecting && (
        <Suspense>
          <Inspect />
        </Suspense>
      )}
      <Boundary title="About this page">
        <About />
      </Boundary>
      <footer className="foot">
        <p>
          Research and teaching only: not a medical device. Images, masks and weights stay in this browser; the page
          asks no server for anything but its own files.
        </p>
        <p className="number">{`Lesion Studio ${__APP_VERSION__}`}</p>
      </footer>
    </>
  );
}
