import { memo, useMemo } from 'react';
import type { Triptych } from '../../protocol/triptych.ts';
import { areaPath, outlinePath } from '../shared/mask-paths.ts';
import { PixelImage } from '../shared/pixel-image.tsx';
import './overlay.css';

export interface OverlayLook {
  readonly areas: boolean;
  readonly outlines: boolean;
  /** Of the areas, 0..1. */
  readonly opacity: number;
}

/** What the prediction hit, added and missed, in colours that the colour-blind tell apart (after Okabe and Ito 2008). */
export const parts = [
  { key: 'hit', title: 'True positive', covers: (truth: boolean, found: boolean) => truth && found },
  { key: 'added', title: 'False positive', covers: (truth: boolean, found: boolean) => !truth && found },
  { key: 'missed', title: 'False negative', covers: (truth: boolean, found: boolean) => truth && !found },
] as const;

/** The picture with both masks laid over it. */
export const Overlay = memo(function Overlay({
  triptych: { id, size, image, truth, prediction },
  look,
}: {
  triptych: Triptych;
  look: OverlayLook;
}) {
  const areas = useMemo(
    () => parts.map(({ covers }) => areaPath(size, i => covers(truth[i] === 1, prediction?.[i] === 1))),
    [size, truth, prediction],
  );
  const outlines = useMemo(
    () => ({ truth: outlinePath(size, truth), prediction: prediction ? outlinePath(size, prediction) : '' }),
    [size, truth, prediction],
  );
  return (
    <span className="overlay">
      <PixelImage size={size} pixels={image} alt={`Overlay ${id}`} />
      <svg className="overlay-masks" viewBox={`0 0 ${size} ${size}`} preserveAspectRatio="none" aria-hidden="true">
        {look.areas &&
          parts.map(({ key }, i) => (
            <path key={key} className={`overlay-${key}`} d={areas[i]} fillOpacity={look.opacity} />
          ))}
        {look.outlines && (
          <>
            <path className="overlay-line overlay-casing" d={outlines.truth} />
            <path className="overlay-line" d={outlines.truth} />
            <path className="overlay-line overlay-casing" d={outlines.prediction} />
            <path className="overlay-line overlay-dashed" d={outlines.prediction} />
          </>
        )}
      </svg>
    </span>
  );
});
