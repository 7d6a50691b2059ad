// Draws what the long checks sampled of memory: docs/results/soak/*.json to *.svg beside them. Run by npm run test:soak at its end.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join('docs', 'results', 'soak');
const [WIDTH, PANEL, LEFT, RIGHT, TOP] = [680, 130, 64, 660, 40];

// The colours follow the reader's theme, also where the picture stands in an <img>.
const STYLE = `<style>
svg{--ground:#fff;--text:#333;--grid:#d5dade;--line:#1c6dab}
@media(prefers-color-scheme:dark){svg{--ground:#14181b;--text:#d6dadd;--grid:#3a4248;--line:#62b0ea}}
.ground{fill:var(--ground)}text{fill:var(--text)}.grid{stroke:var(--grid)}.line{fill:none;stroke:var(--line);stroke-width:2}
</style>`;

const series = [
  ['heap', 'JavaScript heap of the page and its workers, MB', 1e6],
  ['gpuBytes', 'GPU buffers that live, MB', 1e6],
  ['gpuProcess', 'Resident memory of the GPU process, MB', 1e6],
];

/** 1, 2 or 5 times a power of ten, so that some four lines fit below `most`. */
function gridStep(most) {
  const rough = most / 4 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map(times => times * power).find(step => step >= rough) ?? rough;
}

function panel(samples, [key, title, unit], place) {
  const top = TOP + place * (PANEL + 44);
  const bottom = top + PANEL;
  const values = samples.map(sample => sample[key] / unit);
  const end = samples.at(-1).seconds;
  const step = gridStep(Math.max(...values) * 1.1);
  const most = Math.ceil((Math.max(...values) * 1.05 || 1) / step) * step;
  const x = seconds => (LEFT + ((RIGHT - LEFT) * seconds) / end).toFixed(1);
  const y = value => (bottom - (PANEL * value) / most).toFixed(1);
  const number = value => String(Number(value.toPrecision(3)));
  const lines = [`<text x="${LEFT}" y="${top - 8}">${title}</text>`];
  for (let value = 0; value <= most + step / 2; value += step)
    lines.push(
      `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 8}" y="${Number(y(value)) + 4}" text-anchor="end">${number(value)}</text>`,
    );
  const points = values.map((value, i) => `${x(samples[i].seconds)},${y(value)}`).join(' ');
  lines.push(`<polyline class="line" points="${points}"/>`);
  return { bottom, text: lines.join('\n'), x };
}

function picture({ title, samples }) {
  const shown = series.filter(([key]) => samples.every(sample => typeof sample[key] === 'number'));
  const panels = shown.map((one, place) => panel(samples, one, place));
  const { bottom, x } = panels.at(-1);
  const end = samples.at(-1).seconds;
  const step = gridStep(end);
  const ticks = [];
  for (let at = 0; at <= end; at += step)
    ticks.push(`<text x="${x(at)}" y="${bottom + 18}" text-anchor="middle">${at}</text>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 44}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    STYLE,
    `<rect class="ground" width="${WIDTH}" height="${bottom + 44}"/>`,
    ...panels.map(({ text }) => text),
    ...ticks,
    `<text x="${RIGHT}" y="${bottom + 36}" text-anchor="end">seconds</text>`,
    '</svg>\n',
  ].join('\n');
}

for (const file of readdirSync(FOLDER).filter(name => name.endsWith('.json'))) {
  const result = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
  // Some checks have figures only.
  if (!result.samples) continue;
  writeFileSync(join(FOLDER, file.replace(/json$/, 'svg')), picture(result));
  console.log(`${file}: ${result.samples.length} samples drawn`);
}
