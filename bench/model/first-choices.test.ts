import { expect, test } from 'vitest';
import { deviceClass } from '../../src/engine/compiled/device-class.ts';
import { FIRST_CHOICES } from '../../src/engine/compiled/first-choices.ts';
import { buildGpuPlan } from '../../src/engine/compiled/gpu-plan.ts';
import { rememberedChoices, tilesFor } from '../../src/engine/compiled/questions.ts';
import { buildNetwork } from '../../src/network/catalogue.ts';
import { DEVICES } from './devices.ts';
import { firstChoicesText, modelledChoices } from './first-choices.ts';

test('each first choice answers a question that is asked, with a variant that is on offer', () => {
  const adapter = { kind: 'gpu', subgroups: false } as const;
  const { choices, asked } = rememberedChoices(adapter, {});
  for (const batch of [1, 8]) {
    const settings = { network: buildNetwork('improved-unet', 16), size: 256, batch, dropout: true };
    buildGpuPlan({ ...settings, crossEntropy: 0, l2: 0 }, choices);
  }
  for (const [name, tiles] of Object.entries(FIRST_CHOICES)) {
    expect(Object.keys(tiles).length, name).toBeGreaterThan(0);
    for (const [key, tile] of Object.entries(tiles)) {
      const question = asked.get(key)?.question;
      expect(question && tilesFor(question, adapter), `${name}: ${key}`).toContainEqual(tile);
    }
  }
});

test('the devices of the model are of the classes that it stands for', () => {
  const classes = Object.fromEntries(DEVICES.map(({ name, gflops }) => [name, deviceClass(gflops)]));
  expect(classes).toMatchObject({ M2: 'integrated', 'Iris Xe': 'integrated', 'RTX 3060': 'discrete', H100: 'large' });
});

// The model looks at each variant of each shape: seconds. After a change of kernels: LONG=1 npx vitest run bench/model -u
test.runIf(process.env.LONG)(
  'the table is what the model says',
  async () => {
    await expect(firstChoicesText(modelledChoices())).toMatchFileSnapshot('../../src/engine/compiled/first-choices.ts');
  },
  300_000,
);
