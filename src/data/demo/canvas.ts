/** The surface that the demo pictures are drawn on, in floats until it is developed to bytes. */

export type Rgb = readonly [number, number, number];

/** What is drawn on: linear in the picture's own 0..255. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** [height,width,3] */
  readonly rgb: Float32Array;
}

/** Visits the pixels within `radius` of a point with their place in `rgb` and distance. */
export function forDisc(
  { width, height }: Canvas,
  cx: number,
  cy: number,
  radius: number,
  visit: (at: number, distance: number) => void,
): void {
  for (let y = Math.max(0, Math.floor(cy - radius)); y <= Math.min(height - 1, cy + radius); y++)
    for (let x = Math.max(0, Math.floor(cx - radius)); x <= Math.min(width - 1, cx + radius); x++) {
      const distance = Math.sqrt((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2);
      if (distance <= radius) visit((y * width + x) * 3, distance);
    }
}

/** Multiplies a pixel by a pigment, `cover` of it. */
export function tint(rgb: Float32Array, at: number, pigment: Rgb, cover: number): void {
  for (let c = 0; c < 3; c++) rgb[at + c] = (rgb[at + c] ?? 0) * (1 - cover + cover * (pigment[c] ?? 1));
}
