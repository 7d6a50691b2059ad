import { ChartSpline, ListTree, Shuffle } from 'lucide-react';
import { lazy, type ReactNode, Suspense, type SyntheticEvent, useState } from 'react';
import './run-queues.css';

const SweepForm = lazy(() => import('./sweep-form.tsx').then(({ SweepForm }) => ({ default: SweepForm })));
const CrossValidationForm = lazy(() =>
  import('./cross-validation-form.tsx').then(({ CrossValidationForm }) => ({ default: CrossValidationForm })),
);
const LearningCurveForm = lazy(() =>
  import('./learning-curve-form.tsx').then(({ LearningCurveForm }) => ({ default: LearningCurveForm })),
);

/** Many runs one after another, for those who look for them: their forms are loaded when they are opened. */
export function RunQueues() {
  return (
    <div className="block run-queues">
      <Queue title="Sweep: many runs over a grid" icon={<ListTree aria-hidden />}>
        <SweepForm />
      </Queue>
      <Queue title="Cross-validation: k folds" icon={<Shuffle aria-hidden />}>
        <CrossValidationForm />
      </Queue>
      <Queue title="Learning curve: what more images would give" icon={<ChartSpline aria-hidden />}>
        <LearningCurveForm />
      </Queue>
    </div>
  );
}

function Queue({ title, icon, children }: { title: string; icon: ReactNode; children: ReactNode }) {
  // What was typed stays when it is closed again.
  const [opened, setOpened] = useState(false);
  const onToggle = ({ currentTarget }: SyntheticEvent<HTMLDetailsElement>) => setOpened(opened || currentTarget.open);
  return (
    <details className="run-queue" onToggle={onToggle}>
      <summary>
        {icon}
        <span>{title}</span>
      </summary>
      {opened && <Suspense>{children}</Suspense>}
    </details>
  );
}
