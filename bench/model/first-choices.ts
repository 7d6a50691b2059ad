/** The variants that the model takes for the best on each class of GPU, for the page's own settings: what is used until a device has measured. */

import { buildGpuPlan } from '../../src/engine/compiled/gpu-plan.ts';
import { type Question, rememberedChoices, type Tile, tilesFor } from '../../src/engine/compiled/questions.ts';
import { trial } from '../../src/engine/compiled/trial.ts';
import { buildNetwork } from '../../src/network/catalogue.ts';
import { DEVICES, type ModelDevice } from './devices.ts';
import { predictAll } from './predict.ts';

/** Each class stands under the device that the model knows of it; see deviceClass. */
const CLASSES = { integrated: 'M2', discrete: 'RTX 3060', large: 'H100' } as const;
const CASES = [
  { size: 256, filters: 16, batch: 1 },
  { size: 256, filters: 16, batch: 8 },
];
/** So much faster must a variant be by the model, which is not exact, to be taken instead of the first on offer. */
const WORTH_IT = 0.85;

/** Without subgroups, which not every device of a class has. */
const ADAPTER = { kind: 'gpu', subgroups: false } as const;

export type FirstChoices = Record<keyof typeof CLASSES, Record<string, Tile>>;

/** The text of src/engine/compiled/first-choices.ts. */
export function firstChoicesText(choices: FirstChoices): string {
  const entries = (of: Record<string, Tile>) =>
    Object.entries(of).map(([key, tile]) => `    '${key}': ${JSON.stringify(tile)},`);
  return [
    '/**',
    ' * Computed, not measured: the variants that the model in bench/model takes for the best on each class of GPU, where it holds them to be faster by',
    ' * far than the first on offer, for the Improved UNet at 256² and 16 filters. Made by bench/model/first-choices.test.ts:',
    ' * LONG=1 npx vitest run bench/model -u',
    ' */',
    "import type { DeviceClass } from './device-class.ts';",
    "import type { Tiles } from './questions.ts';",
    '',
    '// biome-ignore format: one line each',
    'export const FIRST_CHOICES: Readonly<Record<DeviceClass, Tiles>> = {',
    ...Object.entries(choices).flatMap(([name, of]) => [`  ${name}: {`, ...entries(of), '  },']),
    '};',
    '',
  ].join('\n');
}

export function modelledChoices(): FirstChoices {
  const asked = new Map<string, Question>();
  for (const { size, filters, batch } of CASES) {
    const noted = rememberedChoices(ADAPTER, {});
    const network = buildNetwork('improved-unet', filters);
    buildGpuPlan({ network, size, batch, crossEntropy: 0, l2: 0, dropout: true }, noted.choices);
    for (const [key, { question }] of noted.asked) if (question.kind !== 'sums') asked.set(key, question);
  }
  const of = (name: string) => {
    const device = DEVICES.find(one => one.name === name);
    if (!device) throw new Error(`the model knows no ${name}`);
    return Object.fromEntries(
      [...asked].flatMap(([key, question]) => {
        const tile = better(question, device);
        return tile ? [[key, tile] as const] : [];
      }),
    );
  };
  return { integrated: of(CLASSES.integrated), discrete: of(CLASSES.discrete), large: of(CLASSES.large) };
}

/** undefined where the first on offer is as good. */
function better(question: Question, device: ModelDevice): Tile | undefined {
  const times = tilesFor(question, ADAPTER).map(tile => {
    const { dispatches } = trial(question, tile);
    const all = predictAll(dispatches, question.question.batch, new Set(), device);
    return { tile, milliseconds: all.reduce((sum, { milliseconds }) => sum + milliseconds, 0) };
  });
  const [first, ...others] = times;
  if (!first) return undefined;
  const best = others.reduce((a, b) => (b.milliseconds < a.milliseconds ? b : a), first);
  return best.milliseconds < WORTH_IT * first.milliseconds ? best.tile : undefined;
}
