// The main job, from an empty page to a downloaded model: data, training, test, outlines. Each step says what it saw.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSZip from 'jszip';
import { enabled, find, state, textOf } from './page-side.mjs';

/** undefined for a file that was renamed since it was listed. */
function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if (thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

const SETTINGS = 'engine=cpu&size=32&filters=4&batch=4&epochs=2&demo=16';

/** `files`: {zip, image}, paths of a data set of 12 pairs and of one image without a mask; `downloads`: where the browser puts them. */
export function journey({ page, address, files, downloads, lasts }) {
  const text = (role, name) => page.evaluate(textOf, [role, name]);
  const until = async (what, look, seconds = 120) => {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const { alerts } = await page.evaluate(state);
      if (alerts.length > 0) throw new Error(`${what}: the page says “${alerts.join('” and “')}”`);
      const found = await look();
      if (found) return found;
      if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  };
  /** Where the page has tabs, what is looked for lies behind one of them. */
  const openTab = async name => {
    if (await page.evaluate(enabled, ['tab', `/${name}/`])) await page.click(find, ['tab', `/${name}/`]);
  };
  const press = async name => {
    await until(`the button “${name}”`, () => page.evaluate(enabled, ['button', name]));
    await page.click(find, ['button', name]);
  };
  const give = async (name, ...paths) => {
    await until(`the input “${name}”`, () => page.evaluate(enabled, ['file', name]));
    await page.setFiles(find, ['file', name], paths);
  };
  /** That many pairs, and how they are split. */
  const dataset = pairs =>
    until(`${pairs} pairs in the data set`, async () => {
      const told = (await text('region', 'Dataset')) ?? '';
      const [split] = /train \d+ · validation \d+ · test \d+/.exec(told) ?? [];
      return new RegExp(`(^|\\D)${pairs} pairs`).test(told) && split && `${pairs} pairs, ${split}`;
    });
  /** The whole of the file that the button gives; browsers write under another name, or beside one, until it is there. */
  const downloaded = async button => {
    const before = readdirSync(downloads);
    await press(button);
    let last = '';
    return until(`the file of “${button}”`, () => {
      const added = readdirSync(downloads).filter(file => !before.includes(file));
      const [name] = added;
      if (added.length !== 1 || /\.(part|wkdownload)$/.test(name)) return undefined;
      const bytes = readIfThere(join(downloads, name));
      const seen = `${name} ${bytes?.length}`;
      const isWhole = bytes?.length > 0 && seen === last;
      last = seen;
      return isWhole && { name, bytes };
    });
  };

  return [
    [
      'opens',
      async () => {
        await page.goto(`${address}?${SETTINGS}`);
        await until('the page', () => page.evaluate(enabled, ['button', 'Use demo data']));
        const { isolated, shared } = await page.evaluate(state);
        return `cross-origin isolated: ${isolated ? 'yes' : 'no'}, shared memory: ${shared ? 'yes' : 'no'}`;
      },
    ],
    [
      'tells what closing the window costs, where it costs anything',
      async () => {
        if (lasts) {
          const note = await text('note', 'Storage');
          if (note !== null) throw new Error(`the page says “${note}”`);
          return 'nothing';
        }
        return until('the sentence', () => text('note', 'Storage'));
      },
    ],
    [
      'draws demo data',
      async () => {
        await press('Use demo data');
        return dataset(16);
      },
    ],
    [
      'reads a zip',
      async () => {
        await give('Dataset files', files.zip);
        return dataset(12);
      },
    ],
    [
      'trains on the CPU',
      async () => {
        await openTab('Train');
        await press('Start training');
        await until('the end of the run', async () =>
          /Finished after 2 epochs/.test((await text('status', 'Training status')) ?? ''),
        );
        const dice = (await text('figure', 'Dice')) ?? '';
        const values = dice.match(/\d\.\d+/g) ?? [];
        if (values.length < 2) throw new Error(`the figure Dice tells “${dice}”`);
        const pictures = await page.evaluate(
          `() => [...document.querySelectorAll('img, canvas')].filter(one => /^Prediction /.test(one.alt ?? one.getAttribute('aria-label') ?? '')).length`,
        );
        if (pictures === 0) throw new Error('no prediction is shown');
        return `Dice ${values.slice(0, 2).join(' and ')}`;
      },
    ],
    [
      'scores the test split',
      async () => {
        await openTab('Results');
        await press('Run test split');
        const results = await until('the results', async () =>
          /[Mm]ean.*\d\.\d+/.exec((await text('region', 'Test results')) ?? ''),
        );
        return results[0].slice(0, 40);
      },
    ],
    [
      'outlines another image',
      async () => {
        await give('Images to outline', files.image);
        const { bytes } = await downloaded('Download all masks');
        const names = Object.keys((await JSZip.loadAsync(bytes)).files);
        if (names.length !== 1 || !names[0].endsWith('.png'))
          throw new Error(`the zip of masks has ${names.join(', ') || 'nothing'}`);
        return names.join(', ');
      },
    ],
    [
      'downloads the model',
      async () => {
        await openTab('Models');
        const { name, bytes } = await downloaded('Download model');
        const zip = await JSZip.loadAsync(bytes);
        const model = JSON.parse(await zip.file('model.json').async('string'));
        if (!model.weightsManifest) throw new Error('model.json has no weights');
        return `${name}: ${Object.keys(zip.files).join(', ')}`;
      },
    ],
    [
      'shows no uncaught error',
      async () => {
        const { alerts, drawn } = await page.evaluate(state);
        if (drawn === 0) throw new Error('the page is blank');
        if (alerts.length + page.errors.length > 0) throw new Error([...alerts, ...page.errors].join('; '));
        return 'none';
      },
    ],
  ];
}
