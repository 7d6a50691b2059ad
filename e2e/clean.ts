/** What every state of the page promises: nothing for axe to find, nothing that sticks out, nothing that moves where that is not wanted. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * axe finds nothing in this state of the page, light and wide or dark and narrow; and nothing sticks out, at the widest either. Each look of axe
 * takes a second: it takes both with `both`, or with LONG=1 (npm run test:soak), else one, which the state's name decides.
 */
export async function clean(page: Page, state: string, { both = process.env.LONG !== undefined } = {}) {
  const narrow = [...state].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 2 === 0;
  // What axe looks at differs by theme in colours and by width in layout: each theme at one width. From the widest to the narrowest:
  // what was drawn for much room must fit into little.
  for (const [colorScheme, width] of [
    ['light', 2560],
    ['light', 1440],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => wider(page), `${state}: nothing wider than ${width} px`).toEqual([]);
    // A chart is drawn anew once it is told of its size.
    await expect.poll(() => outsideFigures(page), `${state}, ${width} px: charts beyond their figures`).toEqual([]);
    const moving = () =>
      page.evaluate(() =>
        document.getAnimations().map(animation => (animation.effect as KeyframeEffect | null)?.target?.className),
      );
    // What began before the wish for less motion was known ends in a moment.
    await expect.poll(moving, `${state}: what moves where motion is to be reduced`).toEqual([]);
    if (width === 2560 || (!both && (width === 390) !== narrow)) continue;
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .options({ resultTypes: ['violations'] })
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`);
    expect(found, `${state}, ${colorScheme}, ${width} px`).toEqual([]);
  }
}

/** What reaches over an edge at the side, or makes a part scroll sideways that is not meant to; each by its tag and class. */
function wider(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const name = (element: Element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
    // The page itself clips: what sticks out makes nothing scroll, and could never be seen.
    const found = new Set<string>();
    const upright = '.scroll, .workspace, .app-notes, .problems, dialog';
    const within = (element: Element, left: number, right: number) => {
      for (const child of element.children) {
        if (child.matches('.visually-hidden, .skip-link, svg, option') || !child.checkVisibility()) continue;
        const box = child.getBoundingClientRect();
        if (box.width > 0 && (box.right > right + 1 || box.left < left - 1)) found.add(name(child));
        const { overflowX } = getComputedStyle(child);
        if (overflowX === 'auto' || overflowX === 'scroll') {
          // What scrolls up and down is to hold nothing wider than itself; tables and rows of pictures are made to scroll sideways.
          const meant =
            /scrollable$/.test(child.getAttribute('aria-label') ?? '') ||
            !child.matches(upright) ||
            child.parentElement?.closest('.app-inspect');
          if (!meant && child.scrollWidth > child.clientWidth + 1) found.add(`${name(child)} scrolls sideways`);
          if (meant) continue;
        }
        within(child, left, right);
      }
    };
    within(document.body, 0, window.innerWidth);
    return [...found];
  });
}

/** Names of figures whose drawing reaches beyond them; those that have no box of their own are parts of another. */
function outsideFigures(page: Page): Promise<string[]> {
  return page.getByRole('figure').evaluateAll(figures =>
    figures
      .filter(figure => figure.getClientRects().length > 0)
      .filter(figure =>
        [...figure.querySelectorAll('svg')].some(drawing => {
          const [inner, outer] = [drawing.getBoundingClientRect(), figure.getBoundingClientRect()];
          return inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1;
        }),
      )
      .map(figure => figure.getAttribute('aria-label') ?? ''),
  );
}
