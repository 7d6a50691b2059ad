import { formatLeft } from '../shared/format.ts';
import { ProgressBar } from '../shared/progress-bar.tsx';
import { useStudio } from '../studio-context.ts';

/** In the place of the button that began the test. */
export function TestProgress() {
  const testing = useStudio(state => state.testing);
  if (!testing) return null;
  const text = `${testing.done} of ${testing.total} images`;
  return (
    <div className="test-progress">
      <ProgressBar
        label="Test progress"
        fraction={testing.total > 0 ? testing.done / testing.total : undefined}
        text={text}
      />
      <p className="sub">{`${text}${formatLeft(testing.secondsLeft)}`}</p>
    </div>
  );
}
