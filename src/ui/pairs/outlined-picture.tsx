import { memo } from 'react';
import { Outlines } from '../shared/outlines.tsx';
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
  return (
    <span className="with-outline">
      <PixelImage size={side} pixels={image} alt={alt} />
      {/* Solid: there is no other border to tell it from. */}
      <Outlines size={side} prediction={mask} />
    </span>
  );
});
