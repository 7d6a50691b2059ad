/** What each key does in the editor: everything but drawing itself. */
import type { ReviewActs } from './review-queue.tsx';
import { brushSizes, isUnsaved, type Session } from './session.ts';
import type { StageControls } from './stage.tsx';
import { changeTools, modeTools } from './tools.ts';

export interface KeyParts {
  readonly session: Session;
  readonly stage: StageControls;
  readonly hasPrediction: boolean;
  save(): void;
  close(): void;
  /** In a review only. */
  readonly review: ReviewActs | null;
  /** Of the polygon: its line is closed, its last corner is taken back, or all of it goes. Whether there was one. */
  polygon(act: 'close' | 'back' | 'drop'): boolean;
}

/** In CSS pixels, for a press of an arrow key. */
const STEP = 40;
const ZOOM = 1.25;

export function resized(size: number, way: 1 | -1): number {
  const next = way > 0 ? Math.max(size + 1, Math.round(size * 1.2)) : Math.min(size - 1, Math.round(size / 1.2));
  return Math.min(brushSizes.most, Math.max(brushSizes.least, next));
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Whether the key meant something here. `onField`: the focus is on a slider or a choice, which has arrow keys of its own. */
export function pressKey(event: Pressed, parts: KeyParts, onField: boolean): boolean {
  const { session, stage } = parts;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === 'z') return done(event.shiftKey ? session.redo : session.undo);
    if (key === 'y') return done(session.redo);
    if (key === 's') return done(parts.save);
    return false;
  }
  if (event.altKey) return false;
  const mode = modeTools.find(tool => tool.key === key);
  if (mode) {
    if (mode.needsPrediction && !parts.hasPrediction) return false;
    return done(() => session.set({ mode: mode.does }));
  }
  const change = changeTools.find(tool => tool.key === key || (tool.key === '+' && key === '='));
  if (change) {
    if (change.needsPrediction && !parts.hasPrediction) return false;
    return done(() => void session.change(change.does));
  }
  const far = event.shiftKey ? 5 : 1;
  switch (key) {
    case '[':
    case ']':
      return done(() => session.set({ size: resized(session.store.getState().size, key === ']' ? 1 : -1) }));
    case 'v':
      return done(() => session.set({ takesAway: !session.store.getState().takesAway }));
    case 's':
      return done(parts.save);
    case 'a':
    case 'x':
    case 'n':
      return reviewKey(key, parts);
    case '0':
      return done(stage.fit);
    case '9':
      return done(stage.oneToOne);
    case 'z':
      return done(() => stage.zoom(event.shiftKey ? 1 / ZOOM : ZOOM));
    case 'enter':
      return !onField && parts.polygon('close');
    case 'backspace':
      return parts.polygon('back');
    case 'escape':
      if (!parts.polygon('drop') && !stage.giveUp()) parts.close();
      return true;
    case 'arrowleft':
      return !onField && done(() => stage.pan(STEP * far, 0));
    case 'arrowright':
      return !onField && done(() => stage.pan(-STEP * far, 0));
    case 'arrowup':
      return !onField && done(() => stage.pan(0, STEP * far));
    case 'arrowdown':
      return !onField && done(() => stage.pan(0, -STEP * far));
    default:
      return false;
  }
}

function reviewKey(key: 'a' | 'x' | 'n', { review, session }: KeyParts): boolean {
  if (!review) return false;
  // What is drawn and not saved is no mask to accept.
  if (key === 'a') return !isUnsaved(session.store.getState()) && done(review.accept);
  return done(() => void (key === 'x' ? review.leaveOut() : review.saveAndNext()));
}

function done(act: () => void): true {
  act();
  return true;
}
