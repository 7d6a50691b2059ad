/** What tools cover, against definitions written down pixel by pixel. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finished, grown, shrunk, smoothed } from './morphology.ts';
import { polygonArea, polygonBand } from './polygon.ts';
import { largestRegion, regionAt, regionCount, withoutHoles } from './regions.ts';
import { difference, union } from './rows.ts';
import { areaOf, type Band, emptyMask, fromBits, type RunMask, sameMask, toBits, withBand } from './run-mask.ts';
import { type Disc, discsBetween, segmentBand } from './strokes.ts';

const [WIDTH, HEIGHT] = [30, 22];
const with_ = (mask: RunMask, band: Band) => withBand(mask, band, union);
const drawn = (band: Band, width = WIDTH, height = HEIGHT) => with_(emptyMask(width, height), band);
const bits = fc.uint8Array({ minLength: WIDTH * HEIGHT, maxLength: WIDTH * HEIGHT, max: 1 });
/** Blots rather than noise. */
const blots = fc
  .array(
    fc.record({
      x: fc.double({ min: -2, max: 32, noNaN: true }),
      y: fc.double({ min: -2, max: 24, noNaN: true }),
      radius: fc.double({ min: 0.5, max: 7, noNaN: true }),
    }),
    { maxLength: 6 },
  )
  .map(discs =>
    discs.reduce((mask, disc) => with_(mask, segmentBand(disc, disc, WIDTH, HEIGHT)), emptyMask(WIDTH, HEIGHT)),
  );
const point = fc.record({
  x: fc.double({ min: -6, max: WIDTH + 6, noNaN: true }),
  y: fc.double({ min: -6, max: HEIGHT + 6, noNaN: true }),
});
const disc: fc.Arbitrary<Disc> = fc
  .tuple(point, fc.double({ min: 0.5, max: 9, noNaN: true }))
  .map(([at, radius]) => ({ ...at, radius }));

function inDisc({ x, y, radius }: Disc, column: number, row: number): boolean {
  if (Math.floor(x) === column && Math.floor(y) === row) return true;
  return (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2 <= radius * radius;
}

describe('strokes', () => {
  test('a stroke is the union of its discs, exactly', () => {
    fc.assert(
      fc.property(disc, disc, (from, to) => {
        const discs = discsBetween(from, to);
        const wanted = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
          discs.some(each => inDisc(each, i % WIDTH, Math.floor(i / WIDTH))) ? 1 : 0,
        );
        expect(toBits(drawn(segmentBand(from, to, WIDTH, HEIGHT)))).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test('discs lie no further apart than a pixel, the ends among them', () => {
    fc.assert(
      fc.property(disc, disc, (from, to) => {
        const discs = discsBetween(from, to);
        // Numbers, for 0 and −0 are one place.
        expect([discs[0]!.x === from.x, discs[0]!.y === from.y]).toEqual([true, true]);
        expect(discs.at(-1)!.x).toBeCloseTo(to.x, 9);
        for (const [i, each] of discs.entries())
          if (i > 0) expect(Math.hypot(each.x - discs[i - 1]!.x, each.y - discs[i - 1]!.y)).toBeLessThan(1 + 1e-9);
      }),
    );
  });

  test('what was there stays; an eraser takes away what the brush would add', () => {
    fc.assert(
      fc.property(bits, disc, disc, (before, from, to) => {
        const mask = fromBits(before, WIDTH, HEIGHT);
        const band = segmentBand(from, to, WIDTH, HEIGHT);
        const covered = toBits(drawn(band));
        expect(toBits(with_(mask, band))).toEqual(before.map((bit, i) => bit | covered[i]!));
        expect(toBits(withBand(mask, band, difference))).toEqual(before.map((bit, i) => bit & (1 - covered[i]!)));
      }),
    );
  });

  test('a segment of a stroke takes less than 8 ms at 1024²', () => {
    let mask = emptyMask(1024, 1024);
    const times: number[] = [];
    for (let i = 0; i < 60; i++) {
      const at = (turn: number) => ({
        x: 512 + 400 * Math.cos(turn / 7),
        y: 512 + 400 * Math.sin(turn / 5),
        radius: 60 + 50 * Math.sin(turn),
      });
      const begin = performance.now();
      mask = with_(mask, segmentBand(at(i), at(i + 1), 1024, 1024));
      times.push(performance.now() - begin);
    }
    expect(areaOf(mask)).toBeGreaterThan(100_000);
    times.sort((a, b) => a - b);
    // The median: the first ones are compiled, and other tests run beside this one.
    expect(times[30]).toBeLessThan(8);
  });
});

describe('polygons', () => {
  test('a pixel is in where its centre is (even-odd)', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 9 }), points => {
        const mask = toBits(drawn(polygonBand(points, WIDTH, HEIGHT)));
        for (let y = 0; y < HEIGHT; y++)
          for (let x = 0; x < WIDTH; x++) {
            const [cx, cy] = [x + 0.5, y + 0.5];
            let inside = false;
            let nearest = 1;
            for (const [i, a] of points.entries()) {
              const b = points[(i + 1) % points.length]!;
              if (a.y > cy === b.y > cy) continue;
              const crossing = a.x + ((cy - a.y) * (b.x - a.x)) / (b.y - a.y);
              nearest = Math.min(nearest, Math.abs(crossing - cx));
              if (cx < crossing) inside = !inside;
            }
            // On the line itself rounding decides.
            if (nearest > 1e-9) expect(mask[y * WIDTH + x], `${x} ${y}`).toBe(inside ? 1 : 0);
          }
      }),
    );
  });

  test('the area of a star-shaped polygon is the exact one, within what its border may differ', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 20, max: 90, noNaN: true }), { minLength: 3, maxLength: 40 }), radii => {
        const points = radii.map((radius, i) => {
          const turn = (2 * Math.PI * i) / radii.length;
          return { x: 100 + radius * Math.cos(turn), y: 100 + radius * Math.sin(turn) };
        });
        const length = points.reduce((sum, a, i) => {
          const b = points[(i + 1) % points.length]!;
          return sum + Math.hypot(a.x - b.x, a.y - b.y);
        }, 0);
        const area = areaOf(drawn(polygonBand(points, 200, 200), 200, 200));
        // Each pixel that the line crosses is wrong by at most its half, and a line of n pixels crosses at most 1.5 n + 2 a side.
        expect(Math.abs(area - polygonArea(points))).toBeLessThan((1.5 * length + 2 * points.length) / 2);
      }),
    );
  });

  test('rectangles on whole pixels have their exact area', () => {
    const corners = (x: number, y: number, w: number, h: number) => [
      { x, y },
      { x: x + w, y },
      { x: x + w, y: y + h },
      { x, y: y + h },
    ];
    expect(areaOf(drawn(polygonBand(corners(3, 4, 7, 5), WIDTH, HEIGHT)))).toBe(35);
    expect(areaOf(drawn(polygonBand(corners(-5, -5, 100, 100), WIDTH, HEIGHT)))).toBe(WIDTH * HEIGHT);
    expect(polygonArea(corners(3, 4, 7, 5))).toBe(35);
  });
});

describe('whole masks', () => {
  /** Pixels whose centres lie within `radius` of any of the mask, what lies beyond the border being as at it. */
  const reached = (mask: Uint8Array, radius: number, value: 0 | 1) =>
    mask.map((_, i) => {
      const [x, y] = [i % WIDTH, Math.floor(i / WIDTH)];
      const r = Math.floor(radius);
      for (let dy = -r; dy <= r; dy++)
        for (let dx = -r; dx <= r; dx++) {
          const [u, v] = [x + dx, y + dy];
          if (dx * dx + dy * dy > radius * radius || u < 0 || v < 0 || u >= WIDTH || v >= HEIGHT) continue;
          if (mask[v * WIDTH + u] === value) return value;
        }
      return 1 - value;
    });

  test.each([1, 1.5, 3])('growing and shrinking by a disc of %d', radius => {
    fc.assert(
      fc.property(fc.oneof(bits, blots.map(toBits)), before => {
        const mask = fromBits(before, WIDTH, HEIGHT);
        expect(toBits(finished(grown(mask, radius)))).toEqual(reached(before, radius, 1));
        expect(toBits(finished(shrunk(mask, radius)))).toEqual(reached(before, radius, 0));
      }),
      { numRuns: 40 },
    );
  });

  test('smoothing twice is smoothing once; a large disc stays', () => {
    fc.assert(
      fc.property(blots, mask => {
        const once = finished(smoothed(mask, 2));
        expect(sameMask(finished(smoothed(once, 2)), once)).toBe(true);
      }),
      { numRuns: 60 },
    );
    const disc = { x: 15, y: 11, radius: 8 };
    const round = drawn(segmentBand(disc, disc, WIDTH, HEIGHT));
    const spiked = with_(round, { top: 10, rows: [Int32Array.of(22, 29)] });
    expect(areaOf(spiked)).toBeGreaterThan(areaOf(round));
    expect(Math.abs(areaOf(finished(smoothed(spiked, 2))) - areaOf(round))).toBeLessThan(12);
  });

  /** Connected parts, by flooding. */
  const flooded = (mask: Uint8Array, start: number, diagonal: boolean) => {
    const seen = new Set([start]);
    const queue = [start];
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const [u, v] = [x + dx, y + dy];
          if ((!diagonal && dx !== 0 && dy !== 0) || u < 0 || v < 0 || u >= WIDTH || v >= HEIGHT) continue;
          const next = v * WIDTH + u;
          if (mask[next] === mask[start] && !seen.has(next)) {
            seen.add(next);
            queue.push(next);
          }
        }
    }
    return seen;
  };

  test('the region at a pixel is what a flood reaches', () => {
    fc.assert(
      fc.property(fc.oneof(bits, blots.map(toBits)), fc.nat(WIDTH * HEIGHT - 1), (before, start) => {
        const mask = fromBits(before, WIDTH, HEIGHT);
        const found = regionAt(mask, start % WIDTH, Math.floor(start / WIDTH));
        expect(found?.lesion).toBe(before[start] === 1);
        const region = toBits(drawn(found!.band));
        const flood = flooded(before, start, before[start] === 1);
        expect(region).toEqual(before.map((_, i) => (flood.has(i) ? 1 : 0)));
      }),
      { numRuns: 60 },
    );
    expect(regionAt(emptyMask(4, 4), 4, 0)).toBeNull();
  });

  test('the largest region is one region, and none is larger', () => {
    fc.assert(
      fc.property(fc.oneof(bits, blots.map(toBits)), before => {
        const mask = fromBits(before, WIDTH, HEIGHT);
        const largest = largestRegion(mask);
        const sizes = [...before].flatMap((bit, i) => (bit ? [flooded(before, i, true).size] : []));
        expect(areaOf(largest)).toBe(Math.max(0, ...sizes));
        expect(regionCount(largest)).toBe(Math.min(1, sizes.length));
      }),
      { numRuns: 40 },
    );
  });

  test('holes are skin that no way leads from to the border', () => {
    fc.assert(
      fc.property(fc.oneof(bits, blots.map(toBits)), before => {
        const filled = toBits(withoutHoles(fromBits(before, WIDTH, HEIGHT)));
        const atBorder = (i: number) =>
          i < WIDTH || i >= WIDTH * (HEIGHT - 1) || i % WIDTH === 0 || i % WIDTH === WIDTH - 1;
        const wanted = before.map((bit, i) => (bit || ![...flooded(before, i, false)].some(atBorder) ? 1 : 0));
        expect(filled).toEqual(wanted);
      }),
      { numRuns: 30 },
    );
  });
});
