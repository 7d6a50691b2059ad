/** Gathers a run's report and writes it as one HTML file. Loaded when it is asked for: it brings React's server side with it. */
import { encode } from 'fast-png';
import { renderToStaticMarkup } from 'react-dom/server';
import type { ReportedTest } from '../../protocol/scores.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { intervalsFor } from '../../state/inference/intervals.ts';
import { reportName, reportSource } from '../../state/report/report-source.ts';
import { snapshotOf } from '../../state/run/prediction-history.ts';
import type { Studio } from '../../state/studio.ts';
import type { StudioState } from '../../state/studio-state.ts';
import { formatDate } from '../shared/format.ts';
import type { ReportContent, ReportPicture } from './report-content.ts';
import { ReportPage } from './report-page.tsx';

/** The state, with the one action that asks for pictures. */
type Reported = StudioState & Pick<Studio, 'picture'>;

/** Lowest, middle and best test images that are shown. */
const SHOWN = { lowest: 4, middle: 2, best: 2 } as const;

/** `onPicture` is told how many pictures are made, and of how many. */
export async function makeReport(
  state: Reported,
  onPicture: (done: number, total: number) => void = () => {},
): Promise<{ name: string; blob: Blob } | null> {
  const source = reportSource(state);
  if (!source) return null;
  const { test } = source;
  const content: ReportContent = {
    ...source,
    appVersion: __APP_VERSION__,
    made: formatDate(Date.now()),
    intervals: test && test.images.length > 0 ? await intervalsFor(test, () => false) : null,
    pictures: (await pictures(state, test, onPicture)).flatMap(reportPicture),
  };
  const name = `${reportName(state, source, Date.now())}.html`;
  return { name, blob: new Blob([reportFile(content)], { type: 'text/html' }) };
}

/** The whole document. */
export function reportFile(content: ReportContent): string {
  return `<!doctype html>\n${renderToStaticMarkup(<ReportPage {...content} />)}\n`;
}

/** Of a test if there is one, otherwise the run's validation images as its best epoch outlines them. */
async function pictures(
  { dataset, picture, run }: Reported,
  test: ReportedTest | null,
  onPicture: (done: number, total: number) => void,
): Promise<Triptych[]> {
  const tested = (test?.images ?? []).map(({ id }) => id);
  const here = new Set(dataset?.ids);
  if (tested.length > 0 && tested.every(id => here.has(id))) {
    const found: Triptych[] = [];
    const shown = chosen(tested);
    for (const id of shown) {
      onPicture(found.length, shown.length);
      const triptych = await picture(id);
      // The page has told why.
      if (!triptych) break;
      found.push(triptych);
    }
    return found;
  }
  const masks = run && snapshotOf(run.predictions, run.bestEpoch)?.masks;
  return (run?.samples ?? []).flatMap((sample, i) => {
    const prediction = masks?.[i];
    return prediction ? [{ ...sample, prediction }] : [];
  });
}

/** Of ids from the lowest score to the best: some of each end and of the middle, each once. */
export function chosen(ids: readonly string[]): string[] {
  const { lowest, middle, best } = SHOWN;
  if (ids.length <= lowest + middle + best) return [...ids];
  const centre = Math.max(lowest, Math.floor((ids.length - middle) / 2));
  return [...ids.slice(0, lowest), ...ids.slice(centre, centre + middle), ...ids.slice(-best)];
}

function reportPicture({ id, size, image, truth, prediction }: Triptych): ReportPicture[] {
  if (!prediction) return [];
  const mask = (values: Uint8Array) =>
    pngAddress(
      size,
      1,
      values.map(value => value * 255),
    );
  return [{ id, image: pngAddress(size, 3, image), truth: mask(truth), prediction: mask(prediction) }];
}

function pngAddress(size: number, channels: 1 | 3, data: Uint8Array): string {
  const bytes = encode({ width: size, height: size, channels, depth: 8, data });
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `data:image/png;base64,${btoa(text)}`;
}
