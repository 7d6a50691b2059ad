/**
 * CLAIM, the Checklist for Artificial Intelligence in Medical Imaging, 2024 update (Tejani et al., Radiology: Artificial Intelligence 6(4), 2024): each item in a few
 * words of our own, and where the report meets it. Whatever a page cannot know is the person's to write, and said so. Pure.
 */
import type { ReportContent } from './report-content.ts';

export interface ClaimItem {
  readonly number: number;
  readonly about: string;
  /** Headings of the report that hold it; null where the person must write it. */
  readonly where: string | null;
  /** What is left to write, or to check. */
  readonly left?: string | undefined;
}

type Known = Pick<ReportContent, 'dataset' | 'split' | 'epochs' | 'test' | 'intervals' | 'model' | 'pictures'>;
type Find = (known: Known) => string | null | readonly [where: string | null, left: string];

const yours = () => null;
const tested =
  (where: string): Find =>
  ({ test }) =>
    test ? where : [null, 'The test part was not scored.'];
const trained =
  (where: string): Find =>
  ({ epochs }) =>
    epochs.length > 0 ? where : [null, 'No epoch was trained here: say how the model was.'];

const items: readonly (readonly [about: string, find: Find])[] = [
  ['Title names the study as AI, and its kind', yours],
  ['Abstract: design, methods, results, conclusions', yours],
  ['Background, intended use and role', yours],
  ['Aims, objectives, hypotheses', yours],
  ['Prospective or retrospective', yours],
  ['Goal of the study', yours],
  ['Data sources', () => ['Data', 'Say where, when and from whom the images come: the report knows file names only.']],
  [
    'Inclusion and exclusion',
    ({ dataset }) => [
      'Data',
      dataset.leftOut ? 'Say why pairs were left out by hand.' : 'Say by what the data were chosen.',
    ],
  ],
  ['Preprocessing', () => 'Methods'],
  ['Selection of subsets', () => 'Data'],
  ['De-identification', yours],
  ['Missing data', () => ['Data', 'Images without a mask are rejected; say what that leaves out.']],
  ['Image acquisition', yours],
  ['How the reference standard was obtained', yours],
  ['Why this reference standard', yours],
  ['Who annotated', yours],
  [
    'Annotation of the test set',
    ({ dataset }) =>
      dataset.corrected ? [null, `${dataset.corrected.length} masks were corrected in the page: say by whom.`] : null,
  ],
  ['Variability between and within raters', yours],
  ['How data were assigned to parts', () => 'Methods, Images of each part'],
  [
    'Level at which parts are disjoint',
    ({ dataset, split }) =>
      split.file !== undefined
        ? [null, `The parts are those of ${split.file}.`]
        : dataset.groupNames
          ? 'Methods'
          : ['Methods', 'Equal images are kept together; of patients the data say nothing.'],
  ],
  ['Intended sample size', yours],
  ['Model in detail', () => 'Methods, Settings'],
  ['Software', () => 'Methods'],
  [
    'Initial parameters',
    ({ epochs, model }) =>
      epochs.length > 0 ? 'Methods' : [null, model ? `The model is ${model.origin}.` : 'No model is known.'],
  ],
  ['Training in detail', trained('Methods, Training, Settings')],
  ['How the final model was chosen', trained('Methods')],
  ['Ensembling', tested('Methods')],
  ['Metrics', tested('Test, How it is counted')],
  [
    'Significance and uncertainty',
    ({ intervals }) => (intervals ? 'Test' : [null, 'There are no intervals without a test.']),
  ],
  [
    'Robustness or sensitivity',
    ({ test }) => (test?.subgroups?.length ? ['Subgroups', 'Other devices and settings are not tried.'] : null),
  ],
  ['Explainability', yours],
  ['Evaluation on internal data', tested('Test')],
  ['Testing on external data', yours],
  ['Trial registration', yours],
  ['Numbers included and excluded', () => ['Data', 'Images are counted, not patients.']],
  ['Characteristics of the cases in each part', yours],
  [
    'Performance with its uncertainty',
    ({ test, intervals }) => (test && intervals ? 'Test' : [null, 'The test part was not scored.']),
  ],
  ['Diagnostic accuracy with its precision', tested('Test, Per-image scores')],
  [
    'Failure analysis',
    ({ test, pictures }) =>
      test ? (pictures.length > 0 ? 'Failures, Pictures' : 'Failures') : [null, 'The test part was not scored.'],
  ],
  ['Limitations', yours],
  ['Implications for practice', yours],
  [
    'Full protocol or technical details',
    () => ['Methods, Settings', 'Refer to the report itself, or to your protocol.'],
  ],
  ['Availability of software, model and data', yours],
  ['Funding', yours],
];

export function claimItems(known: Known): ClaimItem[] {
  return items.map(([about, find], i) => {
    const found = find(known);
    const [where, left] = typeof found === 'string' || found === null ? [found, undefined] : found;
    return { number: i + 1, about, where, left };
  });
}
