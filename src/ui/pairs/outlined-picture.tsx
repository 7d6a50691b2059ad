import { memo, useMemo } from 'react';
import { outlinePath } from '../shared/mask-paths.ts';
import { PixelImage } from '../shared/pixel-image.tsx';
import './outlined-picture.css';

/** A picture with the outline of its mask over it, stretched to the box that it stands in. */
export const OutlinedPicture = memo(function OutlinedPicture({
  side,
  image,
  mask,
  alt,
}: {
  side: number;
  /** RGB [side,side,3]; until it is there, its place is kept. */
  image: Uint8Array | undefined;
  mask: Uint8Array | undefined;
  alt: string;
}) {
  const outline = useMemo(() => (mask ? outlinePath(side, mask) : ''), [side, mask]);
  return (
    <span className="with-outline">
      <PixelImage size={side} pixels={image} alt={alt} />
      <svg className="with-outline-mask" viewBox={`0 0 ${side} ${side}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="with-outline-casing" d={outline} />
        <path className="with-outline-line" d={outline} />
      </svg>
    </span>
  );
});
