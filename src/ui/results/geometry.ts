/** Where the square that the network sees lies on the photograph. */
import { type Framing, frame } from '../../protocol/preparation.ts';

export interface Geometry {
  readonly width: number;
  readonly height: number;
  /** SVG transform from pixels of the square to pixels of this picture. */
  readonly transform: string;
}

/** The square as it is, or stretched to the image's own sides where it was squeezed from these. */
export function ofSquare(size: number, framing: Framing, sides?: readonly [number, number]): Geometry {
  const [width, height] = framing === 'squeeze' && sides ? sides : [size, size];
  return { width, height, transform: `scale(${width / size} ${height / size})` };
}

/** The whole photograph. */
export function ofPhoto(size: number, framing: Framing, [width, height]: readonly [number, number]): Geometry {
  const { source, target } = frame(framing, size, width, height);
  const [across, down] = [source.width / target.width, source.height / target.height];
  const [left, top] = [source.left - target.left * across, source.top - target.top * down];
  return { width, height, transform: `matrix(${across} 0 0 ${down} ${left} ${top})` };
}
