/**
 * Which values a mask has, and which of them is the lesion. Pure: pixels come in strips as they are stored, RGBA and not premultiplied.
 *
 * Promises: a mask of two values is read by these two, in whichever channel they differ; where black and white lie on both sides of
 * half of full grey the bits are those of `thresholdMask`. More values are let in only as the edge between two (antialiased or
 * compressed): then they have no area of their own. Whatever is in doubt is refused with what was found. The heap holds two rows and
 * a bounded table of colours, never the picture.
 */
import type { Colour } from '../protocol/dataset.ts';
import { thresholdMask } from './resize.ts';

/** `bits` becomes 1 where the pixels are lesion. */
export type MaskRule = (pixels: Uint8ClampedArray, bits: Uint8Array) => unknown;

export type MaskReading =
  | { readonly kind: 'read'; readonly rule: MaskRule }
  /** Two colours, and none of them is surely the skin. */
  | { readonly kind: 'ambiguous'; readonly colours: [Colour, Colour] }
  /** `reason` is for people, without a full stop. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface MaskSurvey {
  /** The next whole rows. */
  push(pixels: Uint8ClampedArray, rows: number): void;
  finish(): MaskReading;
}

/** A compressed edge in colour has some thousand colours; a photograph has more. */
const MOST_COLOURS = 65_536;
/** So few colours are labels or an antialiased edge; the noise of a compressed mask has more. */
const FEW_COLOURS = 12;
/** Of all pixels; more of them between the two ends are no edge. */
const MOST_EDGE = 0.25;

interface Tally {
  count: number;
  /** Pixels at the corner of 3 × 3 equal ones: an area, which an edge has not. */
  solid: number;
}

/** `chosen`: the lesion's colour where a mask's own two do not say; the nearer of them is taken. */
export function maskSurvey(width: number, chosen?: Colour): MaskSurvey {
  const tallies = new Map<number, Tally>();
  let before = new Uint32Array(width);
  let beforeThat = new Uint32Array(width);
  let row = new Uint32Array(width);
  let rowsSeen = 0;
  let overflow = false;

  const tally = (colour: number): Tally => {
    const known = tallies.get(colour);
    if (known) return known;
    if (tallies.size >= MOST_COLOURS) {
      overflow = true;
      return { count: 0, solid: 0 };
    }
    const fresh = { count: 0, solid: 0 };
    tallies.set(colour, fresh);
    return fresh;
  };

  return {
    push(pixels, rows) {
      for (let y = 0, at = 0; y < rows && !overflow; y++) {
        let last = -1;
        let stretch = 0;
        let mine: Tally = { count: 0, solid: 0 };
        // How far the stretch of pixels that also equal those in both rows above reaches to the left.
        let column = 0;
        for (let x = 0; x < width; x++, at += 4) {
          const colour =
            ((pixels[at]! << 24) | (pixels[at + 1]! << 16) | (pixels[at + 2]! << 8) | pixels[at + 3]!) >>> 0;
          row[x] = colour;
          if (colour !== last) {
            mine.count += stretch;
            mine = tally(colour);
            last = colour;
            stretch = 0;
            column = 0;
          }
          stretch++;
          column = rowsSeen >= 2 && before[x] === colour && beforeThat[x] === colour ? column + 1 : 0;
          if (column >= 3) mine.solid++;
        }
        mine.count += stretch;
        rowsSeen++;
        [beforeThat, before, row] = [before, row, beforeThat];
      }
    },
    finish() {
      if (overflow) return refused(`has more than ${MOST_COLOURS} colours`);
      return judge(tallies, chosen);
    },
  };
}

type Counted = Tally & { readonly colour: Colour };

function judge(tallies: ReadonlyMap<number, Tally>, chosen: Colour | undefined): MaskReading {
  const raw = [...tallies].map(([packed, tally]): Counted => ({ ...tally, colour: unpacked(packed) }));
  const alphas = new Set(raw.map(({ colour }) => colour[3]));
  // An alpha that says nothing is no channel.
  const all = alphas.size > 1 ? raw : raw.map(each => ({ ...each, colour: opaque(each.colour) }));
  const total = all.reduce((sum, { count }) => sum + count, 0);
  const first = largest(all, ({ count }) => count);
  if (!first) return refused('has no pixels');
  if (all.length === 1) return single(first.colour);
  // Far and with an area of its own: neither noise beside the first, nor a stray pixel.
  const second = largest(all, ({ colour, solid }) => (solid > 0 ? solid * distance(colour, first.colour) : 0));
  const other =
    second && second !== first && second.solid > 0
      ? second
      : largest(all, ({ colour, count }) => count * distance(colour, first.colour));
  if (!other) return refused('has no pixels');
  const ends: [Colour, Colour] = [first.colour, other.colour];
  return tooMany(all, ends, total) ?? ruleOf(ends, alphas.size > 1, chosen);
}

/** One value everywhere: an empty or a full mask if it is black or white. */
function single(colour: Colour): MaskReading {
  const level = luma(colour);
  if (level === 0 || level >= 127.5) return { kind: 'read', rule: thresholdMask };
  // The full mask of a set whose masks have the values 0 and 1.
  if (Math.max(...colour.slice(0, 3)) === 1) return { kind: 'read', rule: (_, bits) => void bits.fill(1) };
  return refused(
    `has one value everywhere, ${named(colour, [colour])}, and is at its brightest ${Math.round(level)} of 255`,
  );
}

function tooMany(all: readonly Counted[], ends: readonly [Colour, Colour], total: number): MaskReading | undefined {
  const span = Math.sqrt(distance(...ends));
  const bright = luma(composed(ends[0])) > luma(composed(ends[1])) ? ends[0] : ends[1];
  const few = all.length <= FEW_COLOURS;
  // Among few colours 0 and 1 are two labels; at the bright end 254 beside 255 is how some programs round.
  const near = ({ colour }: Counted) =>
    few
      ? ends.includes(colour) || (span > 128 && Math.sqrt(distance(colour, bright)) <= 4)
      : Math.sqrt(Math.min(distance(colour, ends[0]), distance(colour, ends[1]))) <= span / 8;
  const between = all.filter(each => !near(each));
  const areas = between.filter(({ solid }) => solid > Math.max(4, total / 5000));
  const share = between.reduce((sum, { count }) => sum + count, 0) / total;
  if (areas.length === 0 && share <= MOST_EDGE) return undefined;
  const listed = [...all].sort((a, b) => b.count - a.count).slice(0, 4);
  const colours = listed.map(({ colour }) => colour);
  const names = listed.map(({ colour, count }) => `${named(colour, colours)} (${percent(count / total)})`);
  const more = all.length > listed.length ? ` and ${all.length - listed.length} more` : '';
  return refused(`has ${all.length} values: ${names.join(', ')}${more}`);
}

function ruleOf(ends: [Colour, Colour], withAlpha: boolean, chosen: Colour | undefined): MaskReading {
  const lesion = lesionOf(...ends) ?? (chosen && nearTo(chosen, ends));
  if (!lesion) return { kind: 'ambiguous', colours: ends };
  const skin = lesion === ends[0] ? ends[1] : ends[0];
  if (luma(composed(lesion)) >= 127.5 && luma(composed(skin)) < 127.5)
    return { kind: 'read', rule: withAlpha ? composedRule : thresholdMask };
  if (lesion[3] - skin[3] >= 128) return { kind: 'read', rule: alphaRule };
  return { kind: 'read', rule: nearerRule(skin, lesion) };
}

/** The one of two colours that is the lesion: the opaque, bright one, or the one that is not black. Undefined where in doubt. */
export function lesionOf(a: Colour, b: Colour): Colour | undefined {
  if (Math.abs(a[3] - b[3]) >= 128) {
    const [seen, clear] = a[3] > b[3] ? [a, b] : [b, a];
    // Black on transparent white: by its alpha the black is the lesion, by its colour the white.
    return luma(clear) - luma(seen) >= 64 && brightest(seen) <= BLACK ? undefined : seen;
  }
  const [dark, bright] = luma(a) < luma(b) ? [a, b] : [b, a];
  if (luma(dark) === luma(bright)) return undefined;
  if (brightest(dark) <= BLACK && brightest(bright) > brightest(dark)) return bright;
  return isGrey(dark) && isGrey(bright) ? bright : sameHue(dark, bright) ? bright : undefined;
}

/** The one of two colours that is near to the chosen one, and nearer than the other. Undefined where neither is. */
function nearTo(chosen: Colour, [a, b]: readonly [Colour, Colour]): Colour | undefined {
  const [toA, toB] = [distance(a, chosen), distance(b, chosen)];
  return Math.min(toA, toB) <= NEAR ** 2 && toA !== toB ? (toA < toB ? a : b) : undefined;
}

/** How far the same colour may lie from the chosen one in another mask, which may be compressed. */
const NEAR = 64;

/** No channel of what passes for black is above this. */
const BLACK = 64;

const isGrey = ([r, g, b]: Colour) => Math.max(r, g, b) - Math.min(r, g, b) <= 24;

function sameHue(a: Colour, b: Colour): boolean {
  const dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  return dot > 0.99 * Math.hypot(a[0], a[1], a[2]) * Math.hypot(b[0], b[1], b[2]);
}

/** Laid over black, from half of full grey on. */
const composedRule: MaskRule = (pixels, bits) => {
  const laid = new Uint8ClampedArray(pixels.length);
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3]!;
    for (let c = 0; c < 3; c++)
      laid[i + c] = alpha === 255 ? pixels[i + c]! : Math.round((pixels[i + c]! * alpha) / 255);
  }
  thresholdMask(laid, bits);
};

const alphaRule: MaskRule = (pixels, bits) => {
  for (let i = 0; i < bits.length; i++) bits[i] = pixels[4 * i + 3]! >= 128 ? 1 : 0;
};

function nearerRule(skin: Colour, lesion: Colour): MaskRule {
  const [r, g, b] = [lesion[0] - skin[0], lesion[1] - skin[1], lesion[2] - skin[2]];
  const half = (r * (lesion[0] + skin[0]) + g * (lesion[1] + skin[1]) + b * (lesion[2] + skin[2])) / 2;
  return (pixels, bits) => {
    for (let i = 0, at = 0; i < bits.length; i++, at += 4)
      bits[i] = r * pixels[at]! + g * pixels[at + 1]! + b * pixels[at + 2]! >= half ? 1 : 0;
  };
}

function refused(found: string): MaskReading {
  return { kind: 'refused', reason: `${found}; a mask needs 0 for skin and 255 for the lesion, or two other values` };
}

/** A grey as its level; with its alpha where that differs among `others`. */
export function named([r, g, b, a]: Colour, others: readonly Colour[]): string {
  const colour = r === g && g === b ? String(r) : `${r}/${g}/${b}`;
  return others.some(other => other[3] !== 255) ? `${colour} with alpha ${a}` : colour;
}

function largest(all: readonly Counted[], by: (each: Counted) => number): Counted | undefined {
  let best: Counted | undefined;
  for (const each of all) if (!best || by(each) > by(best)) best = each;
  return best;
}

const unpacked = (packed: number): Colour => [packed >>> 24, (packed >>> 16) & 255, (packed >>> 8) & 255, packed & 255];
const opaque = ([r, g, b]: Colour): Colour => [r, g, b, 255];
const composed = ([r, g, b, a]: Colour): Colour => [(r * a) / 255, (g * a) / 255, (b * a) / 255, 255];
const luma = ([r, g, b]: Colour) => (299 * r + 587 * g + 114 * b) / 1000;
const brightest = ([r, g, b]: Colour) => Math.max(r, g, b);
const distance = (a: Colour, b: Colour) => a.reduce((sum: number, value, i) => sum + (value - b[i]!) ** 2, 0);
const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
