import { memo, useMemo } from 'react';
import { outlinePath } from './mask-paths.ts';
import './outlines.css';

/** Borders of masks (0/1, [S,S]) over a picture that fills the same box: of the mask that it came with, dashed, and of a prediction. */
export const Outlines = memo(function Outlines({
  size,
  truth,
  prediction,
}: {
  size: number;
  truth?: Uint8Array | undefined;
  prediction?: Uint8Array | undefined;
}) {
  const ofTruth = useMemo(() => (truth ? outlinePath(size, truth) : ''), [size, truth]);
  const ofPrediction = useMemo(() => (prediction ? outlinePath(size, prediction) : ''), [size, prediction]);
  return (
    <svg className="outlines" viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="none" aria-hidden="true">
      <path className="outline-casing" d={ofTruth} />
      <path className="outline-truth" d={ofTruth} />
      <path className="outline-casing" d={ofPrediction} />
      <path className="outline-prediction" d={ofPrediction} />
    </svg>
  );
});
