/**
 * Draws pictures that resemble dermoscopy, with the exact mask of the lesion: skin of several tones under uneven light, a
 * pigmented lesion with a warped outline and several colours, a network or globules, and what gets in the way on real
 * pictures (hair, bubbles, ruler marks, dark corners, freckles). A pure function of (seed, index).
 *
 * Not real and not for any medical use: it lets one try the studio without data.
 */
import { hash, type Random, randomStream } from '../../random/pcg.ts';
import { addBubbles, addCorners, addHair, addRuler } from './artefacts.ts';
import { type Canvas, forDisc, type Rgb, tint } from './canvas.ts';
import { cells, fractal, noise, smoothstep } from './noise.ts';

export interface DemoPicture {
  readonly width: number;
  readonly height: number;
  /** [height,width,4], opaque. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** [height,width], 1 in the lesion. */
  readonly mask: Uint8Array<ArrayBuffer>;
}

const sizes = [
  [192, 144],
  [208, 156],
  [224, 168],
  [240, 180],
  [256, 192],
] as const;

/** From light to dark skin, as it looks under the lamp of a dermatoscope. */
const skins: readonly Rgb[] = [
  [238, 204, 192],
  [230, 186, 172],
  [226, 178, 152],
  [214, 162, 136],
  [196, 146, 116],
  [164, 114, 90],
  [126, 84, 66],
];

/** Pigment as share of the skin's light that comes back: light brown, brown, dark brown, reddish, blue-grey, black. */
const pigments: readonly Rgb[] = [
  [0.72, 0.58, 0.46],
  [0.56, 0.41, 0.31],
  [0.36, 0.25, 0.2],
  [0.66, 0.4, 0.36],
  [0.44, 0.45, 0.48],
  [0.22, 0.17, 0.16],
];

/** Streams of random numbers within one picture. */
const KEY = { layout: 1, skin: 2, outline: 3, pigment: 4, texture: 5, artefacts: 6, sensor: 7 } as const;

export function drawDemoPicture(seed: number, index: number): DemoPicture {
  const random = randomStream(seed, index, KEY.layout);
  const key = (part: number) => hash(seed, index, part);
  const [width, height] = pick(random, sizes);
  const canvas: Canvas = { width, height, rgb: new Float32Array(width * height * 3) };
  const skin = pick(random, skins);
  const depth = lesionDepth(random, key(KEY.outline), width, height);
  paintSkin(canvas, random, skin, key(KEY.skin));
  paintFreckles(canvas, random, depth);
  paintLesion(canvas, random, depth, key);
  const extras = randomStream(seed, index, KEY.artefacts);
  if (extras.unit() < 0.3) addRuler(canvas, extras);
  if (extras.unit() < 0.35) addBubbles(canvas, extras);
  if (extras.unit() < 0.6) addHair(canvas, extras, skin);
  addLight(canvas, random);
  if (extras.unit() < 0.3) addCorners(canvas, extras);
  return { width, height, rgba: develop(canvas, key(KEY.sensor)), mask: Uint8Array.from(depth, d => (d >= 0 ? 1 : 0)) };
}

function pick<T>(random: Random, list: readonly T[]): T {
  const choice = list[random.below(list.length)];
  if (choice === undefined) throw new RangeError('nothing to pick from');
  return choice;
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.unit();
}

/**
 * How deep inside the lesion each pixel's centre lies, as a share of the radius in its direction: 0 on the outline, 1 in the
 * centre, negative outside. The outline is an ellipse bent by a few low harmonics and roughened by noise.
 */
function lesionDepth(random: Random, key: number, width: number, height: number): Float32Array {
  const short = Math.min(width, height);
  const radius = short * (0.13 + 0.3 * random.unit() ** 1.3);
  const wander = Math.max(0.04, 0.22 - radius / short / 2.6);
  const centreX = width * (0.5 + wander * (2 * random.unit() - 1));
  const centreY = height * (0.5 + wander * (2 * random.unit() - 1));
  const stretch = between(random, 1, 1.55);
  const turn = Math.PI * random.unit();
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const harmonics = [2, 3, 4, 5, 6].map(order => ({
    order,
    strength: (random.normal() * 0.16) / order,
    phase: 2 * Math.PI * random.unit(),
  }));
  const roughness = between(random, 0.04, 0.24);
  const scale = between(random, 2.2, 4) / radius;
  const depth = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const dx = x + 0.5 - centreX;
      const dy = y + 0.5 - centreY;
      const along = (dx * cos + dy * sin) / stretch;
      const across = (dy * cos - dx * sin) * Math.sqrt(stretch);
      const angle = Math.atan2(across, along);
      const bend = harmonics.reduce((sum, h) => sum + h.strength * Math.cos(h.order * angle + h.phase), 1);
      const edge = radius * Math.max(0.5, bend);
      const smooth = 1 - Math.sqrt(along * along + across * across) / edge;
      // Far outside no roughness can matter.
      const rough = smooth < -0.8 ? 0 : roughness * (fractal(x * scale + 40, y * scale + 40, key, 4) - 0.5) * 2;
      depth[y * width + x] = smooth + rough;
    }
  return depth;
}

function paintSkin({ width, height, rgb }: Canvas, random: Random, skin: Rgb, key: number): void {
  const blotches = between(random, 0.03, 0.09);
  const redness = between(random, 0, 0.06);
  const furrows = between(random, 0.01, 0.045);
  const grain = between(random, 5, 8);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const cloud = fractal(x / 60, y / 60, key, 3) - 0.5;
      const red = fractal(x / 25, y / 25, key + 50, 3) - 0.5;
      const { nearest, second } = cells(x / grain, y / grain, key + 90);
      const furrow = smoothstep(0.16, 0, second - nearest);
      const light = 1 + 2 * blotches * cloud - furrows * furrow;
      const at = (y * width + x) * 3;
      rgb[at] = skin[0] * (light + redness * red);
      rgb[at + 1] = skin[1] * (light - redness * red);
      rgb[at + 2] = skin[2] * (light - redness * red);
    }
}

/** Small pale-brown spots beside the lesion, which are no part of it. */
function paintFreckles(canvas: Canvas, random: Random, depth: Float32Array): void {
  const count = random.unit() < 0.4 ? 1 + random.below(6) : 0;
  for (let k = 0; k < count; k++) {
    const cx = random.unit() * canvas.width;
    const cy = random.unit() * canvas.height;
    const radius = between(random, 1.5, 4.5);
    const strength = between(random, 0.06, 0.2);
    forDisc(canvas, cx, cy, radius * 1.6, (at, distance) => {
      if ((depth[at / 3] ?? 0) > -0.15) return;
      const cover = strength * smoothstep(radius * 1.5, radius * 0.5, distance);
      tint(canvas.rgb, at, [0.75, 0.6, 0.5], cover * 1.6);
    });
  }
}

function paintLesion(canvas: Canvas, random: Random, depth: Float32Array, key: (part: number) => number): void {
  const { width, height, rgb } = canvas;
  const ground = pick(random, pigments.slice(0, 4));
  const second = pick(random, pigments);
  const third = pick(random, pigments);
  const strength = between(random, 0.5, 0.98);
  const softness = between(random, 0.04, 0.3);
  const spread = between(random, 0.1, 0.9);
  const coarse = between(random, 14, 34);
  const colours = key(KEY.pigment);
  const texture = key(KEY.texture);
  const network = random.unit() < 0.55 ? between(random, 0.15, 0.5) : 0;
  const mesh = between(random, 4.5, 8);
  const globules = random.unit() < 0.45 ? between(random, 0.3, 0.7) : 0;
  const veil = random.unit() < 0.2 ? between(random, 0.2, 0.5) : 0;
  const centre = between(random, -0.1, 0.3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const d = depth[y * width + x] ?? -1;
      if (d < -0.5) continue;
      const at = (y * width + x) * 3;
      // Half of the pigment is reached just inside the outline; a soft lesion fades over a broad rim.
      const cover = strength * smoothstep(-0.35 * softness, softness, d);
      if (cover <= 0) continue;
      const a = fractal(x / coarse, y / coarse, colours, 3);
      const b = fractal(x / coarse + 17, y / coarse - 9, colours + 30, 3);
      const toSecond = spread * smoothstep(0.36, 0.7, a);
      const toThird = spread * smoothstep(0.48, 0.8, b);
      const dark = 1 - centre * smoothstep(0, 0.8, d);
      let shade = dark * (0.94 + 0.12 * noise(x / 3, y / 3, texture));
      if (network > 0) {
        const { nearest, second } = cells(
          x / mesh + 0.35 * noise(x / 9, y / 9, texture + 3),
          y / mesh + 0.35 * noise(x / 9, y / 9, texture + 4),
          texture + 5,
        );
        const line = smoothstep(0.3, 0.04, second - nearest);
        shade *= 1 - network * line * smoothstep(0.75, 0.2, d) * noise(x / 20, y / 20, texture + 6) * 1.5;
      }
      if (globules > 0) {
        const { nearest, id } = cells(x / 7.5, y / 7.5, texture + 8);
        // Each globule has its own size and darkness; about a third of the cells have none.
        const radius = 0.42 * ((id & 0xff) / 255) ** 0.7;
        const dark = globules * (0.4 + 0.6 * (((id >>> 8) & 0xff) / 255));
        const region = smoothstep(0.42, 0.68, noise(x / 22, y / 22, texture + 9));
        if (radius > 0.18) shade *= 1 - dark * region * smoothstep(radius, radius - 0.2, nearest);
      }
      for (let c = 0; c < 3; c++) {
        const base = (ground[c] ?? 1) * (1 - toSecond) + (second[c] ?? 1) * toSecond;
        const pigment = (base * (1 - toThird) + (third[c] ?? 1) * toThird) * Math.min(1, Math.max(0.2, shade));
        rgb[at + c] = (rgb[at + c] ?? 0) * (1 - cover + cover * pigment);
      }
      if (veil > 0) {
        const haze = veil * smoothstep(0.5, 0.8, fractal(x / 30, y / 30, texture + 20, 2)) * smoothstep(0.1, 0.4, d);
        rgb[at] = (rgb[at] ?? 0) * (1 - haze) + 150 * haze;
        rgb[at + 1] = (rgb[at + 1] ?? 0) * (1 - haze) + 156 * haze;
        rgb[at + 2] = (rgb[at + 2] ?? 0) * (1 - haze) + 176 * haze;
      }
    }
}

/** Brighter on one side and darker towards the rim, as under a ring of lamps. */
function addLight({ width, height, rgb }: Canvas, random: Random): void {
  const angle = 2 * Math.PI * random.unit();
  const tilt = between(random, 0, 0.14);
  const vignette = between(random, 0.08, 0.42);
  const warmth = between(random, -0.05, 0.05);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const u = (2 * (x + 0.5)) / width - 1;
      const v = (2 * (y + 0.5)) / height - 1;
      const radius2 = (u * u + v * v) / 2;
      const light =
        (1.04 + tilt * (u * Math.cos(angle) + v * Math.sin(angle))) * (1 - vignette * radius2 * radius2 * 1.2);
      const at = (y * width + x) * 3;
      rgb[at] = (rgb[at] ?? 0) * light * (1 + warmth);
      rgb[at + 1] = (rgb[at + 1] ?? 0) * light;
      rgb[at + 2] = (rgb[at + 2] ?? 0) * light * (1 - warmth);
    }
}

/** To bytes, with a sensor's grain. */
function develop({ width, height, rgb }: Canvas, key: number): Uint8ClampedArray<ArrayBuffer> {
  const random = randomStream(key);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const grain = (random.unit() + random.unit() - 1) * 5;
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = (rgb[i * 3 + c] ?? 0) + grain + (random.unit() - 0.5) * 3;
    rgba[i * 4 + 3] = 255;
  }
  return rgba;
}
