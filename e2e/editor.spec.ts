/** Masks are corrected with pointer, pen and touch; they last, and go out and in again as files. */
import type { CDPSession, Locator, Page } from '@playwright/test';
import { decode } from 'fast-png';
import JSZip from 'jszip';
import { inLesion, mask, png, zipOf } from './fixtures.ts';
import { bytesOf, clean, downloadFrom, expect, openStudio, pairsRead, test, train } from './support.ts';

const [WIDTH, HEIGHT] = [96, 64];

/** Told apart by their brightness, so that none counts as another's copy. */
const image = (number: number) =>
  png(WIDTH, HEIGHT, 'rgb', (x, y, c) => (inLesion(x, y, WIDTH, HEIGHT) ? 60 + 10 * c : 90 + 5 * number - 10 * c));

const set = (count = 12) =>
  zipOf(
    Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        [`data/images/ISIC_${1000 + i}.png`, image(i)],
        [`data/masks/ISIC_${1000 + i}_segmentation.png`, mask(WIDTH, HEIGHT)],
      ]).flat() as [string, Buffer][],
    ),
  );

/** The ids of a part of the split. */
const idsOf = (page: Page, part: 'train' | 'validation' | 'test') =>
  page.evaluate(name => {
    const { dataset, currentSplit } = window.studio.store.getState();
    return (currentSplit?.[name] ?? []).map(place => dataset?.ids[place] ?? '');
  }, part);

const hashOf = (page: Page) => page.evaluate(() => window.studio.store.getState().dataset?.hash);

async function openEditor(page: Page, id: string): Promise<Locator> {
  await page.getByRole('tab', { name: 'Data' }).click();
  await page
    .getByRole('region', { name: 'Pairs' })
    .getByRole('button', { name: new RegExp(`^${id},`) })
    .click();
  await page.getByRole('button', { name: 'Correct mask' }).first().click();
  const editor = page.getByRole('region', { name: 'Mask editor' });
  await expect(editor.getByRole('button', { name: 'Brush', exact: true })).toBeVisible();
  return editor;
}

/** A point of the image on the screen, in the fitted view. */
async function pointOf(editor: Locator, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await editor.getByRole('application').boundingBox();
  if (!box) throw new Error('the stage is not shown');
  const margin = 16;
  const scale = Math.min((box.width - 2 * margin) / WIDTH, (box.height - 2 * margin) / HEIGHT);
  return {
    x: box.x + box.width / 2 + (x - WIDTH / 2) * scale,
    y: box.y + box.height / 2 + (y - HEIGHT / 2) * scale,
  };
}

async function drag(page: Page, editor: Locator, from: [number, number], to: [number, number]): Promise<void> {
  const [a, b] = [await pointOf(editor, ...from), await pointOf(editor, ...to)];
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move(b.x, b.y, { steps: 8 });
  await page.mouse.up();
}

async function penDrag(
  session: CDPSession,
  editor: Locator,
  { from, to, force }: { from: [number, number]; to: [number, number]; force: number },
): Promise<void> {
  const send = async (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', at: [number, number]) => {
    const { x, y } = await pointOf(editor, ...at);
    const [button, buttons] = type === 'mouseReleased' ? (['left', 0] as const) : (['left', 1] as const);
    await session.send('Input.dispatchMouseEvent', {
      ...{ type, x, y, button, buttons, force, clickCount: 1 },
      pointerType: 'pen',
    });
  };
  await send('mousePressed', from);
  await send('mouseMoved', [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
  await send('mouseMoved', to);
  await send('mouseReleased', to);
}

async function touchDrag(
  session: CDPSession,
  editor: Locator,
  fingers: readonly { from: [number, number]; to: [number, number] }[],
): Promise<void> {
  const points = (at: (finger: { from: [number, number]; to: [number, number] }) => [number, number]) =>
    Promise.all(fingers.map(async (finger, id) => ({ ...(await pointOf(editor, ...at(finger))), id })));
  const start = await points(({ from }) => from);
  const middle = await points(({ from, to }) => [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]);
  const end = await points(({ to }) => to);
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: start });
  for (const touchPoints of [middle, end])
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

/** Masks by id, 0 and 1, and the table of corrections, of an exported data set. */
async function exported(
  page: Page,
): Promise<{ file: Buffer; masks: Map<string, string>; table: string; images: number }> {
  const file = await bytesOf(await downloadFrom(page, 'Export data set'));
  const zip = await JSZip.loadAsync(file);
  const masks = new Map<string, string>();
  let images = 0;
  for (const [path, entry] of Object.entries(zip.files)) {
    const id = /^masks\/(.*)_segmentation\.png$/.exec(path)?.[1];
    if (/^images\//.test(path)) images++;
    if (id === undefined) continue;
    const { data, width, height, channels } = decode(await entry.async('uint8array'));
    expect([width, height, channels]).toEqual([WIDTH, HEIGHT, 1]);
    masks.set(id, Array.from(data, value => (value === 255 ? '1' : value === 0 ? '0' : '?')).join(''));
  }
  return { file, masks, images, table: (await zip.file('corrections.csv')?.async('text')) ?? '' };
}

const countOf = (bits: string | undefined) => [...(bits ?? '')].filter(bit => bit === '1').length;
const at = (bits: string | undefined, x: number, y: number) => bits?.[y * WIDTH + x];

test.describe('with fingers', () => {
  test.use({ hasTouch: true });

  test('@long three masks are corrected by pointer, pen and touch; they last, and the exported set gives the same masks', async ({
    page,
  }) => {
    test.slow();
    await openStudio(page, 'size=32&engine=cpu');
    const files = await set();
    const input = page.getByLabel('Dataset files');
    await input.setInputFiles([files]);
    await pairsRead(page, 12);
    const asItCame = await hashOf(page);
    const [one = '', two = '', three = ''] = await idsOf(page, 'train');
    const split = await idsOf(page, 'test');
    const session = await page.context().newCDPSession(page);

    await test.step('pointer: brush, undo, redo, lasso, polygon', async () => {
      const editor = await openEditor(page, one);
      await expect(editor.getByRole('button', { name: 'Save mask' })).toBeDisabled();
      await drag(page, editor, [6, 6], [20, 6]);
      await expect(editor.getByText('1 change, not saved')).toBeVisible();
      await editor.getByRole('button', { name: 'Undo' }).click();
      await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
      await editor.getByRole('button', { name: 'Redo' }).click();
      await expect(editor.getByText('1 change, not saved')).toBeVisible();
      // A triangle in the lower left corner.
      await editor.getByRole('button', { name: 'Polygon' }).click();
      for (const corner of [
        [4, 40],
        [4, 60],
        [24, 60],
      ] as const) {
        const { x, y } = await pointOf(editor, corner[0], corner[1]);
        await page.mouse.click(x, y);
      }
      await page.keyboard.press('Enter');
      await expect(editor.getByText('2 changes, not saved')).toBeVisible();
      await editor.getByRole('button', { name: 'Lasso' }).click();
      const corners = [
        [80, 44],
        [92, 44],
        [92, 60],
        [80, 60],
      ] as const;
      const first = await pointOf(editor, corners[0][0], corners[0][1]);
      await page.mouse.move(first.x, first.y);
      await page.mouse.down();
      for (const corner of corners.slice(1)) {
        const { x, y } = await pointOf(editor, corner[0], corner[1]);
        await page.mouse.move(x, y, { steps: 4 });
      }
      await page.mouse.up();
      await expect(editor.getByText('3 changes, not saved')).toBeVisible();
      await editor.getByRole('button', { name: 'Save mask' }).click();
      await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
      await expect(editor.getByRole('listitem').first()).toContainText('By hand');
      await clean(page, 'editor');
      await page.setViewportSize({ width: 1440, height: 900 });
      await editor.getByRole('button', { name: 'Back', exact: true }).click();
      await expect(editor).toBeHidden();
    });

    await test.step('pen: pressed harder it draws wider', async () => {
      const editor = await openEditor(page, two);
      await penDrag(session, editor, { from: [10, 8], to: [40, 8], force: 0.1 });
      await penDrag(session, editor, { from: [10, 56], to: [40, 56], force: 1 });
      await expect(editor.getByText('2 changes, not saved')).toBeVisible();
      await page.keyboard.press('s');
      await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
      await page.keyboard.press('Escape');
      await expect(editor).toBeHidden();
    });

    await test.step('touch: one finger draws, two zoom', async () => {
      const editor = await openEditor(page, three);
      await touchDrag(session, editor, [{ from: [70, 8], to: [90, 8] }]);
      await expect(editor.getByText('1 change, not saved')).toBeVisible();
      const zoom = editor.getByText(/^\d+ %$/).first();
      const before = await zoom.textContent();
      await touchDrag(session, editor, [
        { from: [40, 32], to: [20, 32] },
        { from: [56, 32], to: [76, 32] },
      ]);
      await expect(zoom).not.toHaveText(before ?? '');
      await expect(editor.getByText('1 change, not saved')).toBeVisible();
      await editor.getByRole('button', { name: 'Save mask' }).click();
      await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
      await editor.getByRole('button', { name: 'Back', exact: true }).click();
    });

    const corrected = await exported(page);
    await test.step('the masks are what was drawn', async () => {
      const came = corrected.masks.get(split[0] ?? '');
      expect(corrected.masks.size).toBe(12);
      expect(corrected.images).toBe(12);
      const drawn = corrected.masks.get(one);
      expect([at(came, 12, 6), at(drawn, 12, 6)]).toEqual(['0', '1']);
      expect([at(came, 86, 52), at(drawn, 86, 52)]).toEqual(['0', '1']);
      expect([at(drawn, 7, 56), at(drawn, 22, 44)]).toEqual(['1', '0']);
      const pen = corrected.masks.get(two) ?? '';
      const column = [...Array(HEIGHT).keys()].map(y => at(pen, 25, y)).join('');
      const [thin = '', wide = ''] = [column.slice(0, 14), column.slice(48)];
      expect(countOf(thin)).toBeGreaterThan(0);
      expect(countOf(wide)).toBeGreaterThan(countOf(thin));
      expect(at(corrected.masks.get(three), 80, 8)).toBe('1');
      const lines = corrected.table.trim().split('\r\n');
      expect(lines[0]).toBe('pair,saved_at,made_from,model,threshold,edited_by_hand');
      expect(lines.slice(1).map(line => line.split(',')[0])).toEqual([one, two, three].sort().map(id => `"${id}"`));
      expect(await idsOf(page, 'test')).toEqual(split);
      expect(await hashOf(page)).not.toBe(asItCame);
    });

    await test.step('after a reload and another data set they are there again', async () => {
      const hash = await hashOf(page);
      await page.reload();
      await input.setInputFiles([await set(14)]);
      await pairsRead(page, 14);
      await input.setInputFiles([files]);
      await pairsRead(page, 12);
      await expect(page.getByText('3 masks corrected')).toBeVisible();
      expect(await hashOf(page)).toBe(hash);
      const again = await exported(page);
      expect(again.masks).toEqual(corrected.masks);
    });

    await test.step('an earlier version is brought back, and the fingerprint with it', async () => {
      for (const id of [one, two, three]) {
        const editor = await openEditor(page, id);
        await editor.getByRole('button', { name: 'Bring back: As it came, from its file' }).click();
        await editor.getByRole('button', { name: 'Save mask' }).click();
        await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
        await editor.getByRole('button', { name: 'Back', exact: true }).click();
      }
      expect(await hashOf(page)).toBe(asItCame);
      await expect(page.getByText('masks corrected')).toBeHidden();
    });

    await test.step('the exported set, dropped, has the corrected masks', async () => {
      await input.setInputFiles([{ name: 'exported.zip', mimeType: 'application/zip', buffer: corrected.file }]);
      await expect(page.getByRole('region', { name: 'Dataset' }).getByText('exported.zip')).toBeVisible();
      await pairsRead(page, 12);
      expect((await exported(page)).masks).toEqual(corrected.masks);
    });
  });
});

test('@long a stroke that was not saved survives a reload; the test part asks first and marks its scores', async ({
  page,
}) => {
  test.slow();
  await openStudio(page, 'size=32&engine=cpu&filters=1&epochs=1&batch=2');
  const files = await set();
  await page.getByLabel('Dataset files').setInputFiles([files]);
  await pairsRead(page, 12);
  const [id = ''] = await idsOf(page, 'train');
  const [held = ''] = await idsOf(page, 'test');

  await test.step('a draft', async () => {
    const editor = await openEditor(page, id);
    await drag(page, editor, [6, 6], [20, 6]);
    await expect(editor.getByText('1 change, not saved')).toBeVisible();
    // Until the worker has it.
    await expect
      .poll(() =>
        page.evaluate(async of => (await window.studio.store.getState().openMask(of))?.history.draft?.steps, id),
      )
      .toBe(1);
    await page.reload();
    await page.getByLabel('Dataset files').setInputFiles([files]);
    await pairsRead(page, 12);
    await expect(page.getByText('masks corrected')).toBeHidden();
    const again = await openEditor(page, id);
    await expect(again.getByText('1 change, not saved')).toBeVisible();
    await again.getByRole('button', { name: 'Undo' }).click();
    await expect(again.getByText('not saved', { exact: true })).toBeHidden();
    await again.getByRole('button', { name: 'Back', exact: true }).click();
  });

  await page.getByRole('tab', { name: /^Train/ }).click();
  await train(page);
  await page.getByRole('tab', { name: /^Results/ }).click();
  await page.getByRole('button', { name: 'Run test split' }).first().click();
  await expect(page.getByRole('table', { name: 'Per-image scores' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('These scores are of other masks')).toBeHidden();

  await test.step('a mask of the test part is looked at, and changed only after a question', async () => {
    const editor = await openEditor(page, held);
    const question = page.getByRole('alertdialog', { name: 'Change a mask of the test part?' });
    await drag(page, editor, [6, 6], [20, 6]);
    await expect(question).toContainText(held);
    await clean(page, 'test lock');
    await page.setViewportSize({ width: 1440, height: 900 });
    await question.getByRole('button', { name: 'Leave it as it is' }).click();
    await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
    await page.keyboard.press('+');
    await question.getByRole('button', { name: 'Change it all the same' }).click();
    await expect(editor.getByText('1 change, not saved')).toBeVisible();
    await drag(page, editor, [6, 6], [20, 6]);
    await expect(editor.getByText('2 changes, not saved')).toBeVisible();
    await page.keyboard.press('s');
    await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
    expect(await idsOf(page, 'test')).toContain(held);
    await page.keyboard.press('Escape');
  });

  await test.step('its scores say so until it is scored again', async () => {
    await page.getByRole('tab', { name: /^Results/ }).click();
    await expect(page.getByText('These scores are of other masks: 1 mask of these images changed since')).toBeVisible();
    await page.getByRole('button', { name: 'Run test split' }).first().click();
    await expect(page.getByText('These scores are of other masks')).toBeHidden({ timeout: 60_000 });
  });

  await test.step('the prediction is compared with, copied and corrected by its threshold', async () => {
    const editor = await openEditor(page, id);
    await expect(editor.getByRole('button', { name: 'Copy the prediction' })).toBeEnabled();
    await editor.getByLabel('Prediction above').fill('30');
    await editor.getByRole('button', { name: 'Copy the prediction' }).click();
    await page.keyboard.press('s');
    await expect(editor.getByText(/^From this run, epoch 1, threshold 0\.30$/)).toBeVisible();
    await expect(editor.getByRole('listitem').first().getByText('1.00')).toBeVisible();
  });
});

test('the review queue by keyboard: the least agreement first, no image of the test part', async ({ page }) => {
  test.slow();
  await openStudio(page, 'size=32&engine=cpu&filters=1&epochs=1&batch=2');
  await page.getByLabel('Dataset files').setInputFiles([await set(14)]);
  await pairsRead(page, 14);
  const held = await idsOf(page, 'test');
  await page.getByRole('tab', { name: /^Train/ }).click();
  await train(page);
  await page.getByRole('tab', { name: /^Results/ }).click();
  await page.getByRole('button', { name: 'Score all pairs' }).click();
  await page.getByRole('button', { name: 'Review masks' }).click();
  const editor = page.getByRole('region', { name: 'Mask editor' });
  const queue = editor.getByRole('list', { name: 'Review queue' });
  await expect(queue.getByRole('listitem')).toHaveCount(14 - held.length);
  for (const id of held) await expect(queue.getByText(id)).toBeHidden();
  const rows = await queue.getByRole('listitem').allInnerTexts();
  const scores = rows.map(text => Number(/Dice (\d\.\d+)/.exec(text)?.[1]));
  expect(scores).toEqual(scores.toSorted((a, b) => a - b));
  await clean(page, 'review');
  await page.setViewportSize({ width: 1440, height: 900 });
  const reviewed = (count: number) =>
    expect(editor.getByText(`${count} of ${14 - held.length} reviewed`)).toBeVisible();
  const stage = editor.getByRole('application');
  await expect(stage).toBeFocused();
  await page.keyboard.press('a');
  await reviewed(1);
  await expect(queue.getByRole('listitem').nth(0)).toContainText('accepted');
  await expect(queue.getByRole('listitem').nth(1)).toHaveAttribute('aria-current', 'true');
  await expect(stage).toBeFocused();
  await page.keyboard.press('+');
  await expect(editor.getByText('1 change, not saved')).toBeVisible();
  // What is drawn and not saved is not accepted.
  await page.keyboard.press('a');
  await reviewed(1);
  await page.keyboard.press('n');
  await reviewed(2);
  await expect(queue.getByRole('listitem').nth(1)).toContainText('corrected');
  await expect(stage).toBeFocused();
  await page.keyboard.press('x');
  await reviewed(3);
  await expect(queue.getByRole('listitem').nth(2)).toContainText('left out');
  const state = await page.evaluate(() => {
    const { dataset } = window.studio.store.getState();
    return [dataset?.ids.length, dataset?.corrected?.length, dataset?.leftOut?.length];
  });
  expect(state).toEqual([13, 1, 1]);
});

test('@long everything but drawing by keyboard', async ({ page }) => {
  await openStudio(page, 'size=32&engine=cpu');
  await page.getByLabel('Dataset files').setInputFiles([await set()]);
  await pairsRead(page, 12);
  const [id = ''] = await idsOf(page, 'train');
  const editor = await openEditor(page, id);
  const isPressed = (name: string) =>
    expect(editor.getByRole('button', { name, exact: true })).toHaveAttribute('aria-pressed', 'true');
  const stage = editor.getByRole('application');
  await expect(stage).toBeFocused();
  for (const [key, name] of [
    ['e', 'Eraser'],
    ['l', 'Lasso'],
    ['p', 'Polygon'],
    ['h', 'Move the picture'],
    ['b', 'Brush'],
  ] as const) {
    await page.keyboard.press(key);
    await isPressed(name);
  }
  const size = editor.getByLabel('Size');
  const before = Number(await size.inputValue());
  await page.keyboard.press(']');
  expect(Number(await size.inputValue())).toBeGreaterThan(before);
  await page.keyboard.press('[');
  await page.keyboard.press('+');
  await expect(editor.getByText('1 change, not saved')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
  await page.keyboard.press('Control+Shift+z');
  await expect(editor.getByText('1 change, not saved')).toBeVisible();
  const zoom = editor.getByText(/^\d+ %$/).first();
  const fit = await zoom.textContent();
  await page.keyboard.press('z');
  await expect(zoom).not.toHaveText(fit ?? '');
  await page.keyboard.press('9');
  await expect(zoom).toHaveText('100 %');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('0');
  await expect(zoom).toHaveText(fit ?? '');
  // From the stage back to the rail: one stop, arrows within.
  await page.keyboard.press('Shift+Tab');
  await expect(editor.getByRole('button', { name: 'Brush', exact: true })).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(editor.getByRole('button', { name: 'Eraser' })).toBeFocused();
  await page.keyboard.press('s');
  await expect(editor.getByText('not saved', { exact: true })).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(editor).toBeHidden();
  await expect(page.getByRole('button', { name: 'Correct mask' }).first()).toBeFocused();
  await expect(page.getByText('1 mask corrected')).toBeVisible();
});
