/** A photo of 4288 × 2848 in the editor: drawing, zooming and undoing hold the page up nowhere. */
import { skin } from '../fixtures.ts';
import { expect, openStudio, test } from '../support.ts';
import { longestWhile } from '../tasks.ts';

test('no task over 50 ms while drawing on a photo of 12 megapixels', async ({ page, browser }) => {
  await openStudio(page, 'engine=cpu');
  const photo = { name: 'large.png', mimeType: 'image/png', buffer: skin(4288, 2848, 5) };
  await page.getByLabel('Choose photos').setInputFiles([photo]);
  await page.getByRole('button', { name: 'Correct mask' }).click({ timeout: 120_000 });
  const editor = page.getByRole('region', { name: 'Mask editor' });
  const stage = editor.getByRole('application');
  await expect(stage).toBeVisible({ timeout: 60_000 });
  // The prediction is enlarged to the photo, which goes on beside the first strokes.
  const box = await stage.boundingBox();
  if (!box) throw new Error('the stage has no place');
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  const stroke = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(...at(...from));
    await page.mouse.down();
    await page.mouse.move(...at(...to), { steps: 25 });
    await page.mouse.up();
  };
  const watch = async (name: string, act: () => Promise<unknown>) => {
    const longest = await longestWhile(browser, page, act);
    console.log(`${name}: ${longest.toFixed(0)} ms`);
    expect(longest, `ms of the longest task of: ${name}`).toBeLessThan(50);
  };
  await watch('brush', () => stroke([0.3, 0.3], [0.7, 0.6]));
  await editor.getByLabel('Size').fill('300');
  await watch('wide brush', () => stroke([0.3, 0.7], [0.7, 0.3]));
  await stage.focus();
  await page.keyboard.press('e');
  await watch('eraser', () => stroke([0.5, 0.3], [0.5, 0.7]));
  await page.keyboard.press('t');
  await watch('threshold brush', () => stroke([0.4, 0.4], [0.6, 0.6]));
  await page.keyboard.press('l');
  await watch('lasso', () => stroke([0.35, 0.35], [0.65, 0.4]));
  await page.keyboard.press('b');
  await watch('zoom and brush', async () => {
    await page.mouse.move(...at(0.5, 0.5));
    for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -240);
    await stroke([0.4, 0.5], [0.6, 0.5]);
  });
  await watch('undo and fit', async () => {
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z');
    await page.keyboard.press('0');
  });
  await watch('grow and smooth', async () => {
    await page.keyboard.press('+');
    await page.keyboard.press('m');
    await page.waitForTimeout(1500);
  });
  await expect(editor.getByText('not saved', { exact: true })).toBeVisible();
});
