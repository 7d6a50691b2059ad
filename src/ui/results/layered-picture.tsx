import { type CSSProperties, memo, useId, useMemo, useState } from 'react';
import type { Framing } from '../../protocol/preparation.ts';
import { contourPath, fieldOf } from '../shared/contours.ts';
import { greys, PixelImage } from '../shared/pixel-image.tsx';
import { ofPhoto, ofSquare } from './geometry.ts';
import './layered-picture.css';

/** What there is of one image; pixels are of the square that the network sees. */
export interface Layers {
  readonly id: string;
  /** Width and height of the image's file, where they are known. */
  readonly sides?: readonly [number, number] | undefined;
  readonly framing: Framing;
  /** Address of the file itself, once it is there; null where it is not at hand. */
  readonly photo: string | null | undefined;
  readonly square?: Square | undefined;
  /** Where the prediction was cut. */
  readonly threshold: number;
}

interface Square {
  readonly size: number;
  /** RGB [S,S,3]. */
  readonly image: Uint8Array;
  /** 0/1 [S,S]; none of an image without a mask. */
  readonly truth?: Uint8Array | undefined;
  readonly prediction?: Uint8Array | undefined;
  /** [S,S], 0 to 255. */
  readonly probability?: Uint8Array | undefined;
}

export const views = [
  ['overlay', 'Overlay'],
  ['photo', 'Photo'],
  ['mask', 'Mask'],
  ['probability', 'Probability'],
] as const;
export type View = (typeof views)[number][0];

/** The picture with what is to be seen over it, as large as its box allows. */
export const LayeredPicture = memo(function LayeredPicture({
  layers: { id, sides, framing, photo, square, threshold },
  view,
  opacity,
}: {
  layers: Layers;
  view: View;
  /** Of the areas, 0 to 1. */
  opacity: number;
}) {
  const [undrawn, setUndrawn] = useState<string>();
  // What a browser cannot draw, such as TIFF, is shown as the network saw it.
  const file = photo && photo !== undrawn && sides && view !== 'probability' ? photo : undefined;
  const size = square?.size ?? 1;
  const geometry = file && sides ? ofPhoto(size, framing, sides) : ofSquare(size, framing, sides);
  const { width, height } = geometry;
  const shades = useMemo(() => (view === 'probability' ? greys(square?.probability) : undefined), [view, square]);
  const alt = `${view === 'overlay' ? 'Overlay' : view === 'photo' ? 'Photo' : 'Probability'} ${id}`;
  return (
    <span className="layered" style={{ '--shape': width / height } as CSSProperties}>
      {file ? (
        <img className="layered-photo" src={file} alt={alt} draggable={false} onError={() => setUndrawn(file)} />
      ) : (
        // Until the file is here its place is kept: a coarse picture before it would only flicker.
        <PixelImage size={size} pixels={photo === undefined ? undefined : (shades ?? square?.image)} alt={alt} />
      )}
      {square && view !== 'photo' && (file || photo !== undefined) && (
        <Marks geometry={geometry} square={square} threshold={threshold} areas={view === 'overlay'} opacity={opacity} />
      )}
    </span>
  );
});

const Marks = memo(function Marks({
  geometry: { width, height, transform },
  square: { size, truth, prediction, probability },
  threshold,
  areas,
  opacity,
}: {
  geometry: { readonly width: number; readonly height: number; readonly transform: string };
  square: Square;
  threshold: number;
  areas: boolean;
  opacity: number;
}) {
  const id = useId();
  const mask = useMemo(() => (truth ? contourPath(size, fieldOf(size, truth)) : ''), [size, truth]);
  const found = useMemo(
    () => (prediction ? contourPath(size, fieldOf(size, prediction, probability, threshold)) : ''),
    [size, prediction, probability, threshold],
  );
  const [inMask, inFound, hatch] = [`${id}mask`, `${id}found`, `${id}hatch`];
  const stripe = size / 72;
  return (
    <svg className="layered-marks" viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <defs>
        <clipPath id={inMask}>
          <path d={mask} clipRule="evenodd" />
        </clipPath>
        <clipPath id={inFound}>
          <path d={found} clipRule="evenodd" />
        </clipPath>
        <pattern id={hatch} width={stripe} height={stripe} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="mark-hatch" width={stripe / 3} height={stripe} />
        </pattern>
      </defs>
      <g transform={transform}>
        {areas && truth && prediction && (
          <g className="mark-areas" opacity={opacity} fillRule="evenodd">
            <path className="mark-right" d={found} clipPath={`url(#${inMask})`} />
            {/* What is in one of the two alone, once within each. */}
            <path className="mark-added" d={found + mask} clipPath={`url(#${inFound})`} />
            <path className="mark-missed" d={found + mask} clipPath={`url(#${inMask})`} />
            <path fill={`url(#${hatch})`} d={found + mask} clipPath={`url(#${inMask})`} />
          </g>
        )}
        <path className="mark-casing" d={mask} />
        <path className="mark-line mark-truth" d={mask} />
        <path className="mark-casing" d={found} />
        <path className="mark-line mark-prediction" d={found} />
      </g>
    </svg>
  );
});
