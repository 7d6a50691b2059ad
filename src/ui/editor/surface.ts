/**
 * What the editor draws, on two canvases one over the other: the picture, drawn anew when the view changes, and the masks, drawn anew only
 * where they change. Nothing here waits for the whole mask, and nothing is read back from a canvas.
 *
 * Must not know: tools, and what is kept.
 */
import { type Area, type Layer, marginOf, paint, type View } from '../../masks/screen.ts';
import type { WholePicture } from '../../protocol/corrections.ts';
import type { Sides } from './view.ts';

/** More pixels than these are not drawn for a mask, however fine the screen. */
const MOST_PIXELS = 4e6;

export interface Surface {
  /** Of the stage, in CSS pixels. */
  resize(stage: Sides, density: number): void;
  show(view: View): void;
  /** All layers are drawn anew: another mask, or another look. */
  showLayers(layers: readonly Layer[]): void;
  /** The layers' rows from `top` to before `bottom`, in pixels of the image, are others now. */
  changed(layers: readonly Layer[], top: number, bottom: number, left?: number, right?: number): void;
  dispose(): void;
}

export function createSurface(
  picture: WholePicture,
  pictureCanvas: HTMLCanvasElement,
  maskCanvas: HTMLCanvasElement,
): Surface {
  const below = contextOf(pictureCanvas);
  const above = contextOf(maskCanvas);
  let stage: Sides = { width: 1, height: 1 };
  let density = 1;
  let view: View = { scale: 1, left: 0, top: 0 };
  let layers: readonly Layer[] = [];
  let pictureDue = false;
  /** In pixels of the mask's canvas; null for nothing. */
  let due: Area | null = null;
  let frame = 0;

  const whole = (): Area => ({ left: 0, top: 0, width: maskCanvas.width, height: maskCanvas.height });
  const schedule = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (pictureDue) drawPicture();
      pictureDue = false;
      if (due) drawMask(due);
      due = null;
    });
  };
  const fine = (): View => ({ ...view, scale: view.scale * density });

  const drawPicture = () => {
    const { scale, left, top } = fine();
    below.setTransform(1, 0, 0, 1, 0, 0);
    below.clearRect(0, 0, pictureCanvas.width, pictureCanvas.height);
    below.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
    // What is transparent counts as black, for the network as well.
    below.fillStyle = '#000';
    below.fillRect(0, 0, picture.width, picture.height);
    below.imageSmoothingEnabled = scale < 2;
    const { small, tiles } = picture;
    if (tiles.length === 0 || scale <= small.width / picture.width) {
      below.drawImage(small, 0, 0, picture.width, picture.height);
      return;
    }
    const [right, bottom] = [left + pictureCanvas.width / scale, top + pictureCanvas.height / scale];
    for (const { left: x, top: y, bitmap } of tiles)
      if (x < right && y < bottom && x + bitmap.width > left && y + bitmap.height > top) below.drawImage(bitmap, x, y);
  };

  const drawMask = (area: Area) => {
    if (area.width <= 0 || area.height <= 0) return;
    const image = new ImageData(area.width, area.height);
    paint(new Uint32Array(image.data.buffer), area, maskCanvas.width, fine(), layers);
    above.putImageData(image, area.left, area.top);
  };

  const join = (area: Area) => {
    due = due ? joined(due, area) : area;
    schedule();
  };

  return {
    resize(to, wanted) {
      stage = to;
      density = Math.min(wanted, Math.max(1, Math.sqrt(MOST_PIXELS / (to.width * to.height))));
      for (const canvas of [pictureCanvas, maskCanvas]) {
        canvas.width = Math.max(1, Math.round(stage.width * density));
        canvas.height = Math.max(1, Math.round(stage.height * density));
      }
      pictureDue = true;
      join(whole());
    },
    show(next) {
      view = next;
      pictureDue = true;
      join(whole());
    },
    showLayers(next) {
      layers = next;
      join(whole());
    },
    changed(next, top, bottom, left = 0, right = picture.width) {
      layers = next;
      const { scale, left: x, top: y } = fine();
      const margin = marginOf(layers) + 1;
      const first = Math.max(0, Math.floor((top - y) * scale) - margin);
      const last = Math.min(maskCanvas.height, Math.ceil((bottom - y) * scale) + margin);
      const begin = Math.max(0, Math.floor((left - x) * scale) - margin);
      const end = Math.min(maskCanvas.width, Math.ceil((right - x) * scale) + margin);
      if (last > first && end > begin) join({ left: begin, top: first, width: end - begin, height: last - first });
    },
    dispose() {
      cancelAnimationFrame(frame);
    },
  };
}

function joined(a: Area, b: Area): Area {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)];
  return {
    ...{ left, top },
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  };
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('the browser gave no 2D canvas');
  return context;
}
