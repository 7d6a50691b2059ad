/**
 * Draws one picture of the demo for the first page at build time, and gives it to whoever imports `virtual:welcome-picture`: its file, and
 * its mask, evened out, as SVG paths. So the first page shows a lesion without drawing for 50 ms, and without a picture of a person.
 */
import { encode } from 'fast-png';
import type { Plugin } from 'vite';
import { drawDemoPicture } from '../src/data/demo/draw.ts';
import { areaPath, outlinePath } from '../src/ui/shared/mask-paths.ts';

/** One of the demo's own pictures: a lesion with a network and some hair, nothing at its rim. */
const SEED = 1;
const INDEX = 15;
/** Columns left of the square that is cut out. */
const LEFT = 36;
/** Half the side of the square over which the mask's rim is evened out: single pixels look like faults at this size. */
const EVEN = 2;
/** Levels of brightness fall on multiples of this: half of the bytes, and the camera's noise hides it. */
const STEP = 4;

export interface WelcomePicture {
  /** Of the square, in pixels. */
  readonly side: number;
  readonly png: Uint8Array;
  readonly mask: Uint8Array;
}

export function drawWelcomePicture(): WelcomePicture {
  const { width, height: side, rgba, mask } = drawDemoPicture(SEED, INDEX);
  const data = new Uint8Array(side * side * 3);
  const cut = new Uint8Array(side * side);
  for (let at = 0; at < side * side; at++) {
    const from = Math.floor(at / side) * width + (at % side) + LEFT;
    cut[at] = mask[from] ?? 0;
    for (let c = 0; c < 3; c++) data[at * 3 + c] = Math.min(255, Math.round((rgba[from * 4 + c] ?? 0) / STEP) * STEP);
  }
  const png = encode({ width: side, height: side, data, channels: 3, depth: 8 }, { zlib: { level: 9 } });
  return { side, png, mask: evened(side, evened(side, cut)) };
}

/** Each pixel as most of those around it are. */
function evened(side: number, mask: Uint8Array): Uint8Array {
  return mask.map((_, at) => {
    const [x, y] = [at % side, Math.floor(at / side)];
    let [inside, all] = [0, 0];
    for (let j = Math.max(0, y - EVEN); j <= Math.min(side - 1, y + EVEN); j++)
      for (let i = Math.max(0, x - EVEN); i <= Math.min(side - 1, x + EVEN); i++) {
        inside += mask[j * side + i] ?? 0;
        all++;
      }
    return 2 * inside > all ? 1 : 0;
  });
}

const ID = 'virtual:welcome-picture';
/** Where the development server has it: the page's policy allows no data in addresses. */
const SERVED = '/welcome.png';

export function welcomePicture(): Plugin {
  let serving = false;
  return {
    name: 'welcome-picture',
    configResolved: config => {
      serving = config.command === 'serve';
    },
    configureServer({ middlewares }) {
      middlewares.use(SERVED, (_, response) => {
        response.setHeader('content-type', 'image/png');
        response.end(drawWelcomePicture().png);
      });
    },
    resolveId: id => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      const { side, png, mask } = drawWelcomePicture();
      const photo = serving
        ? JSON.stringify(SERVED)
        : `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'asset', name: 'welcome.png', source: png })}`;
      return [
        `export const side = ${side};`,
        `export const outline = ${JSON.stringify(outlinePath(side, mask))};`,
        `export const area = ${JSON.stringify(areaPath(side, pixel => mask[pixel] === 1))};`,
        `export const photo = ${photo};`,
      ].join('\n');
    },
  };
}
