/**
 * A data set for nnU-Net v2 (https://github.com/MIC-DKFZ/nnUNet, documentation/dataset_format.md): the very images that this page trains on, in
 * the very split, so that the two can be compared. `imagesTr` has the training and validation parts, `imagesTs` the test part;
 * `splits_final.json` has one fold, whose validation part is ours.
 */
import type { Split } from '../../protocol/dataset.ts';
import { safeStem } from '../file-names.ts';

export const NNUNET_FOLDER = 'Dataset501_Lesions';

export interface NnunetNames {
  /** Of each place in the split: the case's name, unlike any other one. */
  readonly cases: ReadonlyMap<number, string>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Names and texts; the pictures go to `nnunetPaths`. */
export function nnunetTexts(ids: readonly string[], split: Split, size: number): NnunetNames {
  const cases = caseNames(ids, [...split.train, ...split.validation, ...split.test]);
  const names = (places: readonly number[]) => places.map(place => cases.get(place) ?? '');
  const description = {
    channel_names: { '0': 'R', '1': 'G', '2': 'B' },
    labels: { background: 0, lesion: 1 },
    numTraining: split.train.length + split.validation.length,
    file_ending: '.png',
    overwrite_image_reader_writer: 'NaturalImage2DIO',
  };
  const fold = { train: names(split.train), val: names(split.validation) };
  return {
    cases,
    texts: {
      [`${NNUNET_FOLDER}/dataset.json`]: json(description),
      [`${NNUNET_FOLDER}/splits_final.json`]: json([fold]),
      [`${NNUNET_FOLDER}/README.md`]: readme(size),
    },
  };
}

/** Where the image and the mask (0 and 1) of a case lie. */
export function nnunetPaths(name: string, tested: boolean): { readonly image: string; readonly label: string } {
  const part = tested ? 'Ts' : 'Tr';
  return {
    image: `${NNUNET_FOLDER}/images${part}/${name}_0000.png`,
    label: `${NNUNET_FOLDER}/labels${part}/${name}.png`,
  };
}

/** As close to the ids as file systems and nnU-Net let them be; equal ones are numbered. */
function caseNames(ids: readonly string[], places: readonly number[]): Map<number, string> {
  const taken = new Set<string>();
  const cases = new Map<number, string>();
  for (const place of places) {
    const stem = safeStem(ids[place] ?? `image ${place}`).replace(/[^\w-]/g, '_');
    let name = stem;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}_${number}`;
    taken.add(name.toLowerCase());
    cases.set(place, name);
  }
  return cases;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readme(size: number): string {
  return `# Lesions, ${size} × ${size} pixels, for nnU-Net v2

The images as Lesion Studio's network sees them, and their masks (0 skin, 1 lesion). \`imagesTr\` are its training and validation parts,
\`imagesTs\` its test part (\`labelsTs\`: for scoring only).

\`\`\`sh
export nnUNet_raw=$PWD nnUNet_preprocessed=$PWD/preprocessed nnUNet_results=$PWD/results
nnUNetv2_plan_and_preprocess -d 501 --verify_dataset_integrity
cp ${NNUNET_FOLDER}/splits_final.json preprocessed/${NNUNET_FOLDER}/
nnUNetv2_train 501 2d 0
nnUNetv2_predict -i ${NNUNET_FOLDER}/imagesTs -o predicted -d 501 -c 2d -f 0
nnUNetv2_evaluate_folder ${NNUNET_FOLDER}/labelsTs predicted -djfile results/${NNUNET_FOLDER}/nnUNetTrainer__nnUNetPlans__2d/dataset.json -pfile results/${NNUNET_FOLDER}/nnUNetTrainer__nnUNetPlans__2d/plans.json
\`\`\`
`;
}
