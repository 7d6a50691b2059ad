/**
 * How an image of any shape becomes the square that the network sees. A model is bound to the preparation that it was trained
 * with: its test, its masks and its outlines use the same one.
 */
import * as v from 'valibot';
import { whole } from './schemas.ts';

/**
 * squeeze     the whole image, its sides scaled each by itself
 * letterbox   the whole image at its own proportions, in the middle of a black square
 * crop        the largest square in the image's middle
 */
export const framings = ['squeeze', 'letterbox', 'crop'] as const;
export type Framing = (typeof framings)[number];

export const framing = v.optional(v.picklist(framings), 'squeeze');
/** Shades of grey: see data/constancy.ts. */
export const constancy = v.optional(v.boolean(), false);

/** The default. */
export const plainPreparation = { framing: 'squeeze', constancy: false } as const;

/** Fields of all that has a preparation. Files and records from before these choices mean the plain ones. */
export const preparationFields = {
  /** Side of the square in pixels. */
  size: whole,
  framing,
  constancy,
};
export const preparation = v.object(preparationFields);
export type Preparation = v.InferOutput<typeof preparation>;

export function preparationOf({ size, framing, constancy }: Preparation): Preparation {
  return { size, framing, constancy };
}

export function samePreparation(a: Preparation, b: Preparation): boolean {
  return a.size === b.size && a.framing === b.framing && a.constancy === b.constancy;
}

/** In pixels. */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which part of a `width` × `height` image is seen, and where it lies in the square of `size` pixels. All whole numbers. */
export function frame(
  framing: Framing,
  size: number,
  width: number,
  height: number,
): { readonly source: Rectangle; readonly target: Rectangle } {
  const whole = { left: 0, top: 0, width, height };
  const square = { left: 0, top: 0, width: size, height: size };
  switch (framing) {
    case 'squeeze':
      return { source: whole, target: square };
    case 'letterbox': {
      const scale = size / Math.max(width, height);
      return { source: whole, target: middle(size, size, scaled(width, scale), scaled(height, scale)) };
    }
    case 'crop': {
      const side = Math.min(width, height);
      return { source: middle(width, height, side, side), target: square };
    }
    default:
      throw framing satisfies never;
  }
}

/** At least one pixel, however narrow the image. */
function scaled(side: number, scale: number): number {
  return Math.max(1, Math.round(side * scale));
}

/** Where the margins are odd, the extra pixel is at the right and at the bottom. */
function middle(outerWidth: number, outerHeight: number, width: number, height: number): Rectangle {
  return {
    left: Math.floor((outerWidth - width) / 2),
    top: Math.floor((outerHeight - height) / 2),
    width,
    height,
  };
}
