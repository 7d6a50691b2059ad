/** Smooth random fields over the plane, decided by integer keys: plain arithmetic, the same on every machine. */
import { pcg, toUnit } from '../../random/pcg.ts';

/** Random value in [0, 1) of a lattice point. */
function lattice(x: number, y: number, key: number): number {
  return toUnit(pcg((x + pcg((y + pcg(key)) >>> 0)) >>> 0));
}

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

/**
 * The lattice cell that was last asked for of each field: pictures are drawn along rows, and neighbours share a cell. Seven numbers a
 * slot: key, left, top, and the values of the four corners.
 */
const SLOTS = 64;
const remembered = new Float64Array(SLOTS * 7).fill(Number.NaN);

/** Value noise in 0..1 with features of about one unit. */
export function noise(x: number, y: number, key: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = fade(x - left);
  const v = fade(y - top);
  const slot = (key & (SLOTS - 1)) * 7;
  if (remembered[slot] !== key || remembered[slot + 1] !== left || remembered[slot + 2] !== top) {
    remembered[slot] = key;
    remembered[slot + 1] = left;
    remembered[slot + 2] = top;
    for (let corner = 0; corner < 4; corner++)
      remembered[slot + 3 + corner] = lattice(left + (corner & 1), top + (corner >> 1), key);
  }
  const upper = remembered[slot + 3]! * (1 - u) + remembered[slot + 4]! * u;
  const lower = remembered[slot + 5]! * (1 - u) + remembered[slot + 6]! * u;
  return upper * (1 - v) + lower * v;
}

/** Noise of several octaves, each twice as fine and half as strong; 0..1, mean one half. */
export function fractal(x: number, y: number, key: number, octaves: number): number {
  let sum = 0;
  let weight = 0;
  for (let octave = 0, scale = 1, strength = 1; octave < octaves; octave++, scale *= 2, strength /= 2) {
    sum += strength * noise(x * scale, y * scale, key + octave);
    weight += strength;
  }
  return sum / weight;
}

/** Distances to the nearest and second nearest of one jittered point per unit cell (Worley 1996), and the nearest's number. */
export function cells(x: number, y: number, key: number): { nearest: number; second: number; id: number } {
  const column = Math.floor(x);
  const row = Math.floor(y);
  const keyed = pcg(key);
  let nearest = 81;
  let second = 81;
  let id = 0;
  for (let j = row - 1; j <= row + 1; j++) {
    const rowKey = pcg((j + keyed) >>> 0);
    for (let i = column - 1; i <= column + 1; i++) {
      const bits = pcg((i + rowKey) >>> 0);
      const dx = i + 0.15 + ((bits & 0xffff) / 0x10000) * 0.7 - x;
      const dy = j + 0.15 + ((bits >>> 16) / 0x10000) * 0.7 - y;
      const distance = dx * dx + dy * dy;
      if (distance < nearest) {
        second = nearest;
        nearest = distance;
        id = bits;
      } else if (distance < second) second = distance;
    }
  }
  return { nearest: Math.sqrt(nearest), second: Math.sqrt(second), id };
}

/** 0 below `from`, 1 above `to`, smooth between (also for from > to, falling). */
export function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
