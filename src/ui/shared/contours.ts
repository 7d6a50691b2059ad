/**
 * The border of a mask as a smooth curve: marching squares (Lorensen and Cline 1987, in the plane) on the probability, or on a blurred mask
 * where there is none. The curve stays true to the mask: each pixel's centre lies on its own side.
 */

/** Borders lie where a field crosses this. */
const LEVEL = 0.5;
/** By how much at least a pixel's value is on its own side, so that no border runs through its centre. */
const LEAST = 0.03;

/**
 * A field [S,S] that is above one half exactly where the mask (0/1, [S,S]) is 1. `probability` [S,S], 0 to 255, is shifted so that
 * `threshold` (above 0, below 1) becomes one half; where it and the mask disagree, as in holes that were filled, the mask decides.
 */
export function fieldOf(size: number, mask: Uint8Array, probability?: Uint8Array, threshold = LEVEL): Float32Array {
  const field = probability ? centred(probability, threshold) : blurred(size, mask);
  for (let i = 0; i < field.length; i++)
    field[i] = mask[i] ? Math.max(field[i] ?? 0, LEVEL + LEAST) : Math.min(field[i] ?? 0, LEVEL - LEAST);
  return field;
}

/** Straight up to the threshold and straight from there on. */
function centred(probability: Uint8Array, threshold: number): Float32Array {
  return Float32Array.from(probability, byte => {
    const p = byte / 255;
    return p <= threshold ? (LEVEL * p) / threshold : 1 - (LEVEL * (1 - p)) / (1 - threshold);
  });
}

/** Twice 1 2 1 in both directions: a stair of single pixels becomes a slope. */
function blurred(size: number, mask: Uint8Array): Float32Array {
  let from = Float32Array.from(mask);
  for (const step of [1, size, 1, size]) {
    const to = new Float32Array(from.length);
    for (let i = 0; i < from.length; i++) {
      const at = step === 1 ? i % size : Math.floor(i / size);
      const here = from[i] ?? 0;
      const before = at > 0 ? (from[i - step] ?? 0) : here;
      const after = at < size - 1 ? (from[i + step] ?? 0) : here;
      to[i] = (before + 2 * here + after) / 4;
    }
    from = to;
  }
  return from;
}

/**
 * Closed curves around all that is above one half in a field [S,S], as an SVG path in units of pixels with the origin at the top left: of a
 * pixel at x, y the centre is x + ½, y + ½. Along the picture's rim the curve runs on the rim. Filled by the even-odd rule it is the mask.
 */
export function contourPath(size: number, field: Float32Array): string {
  const parts: string[] = [];
  for (const loop of loops(size, field)) {
    const n = loop.length / 2;
    const middle = (i: number) => {
      const [a, b] = [2 * (i % n), 2 * ((i + 1) % n)];
      return `${digits((loop[a]! + loop[b]!) / 2)} ${digits((loop[a + 1]! + loop[b + 1]!) / 2)}`;
    };
    // Through the middles of the pieces, bent towards the points between them.
    parts.push(`M${middle(0)}`);
    for (let i = 1; i <= n; i++) {
      const at = 2 * (i % n);
      parts.push(`Q${digits(loop[at]!)} ${digits(loop[at + 1]!)} ${middle(i)}`);
    }
    parts.push('Z');
  }
  return parts.join('');
}

const digits = (value: number) => Math.round(value * 100) / 100;

/** Each as x, y, x, y …; one point on each line between neighbouring centres that a border crosses. */
function loops(size: number, field: Float32Array): number[][] {
  // One ring of pixels more on every side, outside.
  const wide = size + 2;
  const at = (x: number, y: number) =>
    x < 1 || y < 1 || x > size || y > size ? Number.NaN : (field[(y - 1) * size + x - 1] ?? 0);
  const inside = (x: number, y: number) => at(x, y) > LEVEL;
  // The crossing between (x, y) and its right (0) or lower (1) neighbour is number 2·(y·wide + x) + 0 or 1.
  const next = new Int32Array(2 * wide * wide).fill(-1);
  const crossings: number[] = [];
  for (let y = 0; y <= size; y++)
    for (let x = 0; x <= size; x++) {
      const [a, b] = [inside(x, y), inside(x + 1, y)];
      const [d, c] = [inside(x, y + 1), inside(x + 1, y + 1)];
      const all = Number(a) + Number(b) + Number(c) + Number(d);
      if (all === 0 || all === 4) continue;
      const top = 2 * (y * wide + x);
      const [left, right, bottom] = [top + 1, top + 3, top + 2 * wide];
      // Around the cell from its top, each side with whether the corners that it runs from and to are inside.
      const sides = [top, right, bottom, left] as const;
      const corners = [a, b, c, d, a] as const;
      const coming = sides.find((_, i) => !corners[i] && corners[i + 1]) ?? -1;
      // Two corners across from each other: one area where the middle is inside, else two.
      const across = all === 2 && a === c;
      const joined = across && at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1) > 4 * LEVEL;
      sides.forEach((side, i) => {
        if (!corners[i] || corners[i + 1]) return;
        next[side] = across ? (sides[(i + (joined ? 1 : 3)) % 4] ?? -1) : coming;
        crossings.push(side);
      });
    }
  const found: number[][] = [];
  for (const start of crossings) {
    if (next[start] === -1) continue;
    const loop: number[] = [];
    for (let side = start; next[side] !== -1; ) {
      const [x, y, down] = [(side >> 1) % wide, Math.floor((side >> 1) / wide), side & 1];
      const [from, to] = [at(x, y), down ? at(x, y + 1) : at(x + 1, y)];
      const share = Number.isNaN(from) || Number.isNaN(to) ? 0.5 : (LEVEL - from) / (to - from);
      loop.push(x - 0.5 + (down ? 0 : share), y - 0.5 + (down ? share : 0));
      const after = next[side] ?? -1;
      next[side] = -1;
      side = after;
    }
    found.push(loop);
  }
  return found;
}
