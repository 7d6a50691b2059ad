import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pairFiles } from './pairing.ts';
import { type NamedFile, nameOf } from './pairs.ts';

const file = (path: string, origin = ''): NamedFile => ({ path, origin });

const asLists = ({ pairs }: ReturnType<typeof pairFiles>) =>
  pairs.map(({ id, image, mask }) => [id, nameOf(image), nameOf(mask)]);

test('pairs the ISIC layout and the folder layout, whatever the case', () => {
  const { pairs, rejected } = pairFiles([
    file('Input/ISIC_2.jpg', 'one.zip'),
    file('GroundTruth/isic_2_Segmentation.PNG', 'two.zip'),
    file('images/a.webp'),
    file('masks/A.png'),
  ]);
  expect(pairs.map(({ id, image, mask }) => [id, image.path, mask.path])).toEqual([
    ['ISIC_2', 'Input/ISIC_2.jpg', 'GroundTruth/isic_2_Segmentation.PNG'],
    ['a', 'images/a.webp', 'masks/A.png'],
  ]);
  expect(rejected).toEqual([]);
});

describe('layouts', () => {
  test.each<[string, string[]]>([
    ['imgs and _mask', ['imgs/X.jpg', 'masks/X_mask.png']],
    ['nnU-Net', ['Dataset501_ISIC/imagesTr/X_0000.png', 'Dataset501_ISIC/labelsTr/X.png']],
    ['VOC', ['JPEGImages/X.jpg', 'SegmentationClass/X.png']],
    ['Input and GroundTruth', ['ISIC/Input/X.jpg', 'ISIC/GroundTruth/X.png']],
    ['gt', ['image/X.jpg', 'gt/X.png']],
    ['annotations', ['images/X.jpg', 'annotations/X.png']],
    ['the part after', ['data/images/train/X.jpg', 'data/masks/train/X.png']],
    ['the part before', ['data/train/images/X.jpg', 'data/train/labels/X.png']],
    ['the part on either side', ['train/images/X.jpg', 'masks/train/X.png']],
    ['the part in the name', ['train_images/X.jpg', 'train_masks/X.png']],
    ['the part joined to the name', ['TrainImages/X.jpg', 'trainmasks/X.png']],
    ['instances', ['images/X.jpg', 'masks/0/X.png']],
    ['a mask of its own name in a folder of masks', ['images/X.jpg', 'masks/X_seg.png']],
    ['PH2', ['PH2/X/X_Dermoscopic_Image/X.bmp', 'PH2/X/X_lesion/X_lesion.bmp']],
    ['ISIC 2018', ['ISIC2018_Task1-2_Training_Input/X.jpg', 'ISIC2018_Task1_Training_GroundTruth/X_segmentation.png']],
    ['ISIC 2017', ['ISIC-2017_Training_Data/X.jpg', 'ISIC-2017_Training_Part1_GroundTruth/X_segmentation.png']],
    [
      'ISIC 2016',
      ['ISBI2016_ISIC_Part1_Training_Data/X.jpg', 'ISBI2016_ISIC_Part1_Training_GroundTruth/X_Segmentation.png'],
    ],
    ['HAM10000', ['HAM10000_images_part_1/X.jpg', 'HAM10000_segmentations_lesion_tschandl/X_segmentation.png']],
    ['all in a folder named by its purpose', ['segmentation/X.jpg', 'segmentation/X_mask.png']],
    ...['_segmentation', '_MASK', '_seg', '_Lesion', '_gt', '_label'].map((suffix): [string, string[]] => [
      suffix,
      ['X.tiff', `X${suffix}.JPE`],
    ]),
  ])('%s', (_, paths) => {
    const found = pairFiles(paths.map(path => file(path)));
    expect(asLists(found)).toEqual([['X', ...paths]]);
    expect(found.rejected).toEqual([]);
  });

  test('names in a folder of images are images whatever their ending', () => {
    expect(asLists(pairFiles([file('images/a_lesion.jpg'), file('masks/a_lesion.png')]))).toEqual([
      ['a_lesion', 'images/a_lesion.jpg', 'masks/a_lesion.png'],
    ]);
    expect(asLists(pairFiles([file('a_lesion.jpg'), file('a_lesion_mask.png')]))).toEqual([
      ['a_lesion', 'a_lesion.jpg', 'a_lesion_mask.png'],
    ]);
    expect(asLists(pairFiles([file('images/IMG_0000.jpg'), file('masks/IMG_0000.png')]))).toEqual([
      ['IMG_0000', 'images/IMG_0000.jpg', 'masks/IMG_0000.png'],
    ]);
  });

  test('archives that say what they hold', () => {
    const files = ['train', 'test'].flatMap(part => [
      file('0.jpg', `images_${part}.zip`),
      file('0.png', `masks_${part}.zip`),
    ]);
    expect(asLists(pairFiles(files)).map(([, image, mask]) => [image, mask])).toEqual([
      ['images_test.zip › 0.jpg', 'masks_test.zip › 0.png'],
      ['images_train.zip › 0.jpg', 'masks_train.zip › 0.png'],
    ]);
  });

  test.each([
    'a/.AppleDouble/X.jpg',
    '@eaDir/X.jpg/SYNOFILE_THUMB_M.jpg',
    '$RECYCLE.BIN/X.jpg',
    '__MACOSX/images/._X.jpg',
    '.Trash-1000/files/X.jpg',
    '.ipynb_checkpoints/X-checkpoint.jpg',
    'x/.DS_Store',
    'x/ATTRIBUTION.txt',
    'x/ISIC_1_superpixels.png',
    'x/ISIC_1_attribute_pigment_network.png',
    'X/X_roi/X_R1_Label4.bmp',
  ])('%s is passed over', path => {
    expect(pairFiles([file(path)])).toMatchObject({ rejected: [], skipped: [file(path)] });
  });

  test.each(['more.zip', 'noending', 'a.psd'])('%s is told', path =>
    expect(pairFiles([file(path)]).rejected).toHaveLength(1),
  );
});

test('numbered images of several folders keep to their own masks, and images without one are told', () => {
  const { pairs, rejected } = pairFiles([
    ...['train', 'val'].flatMap(part => [file(`${part}/images/0.jpg`), file(`${part}/masks/0.png`)]),
    file('test/images/0.jpg'),
  ]);
  expect(pairs.map(({ id, mask }) => [id, mask.path])).toEqual([
    ['train/0', 'train/masks/0.png'],
    ['val/0', 'val/masks/0.png'],
  ]);
  expect(rejected).toEqual([
    { file: file('test/images/0.jpg'), reason: 'has no mask; 0_segmentation.png or masks/0.png is needed' },
  ]);
});

test('two archives with one id: the first is used, the other stands by', () => {
  const files = ['a.zip', 'b.zip'].flatMap(origin => [file('X.jpg', origin), file('X_mask.png', origin)]);
  const { pairs, rejected } = pairFiles(files);
  expect(pairs).toEqual([
    {
      id: 'X',
      image: files[0],
      mask: files[1],
      candidates: [
        { images: [files[0]], masks: [files[1]] },
        { images: [files[2]], masks: [files[3]] },
      ],
    },
  ]);
  expect(rejected).toEqual([]);
});

test('two equally near: neither, and both are told', () => {
  const { pairs, rejected } = pairFiles([file('images/X.jpg'), file('gt/X.png'), file('masks/X.png')]);
  expect(pairs).toEqual([]);
  expect(rejected.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/as near to images\/X.jpg as masks\/X.png/),
    expect.stringMatching(/2 masks that are equally near, gt\/X.png and masks\/X.png/),
    expect.stringMatching(/as near to images\/X.jpg as gt\/X.png/),
  ]);
});

test('names what is missing', () => {
  const { rejected } = pairFiles([file('X.jpg'), file('Y_segmentation.png')]);
  expect(rejected.map(({ reason }) => reason)).toEqual([
    'has no mask; X_segmentation.png or masks/X.png is needed',
    'has no image; Y.jpg or the like is needed',
  ]);
});

// Each takes about a second on a core of its own; the bound leaves room for a busy machine.
test.each<[string, number, (i: number) => NamedFile[]]>([
  ['two folders', 50_000, i => [file(`images/${i}.jpg`), file(`masks/${i}_segmentation.png`)]],
  ['two archives', 50_000, i => [file(`in/${i}.jpg`, 'Input.zip'), file(`gt/${i}_segmentation.png`, 'Truth.zip')]],
  [
    '1,000 folders of different names',
    50_000,
    i => [file(`p${i % 1000}/images/${i}.jpg`), file(`p${i % 1000}/masks/${i}.png`)],
  ],
  [
    '1,000 folders of equal names',
    50_000,
    i => [
      file(`p${i % 1000}/images/${Math.floor(i / 1000)}.jpg`),
      file(`p${i % 1000}/masks/${Math.floor(i / 1000)}_mask.png`),
    ],
  ],
  [
    'equal names in 1,000 folders of two archives',
    50_000,
    i => [
      file(`p${i % 1000}/${Math.floor(i / 1000)}.jpg`, 'images.zip'),
      file(`p${i % 1000}/${Math.floor(i / 1000)}.png`, 'masks.zip'),
    ],
  ],
  [
    'equal names in 1,000 folders, the masks one folder deeper',
    50_000,
    i => [
      file(`p${i % 1000}/images/${Math.floor(i / 1000)}.jpg`),
      file(`p${i % 1000}/x/masks/${Math.floor(i / 1000)}.png`),
    ],
  ],
  ['one name in 50,000 folders', 50_000, i => [file(`${i}/0.jpg`), file(`${i}/masks/0.png`)]],
  ['one name in 100,000 folders, none of them near another', 0, i => [file(`a${i}/0.jpg`), file(`b${i}/masks/0.png`)]],
])('100,000 files: %s', (_, pairs, pair) => {
  const files = Array.from({ length: 50_000 }, (_, i) => pair(i)).flat();
  const before = process.cpuUsage();
  expect(pairFiles(files).pairs).toHaveLength(pairs);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(5);
});

const segment = fc.oneof(
  fc.constantFrom('images', 'masks', 'Masks', '__MACOSX', 'Input', 'a', 'train_masks', 'b', ''),
  fc.string({ maxLength: 4 }),
);
const stem = fc.oneof(fc.constantFrom('X', 'x', 'Y', 'é', 'Z_attribute_a', '._X'), fc.string({ maxLength: 3 }));
const suffix = fc.constantFrom('', '', '_segmentation', '_Segmentation', '_superpixels', '_lesion', '_0000');
const ending = fc.constantFrom('.jpg', '.PNG', '.png', '.txt', '.zip', '.webp', '', '.bmp');
const anyPath = fc
  .tuple(fc.array(segment, { maxLength: 2 }), stem, suffix, ending)
  .map(([folders, name, tail, dot]) => [...folders, `${name}${tail}${dot}`].join('/'));
const anyFiles = fc
  .uniqueArray(fc.tuple(anyPath, fc.constantFrom('', 'a.zip', 'b.zip')), {
    selector: pair => pair.join('|'),
    maxLength: 30,
  })
  .map(list => list.map(([path, origin]) => file(path, origin)));

test('every file is in exactly one of pairs, rejected and skipped', () => {
  fc.assert(
    fc.property(anyFiles, files => {
      const { pairs, rejected, skipped } = pairFiles(files);
      const candidates = pairs.flatMap(pair => pair.candidates.flatMap(({ images, masks }) => [...images, ...masks]));
      const all = [...candidates, ...rejected.map(r => r.file), ...skipped];
      expect(all).toHaveLength(files.length);
      expect(new Set(all)).toEqual(new Set(files));
    }),
    { numRuns: 300 },
  );
});

test('the order of the files does not matter', () => {
  fc.assert(
    fc.property(
      anyFiles.chain(files => fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length }))),
      ([files, shuffled]) => {
        const a = pairFiles(files);
        const b = pairFiles(shuffled);
        expect(b.pairs).toEqual(a.pairs);
        expect(b.rejected).toEqual(a.rejected);
        expect(new Set(b.skipped)).toEqual(new Set(a.skipped));
      },
    ),
    { numRuns: 200 },
  );
});

test('the case of names does not matter, and no two ids differ by case only', () => {
  const ascii = anyFiles.filter(files => files.every(({ path }) => /^[ -~]*$/.test(path)));
  fc.assert(
    fc.property(ascii, files => {
      const lower = files.map(({ path, origin }) => file(path.toLowerCase(), origin));
      const ids = pairFiles(files).pairs.map(({ id }) => id.toLowerCase());
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(pairFiles(lower).pairs.map(({ id }) => id))).toEqual(new Set(ids));
    }),
    { numRuns: 200 },
  );
});

/** What no folder that says image or mask is left of. */
const plainFolders = (path: string) =>
  path
    .split('/')
    .slice(0, -1)
    .filter(name => !/^(images|masks|labels)$/i.test(name));
const treePath = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', 'images', 'masks', 'labels'), { maxLength: 4 }),
    fc.constantFrom('0', '1'),
    fc.constantFrom('.jpg', '.png', '_mask.png'),
  )
  .map(([folders, name, tail]) => [...folders, `${name}${tail}`].join('/'));
const tree = fc.uniqueArray(treePath, { maxLength: 25 }).map(paths => paths.map(path => file(path)));

test('a pair never crosses into a sibling folder', () => {
  let pairs = 0;
  fc.assert(
    fc.property(tree, files => {
      for (const { candidates } of pairFiles(files).pairs) {
        pairs++;
        for (const { images, masks } of candidates)
          for (const image of images)
            for (const mask of masks) {
              const [one, other] = [plainFolders(image.path), plainFolders(mask.path)];
              const shorter = Math.min(one.length, other.length);
              expect(one.slice(0, shorter)).toEqual(other.slice(0, shorter));
            }
      }
    }),
    { numRuns: 1000 },
  );
  expect(pairs).toBeGreaterThan(300);
});

test('files without a partner change no pair and no id', () => {
  const lonely = fc.uniqueArray(
    fc
      .tuple(
        fc.array(fc.constantFrom('a', 'b', 'images', 'masks'), { maxLength: 3 }),
        fc.constantFrom('7.jpg', '8_mask.png', '9.txt', 'elsewhere/0.jpg', 'elsewhere/1.jpg'),
      )
      // In a folder of its own, which has nothing of the same name and can reach nothing above it.
      .map(([folders, name]) => ['alone', 'images', ...folders.filter(name => name !== 'masks'), name].join('/')),
    { maxLength: 10 },
  );
  const within = tree.map(files => files.map(({ path }) => file(`set/${path}`)));
  fc.assert(
    fc.property(within, lonely, (files, more) => {
      expect(pairFiles([...files, ...more.map(path => file(path))]).pairs).toEqual(pairFiles(files).pairs);
    }),
    { numRuns: 500 },
  );
});
