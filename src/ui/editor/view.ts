/** Where the picture lies on the screen: pure. Points of the screen are in CSS pixels from the stage's upper left; scale is CSS pixels a pixel of the image. */
import type { View } from '../../masks/screen.ts';

export interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Around a picture that fits. */
const MARGIN = 16;
const LARGEST = 32;
/** The smallest shows the whole picture in a fourth of the stage. */
const SMALLEST_OF_FIT = 0.5;

export function fitted(image: Sides, stage: Sides): View {
  const margin = Math.min(MARGIN, stage.width / 8, stage.height / 8);
  const scale = Math.min((stage.width - 2 * margin) / image.width, (stage.height - 2 * margin) / image.height);
  return centred(image, stage, Math.max(scale, 1e-3));
}

/** The middle of the picture in the middle of the stage. */
export function centred(image: Sides, stage: Sides, scale: number): View {
  return {
    scale,
    left: image.width / 2 - stage.width / 2 / scale,
    top: image.height / 2 - stage.height / 2 / scale,
  };
}

/** By `factor`; the image's point under (x, y) stays there. */
export function zoomed(view: View, factor: number, x: number, y: number, image: Sides, stage: Sides): View {
  const least = fitted(image, stage).scale * SMALLEST_OF_FIT;
  const scale = Math.min(Math.max(view.scale * factor, Math.min(least, 1)), LARGEST);
  const next = { scale, left: view.left + x / view.scale - x / scale, top: view.top + y / view.scale - y / scale };
  return kept(next, image, stage);
}

export function panned(view: View, dx: number, dy: number, image: Sides, stage: Sides): View {
  return kept({ ...view, left: view.left - dx / view.scale, top: view.top - dy / view.scale }, image, stage);
}

/** The middle of the stage is always a point of the picture, so that it is never lost. */
function kept(view: View, image: Sides, stage: Sides): View {
  const [halfX, halfY] = [stage.width / 2 / view.scale, stage.height / 2 / view.scale];
  return {
    ...view,
    left: Math.min(Math.max(view.left, -halfX), image.width - halfX),
    top: Math.min(Math.max(view.top, -halfY), image.height - halfY),
  };
}

export function toImage(view: View, x: number, y: number): { readonly x: number; readonly y: number } {
  return { x: view.left + x / view.scale, y: view.top + y / view.scale };
}

export function toStage(view: View, x: number, y: number): { readonly x: number; readonly y: number } {
  return { x: (x - view.left) * view.scale, y: (y - view.top) * view.scale };
}
