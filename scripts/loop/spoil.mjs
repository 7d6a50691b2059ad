// Wrong masks of the kinds that people meet, made of right ones.

/** Whole numbers below n, decided by the seed: a linear congruential generator (Numerical Recipes). */
export function randomBelow(seed) {
  let state = seed >>> 0;
  return n => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

export function shuffled(values, below) {
  const list = [...values];
  for (let i = list.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

/** Of the disc that has the lesion's area, in pixels. */
function radiusOf({ bits }) {
  return Math.sqrt(bits.reduce((sum, bit) => sum + bit, 0) / Math.PI);
}

/** A mask: { width, height, bits: 0 or 1 }. */
function each({ width, height }, value) {
  const bits = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) bits[y * width + x] = value(x, y) ? 1 : 0;
  return { width, height, bits };
}

const at = ({ width, height, bits }, x, y) => x >= 0 && y >= 0 && x < width && y < height && bits[y * width + x] === 1;

export const spoils = {
  /** Drawn too large, by half the lesion's radius: a disc then has 2.25 times its area. */
  dilated(mask) {
    const radius = Math.max(1, Math.round(radiusOf(mask) / 2));
    const reach = Array.from({ length: 2 * radius + 1 }, (_, i) => i - radius);
    const near = reach.flatMap(dy => reach.filter(dx => dx * dx + dy * dy <= radius * radius).map(dx => [dx, dy]));
    const out = { ...mask, bits: new Uint8Array(mask.bits.length) };
    for (let y = 0; y < mask.height; y++)
      for (let x = 0; x < mask.width; x++)
        if (at(mask, x, y))
          for (const [dx, dy] of near)
            if (x + dx >= 0 && y + dy >= 0 && x + dx < mask.width && y + dy < mask.height)
              out.bits[(y + dy) * mask.width + x + dx] = 1;
    return out;
  },
  /** Beside the lesion, by its radius, to whichever side a die says. */
  shifted(mask, { below }) {
    const angle = (below(360) * Math.PI) / 180;
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)].map(part => Math.round(part * radiusOf(mask)));
    return each(mask, (x, y) => at(mask, x - dx, y - dy));
  },
  /** Another image's, stretched to this one's sides. */
  swapped(mask, { other }) {
    return each(mask, (x, y) =>
      at(other, Math.floor((x * other.width) / mask.width), Math.floor((y * other.height) / mask.height)),
    );
  },
};

/** 2|X∩Y| / (|X|+|Y|). */
export function diceOf({ bits: a }, { bits: b }) {
  let [both, sum] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += a[i] & b[i];
    sum += a[i] + b[i];
  }
  return sum === 0 ? 1 : (2 * both) / sum;
}
