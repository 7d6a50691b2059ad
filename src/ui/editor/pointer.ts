/**
 * What pointers do on the stage: one draws with the tool at hand, two zoom and move the picture, and so do the wheel, the middle button and the
 * space bar. A pen presses harder for a wider line; once there is a pen, fingers move the picture.
 */
import { polygonBand } from '../../masks/polygon.ts';
import { regionAt } from '../../masks/regions.ts';
import { difference, intersection, union } from '../../masks/rows.ts';
import { type Band, type RunMask, withBand } from '../../masks/run-mask.ts';
import type { View } from '../../masks/screen.ts';
import { type Disc, segmentBand } from '../../masks/strokes.ts';
import type { Session } from './session.ts';
import { modeNames } from './tools.ts';
import { panned, type Sides, toImage, zoomed } from './view.ts';

export interface StageParts {
  readonly session: Session;
  readonly image: Sides;
  view(): View;
  stage(): Sides;
  setView(view: View): void;
  /** The mask while a stroke is under way, of which the rows and columns of `band` are new; null: the session's own again. */
  live(mask: RunMask | null, band?: Band & { readonly left: number; readonly right: number }): void;
  /** The lasso's line while it is drawn, in pixels of the image; empty for none. */
  lasso(points: readonly { x: number; y: number }[]): void;
  /** A corner of a polygon was set. */
  corner(point: { x: number; y: number }): void;
  space(): boolean;
}

/** The thinnest line of a pen that hardly presses, as a share of the brush. */
const LIGHTEST = 0.3;

interface Down {
  readonly type: string;
  x: number;
  y: number;
}

interface Stroke {
  readonly pointer: number;
  readonly kind: 'paint' | 'lasso' | 'pan';
  last: Disc;
  mask: RunMask;
  readonly points: { x: number; y: number }[];
}

export function stagePointers(parts: StageParts) {
  const { session, image } = parts;
  const down = new Map<number, Down>();
  let stroke: Stroke | null = null;
  let penSeen = false;

  const cancel = () => {
    if (stroke?.kind === 'paint') parts.live(null);
    parts.lasso([]);
    stroke = null;
  };

  const discAt = (event: PointerEvent, x: number, y: number): Disc => {
    const { size } = session.store.getState();
    const pressed = event.pointerType === 'pen' && event.pressure > 0;
    const radius = (size / 2) * (pressed ? LIGHTEST + (1 - LIGHTEST) * event.pressure : 1);
    return { ...toImage(parts.view(), x, y), radius };
  };

  /** What the stroke covers, of what it may take. */
  const paint = (from: Disc, to: Disc) => {
    if (!stroke) return;
    const { mode, takesAway, prediction } = session.store.getState();
    let band = segmentBand(from, to, image.width, image.height);
    if (mode === 'threshold') {
      if (!prediction) return;
      band = { ...band, rows: band.rows.map((row, i) => intersection(row, prediction.rowAt(band.top + i))) };
    }
    const removes = mode === 'eraser' || (mode === 'threshold' && takesAway);
    stroke.mask = withBand(stroke.mask, band, removes ? difference : union);
    const left = Math.min(from.x - from.radius, to.x - to.radius) - 1;
    const right = Math.max(from.x + from.radius, to.x + to.radius) + 1;
    parts.live(stroke.mask, { ...band, left, right });
  };

  const begin = (event: PointerEvent, x: number, y: number) => {
    const state = session.store.getState();
    const { mode, history } = state;
    const moves = mode === 'hand' || event.button === 1 || parts.space() || (event.pointerType === 'touch' && penSeen);
    const at = discAt(event, x, y);
    const start = (kind: Stroke['kind']) => {
      stroke = { pointer: event.pointerId, kind, last: at, mask: history.mask, points: [at] };
    };
    if (moves) return start('pan');
    if (event.button !== 0 || state.busy) return;
    // A locked mask is asked about before the stroke, which is then drawn anew.
    if (state.locked) return void session.permit(() => {});
    switch (mode) {
      case 'brush':
      case 'eraser':
      case 'threshold':
        start('paint');
        return paint(at, at);
      case 'lasso':
        return start('lasso');
      case 'polygon':
        return parts.corner({ x: at.x, y: at.y });
      case 'region': {
        const found = regionAt(history.mask, Math.floor(at.x), Math.floor(at.y));
        if (!found) return;
        const change = found.lesion ? difference : union;
        return session.apply(
          withBand(history.mask, found.band, change),
          found.lesion ? 'Region cleared' : 'Region filled',
        );
      }
      default:
        throw mode satisfies never;
    }
  };

  const end = (event: PointerEvent, isWhole: boolean) => {
    down.delete(event.pointerId);
    if (stroke?.pointer !== event.pointerId) return;
    const { kind, mask, points } = stroke;
    if (!isWhole) return cancel();
    const { mode, takesAway, history } = session.store.getState();
    stroke = null;
    parts.lasso([]);
    if (kind === 'paint') {
      session.apply(mask, `${modeNames[mode]} stroke`);
      parts.live(null);
    }
    if (kind === 'lasso') {
      const away = takesAway || event.altKey;
      const band = polygonBand(points, image.width, image.height);
      session.apply(withBand(history.mask, band, away ? difference : union), away ? 'Area taken away' : 'Area added');
    }
  };

  /** Two fingers: what lay between them still does. */
  const pinch = (id: number, x: number, y: number) => {
    const [first, second] = [...down.values()];
    if (!first || !second) return;
    const middle = () => ({ x: (first.x + second.x) / 2, y: (first.y + second.y) / 2 });
    const apart = () => Math.hypot(first.x - second.x, first.y - second.y);
    const [from, wide] = [middle(), apart()];
    Object.assign(down.get(id) ?? {}, { x, y });
    const to = middle();
    const moved = panned(parts.view(), to.x - from.x, to.y - from.y, image, parts.stage());
    const factor = wide > 0 ? apart() / wide : 1;
    parts.setView(zoomed(moved, factor, to.x, to.y, image, parts.stage()));
  };

  return {
    down(event: PointerEvent, x: number, y: number) {
      if (event.pointerType === 'pen') penSeen = true;
      if (event.pointerType === 'touch') down.set(event.pointerId, { type: 'touch', x, y });
      // The second finger says that the first was no stroke.
      if (down.size > 1) return cancel();
      if (!stroke) begin(event, x, y);
    },
    move(event: PointerEvent, x: number, y: number, offset: { left: number; top: number }) {
      if (down.size > 1) return pinch(event.pointerId, x, y);
      const finger = down.get(event.pointerId);
      if (finger) Object.assign(finger, { x, y });
      if (stroke?.pointer !== event.pointerId) return;
      if (stroke.kind === 'pan') {
        const at = toImage(parts.view(), x, y);
        const view = parts.view();
        const [dx, dy] = [(at.x - stroke.last.x) * view.scale, (at.y - stroke.last.y) * view.scale];
        return parts.setView(panned(view, dx, dy, image, parts.stage()));
      }
      // All that the hand did since the last frame, not only where it is now.
      const events = event.getCoalescedEvents?.() ?? [];
      for (const each of events.length > 0 ? events : [event]) {
        const at = discAt(each, each.clientX - offset.left, each.clientY - offset.top);
        if (stroke.kind === 'paint') paint(stroke.last, at);
        else stroke.points.push({ x: at.x, y: at.y });
        stroke.last = at;
      }
      if (stroke.kind === 'lasso') parts.lasso(stroke.points);
    },
    up: (event: PointerEvent) => end(event, true),
    cancel: (event: PointerEvent) => end(event, false),
    /** Gives up the stroke under way; whether there was one. */
    giveUp(): boolean {
      const had = stroke !== null;
      cancel();
      return had;
    },
    wheel(event: WheelEvent, x: number, y: number): void {
      const lines = event.deltaMode === 1 ? 16 : 1;
      if (event.shiftKey) {
        parts.setView(panned(parts.view(), -(event.deltaX || event.deltaY) * lines, 0, image, parts.stage()));
        return;
      }
      // A pinch on a trackpad comes as a wheel with the control key, in small steps.
      const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002));
      parts.setView(zoomed(parts.view(), factor, x, y, image, parts.stage()));
    },
  };
}
