/** A browser that translates the page puts every text into an element of its own, under React's hands. */
import { expect, goPlace, openStudio, pairsRead, runTest, startTraining, test, useDemoData } from './support.ts';

test('@long a page that a browser translates does the whole job', async ({ page }) => {
  await page.addInitScript(() => {
    const wrap = (root: Node) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const texts: Node[] = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      for (const text of texts) {
        const parent = text.parentElement;
        if (!parent || !text.nodeValue?.trim() || /^(FONT|SCRIPT|STYLE|OPTION|TEXTAREA|TITLE)$/i.test(parent.tagName))
          continue;
        if (parent instanceof SVGElement) continue;
        const font = document.createElement('font');
        // As Chrome does: the text is another node, in an element that takes the place of the old one.
        font.append(document.createTextNode(text.nodeValue));
        parent.replaceChild(font, text);
      }
    };
    new MutationObserver(changes => {
      for (const { addedNodes, target } of changes)
        for (const node of addedNodes) wrap(node.nodeType === 3 ? target : node);
    }).observe(document, { childList: true, subtree: true });
  });
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=3&demo=12&engine=cpu');
  await useDemoData(page);
  await startTraining(page);
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled({ timeout: 60_000 });
  await runTest(page);
  await expect(page.getByRole('region', { name: 'Test results' })).toContainText('Mean Dice', { timeout: 60_000 });
  await goPlace(page, 'Models');
  await page.getByRole('button', { name: 'Save to browser' }).click();
  await expect(page.getByRole('region', { name: 'Saved models' }).getByRole('listitem')).toHaveCount(1);
  await useDemoData(page);
  await startTraining(page);
  await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Curves' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show again' })).toHaveCount(0);
});

test('@long a region that fails says so and comes back, and the run goes on', async ({ browser }) => {
  // A page of its own: the fixture's fails on any error.
  const page = await (await browser.newContext()).newPage();
  await openStudio(page, 'size=32&filters=4&batch=4&epochs=1000&demo=12&engine=cpu');
  await useDemoData(page);
  await startTraining(page);
  const status = page.getByRole('status', { name: 'Training status' });
  await expect(status).toContainText(/epoch [3-9]/i, { timeout: 60_000 });
  // The next thing that React takes out of the test's region is not there any more.
  await page.evaluate(() => {
    const { removeChild } = Node.prototype;
    Node.prototype.removeChild = function <T extends Node>(child: T): T {
      if (this instanceof Element && this.closest('#place-results')) {
        Node.prototype.removeChild = removeChild;
        throw new DOMException('not a child of this node', 'NotFoundError');
      }
      return removeChild.call(this, child) as T;
    };
  });
  await page.getByRole('button', { name: 'Stop' }).click();
  await runTest(page);
  const again = page.getByRole('button', { name: 'Show again' });
  await expect(again).toBeVisible({ timeout: 30_000 });
  await pairsRead(page, 12);
  await again.click();
  await expect(page.getByRole('region', { name: 'Test results' })).toContainText('Mean Dice', { timeout: 60_000 });
  await page.context().close();
});
