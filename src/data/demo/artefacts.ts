/** What gets in the way on real pictures: hair, air bubbles, ruler marks, the dark corners of a round field of view. */
import type { Random } from '../../random/pcg.ts';
import { type Canvas, forDisc, type Rgb } from './canvas.ts';
import { smoothstep } from './noise.ts';

/** Curved strands across the picture, thin and darker than the skin; on dark pictures now and then light ones. */
export function addHair(canvas: Canvas, random: Random, skin: Rgb): void {
  const { width, height, rgb } = canvas;
  const count = 1 + random.below(random.unit() < 0.25 ? 22 : 8);
  const light = random.unit() < 0.12;
  const colour: Rgb = light ? [225, 205, 180] : [skin[0] * 0.2, skin[1] * 0.16, skin[2] * 0.15];
  const comb = 2 * Math.PI * random.unit();
  // The strongest cover of any strand per pixel, so that a strand's own steps do not add up.
  const cover = new Float32Array(width * height);
  for (let k = 0; k < count; k++) {
    const angle = comb + random.normal() * 0.6;
    const length = Math.max(width, height) * (0.3 + 0.9 * random.unit());
    const x0 = width * random.unit();
    const y0 = height * random.unit();
    const bend = random.normal() * 0.25 * length;
    const x2 = x0 + length * Math.cos(angle);
    const y2 = y0 + length * Math.sin(angle);
    const x1 = (x0 + x2) / 2 - bend * Math.sin(angle);
    const y1 = (y0 + y2) / 2 + bend * Math.cos(angle);
    const thickness = 0.35 + 0.65 * random.unit();
    const strength = 0.5 + 0.45 * random.unit();
    const steps = Math.ceil(length * 1.5);
    for (let step = 0; step <= steps; step++) {
      const t = step / steps;
      const x = (1 - t) * (1 - t) * x0 + 2 * t * (1 - t) * x1 + t * t * x2;
      const y = (1 - t) * (1 - t) * y0 + 2 * t * (1 - t) * y1 + t * t * y2;
      const half = thickness * (1 - 0.5 * t);
      forDisc(canvas, x, y, half + 1, (at, distance) => {
        const here = strength * smoothstep(half + 0.6, half - 0.4, distance);
        if (here > (cover[at / 3] ?? 0)) cover[at / 3] = here;
      });
    }
  }
  for (let i = 0; i < cover.length; i++) {
    const c = cover[i] ?? 0;
    if (c === 0) continue;
    for (let k = 0; k < 3; k++) rgb[i * 3 + k] = (rgb[i * 3 + k] ?? 0) * (1 - c) + (colour[k] ?? 0) * c;
  }
}

/** Air in the immersion fluid: faint discs with a bright rim and a small reflection. */
export function addBubbles(canvas: Canvas, random: Random): void {
  const { width, height, rgb } = canvas;
  const count = 1 + random.below(7);
  for (let k = 0; k < count; k++) {
    const cx = width * random.unit();
    const cy = height * random.unit();
    const radius = 1.5 + 6 * random.unit() ** 2;
    const shine = 0.15 + 0.3 * random.unit();
    forDisc(canvas, cx, cy, radius + 1, (at, distance) => {
      const rim = shine * smoothstep(1.3, 0.2, Math.abs(distance - radius));
      const dim = 0.05 * smoothstep(radius, radius - 1.5, distance);
      for (let c = 0; c < 3; c++) rgb[at + c] = (rgb[at + c] ?? 0) * (1 - dim) * (1 - rim) + 245 * rim;
    });
    forDisc(canvas, cx - radius * 0.4, cy - radius * 0.4, 1.6, (at, distance) => {
      const spot = 0.8 * smoothstep(1.5, 0.3, distance);
      for (let c = 0; c < 3; c++) rgb[at + c] = (rgb[at + c] ?? 0) * (1 - spot) + 252 * spot;
    });
  }
}

/** A scale at one edge: fine ticks, every fifth a longer one. */
export function addRuler({ width, height, rgb }: Canvas, random: Random): void {
  const upright = random.unit() < 0.5;
  const far = random.unit() < 0.5;
  const spacing = 6 + random.below(6);
  const start = random.below(spacing * 5);
  const length = upright ? height : width;
  const edge = (upright ? width : height) - 1;
  const inset = 2 + random.below(6);
  const strength = 0.45 + 0.4 * random.unit();
  const darken = (along: number, across: number) => {
    const x = upright ? (far ? edge - across : across) : along;
    const y = upright ? along : far ? edge - across : across;
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    for (let c = 0; c < 3; c++) {
      const at = (y * width + x) * 3 + c;
      rgb[at] = (rgb[at] ?? 0) * (1 - strength) + 30 * strength;
    }
  };
  for (let tick = 0; start + tick * spacing < length * 0.9; tick++) {
    const long = tick % 5 === 0 ? 13 : 7;
    for (let across = inset; across < inset + long; across++) darken(start + tick * spacing, across);
  }
}

/** A round field of view that leaves the corners black. */
export function addCorners({ width, height, rgb }: Canvas, random: Random): void {
  const diagonal = Math.sqrt(width * width + height * height) / 2;
  const radius = diagonal * (0.84 + 0.12 * random.unit());
  const blur = 1.5 + 5 * random.unit();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const distance = Math.sqrt((x + 0.5 - width / 2) ** 2 + (y + 0.5 - height / 2) ** 2);
      const dark = smoothstep(radius - blur, radius + blur, distance);
      if (dark === 0) continue;
      for (let c = 0; c < 3; c++) {
        const at = (y * width + x) * 3 + c;
        rgb[at] = (rgb[at] ?? 0) * (1 - dark) + 8 * dark;
      }
    }
}
