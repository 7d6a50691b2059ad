/** What the exports hold, opened again by others: onnxruntime, and readers written here from the formats' own texts. */
import { decode } from 'fast-png';
import JSZip from 'jszip';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { referenceStep } from '../../engine/reference/interpreter.ts';
import { summarise } from '../../metrics/summary.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { makeModel } from '../../testing/model.ts';
import { zipNnunet } from '../../training/inference/exports.ts';
import { unpackOnnx } from '../onnx/model.ts';
import { unpackSafetensors } from '../safetensors.ts';
import { bioimageioFiles } from './bioimageio.ts';
import { exportInput } from './export-input.ts';
import { type ExportFiles, zipExport } from './files.ts';
import { huggingFaceFiles } from './hugging-face.ts';
import { modelCard } from './model-card.ts';
import { nnunetTexts } from './nnunet.ts';
import { writeNpy } from './npy.ts';
import { testPicture } from './test-picture.ts';
import { toYaml } from './yaml.ts';

const SIZE = 32;
const AREA = SIZE ** 2;
const model = makeModel({ seen: undefined });
const picture = testPicture(SIZE);
const { probabilities } = referenceStep(
  buildNetwork(model.info.arch, model.info.filters),
  SIZE,
  { images: picture, masks: new Uint8Array(AREA) },
  model.weights,
  { crossEntropy: 0, l2: 0 },
);

const input = exportInput(model, {
  card: '# Card\n',
  picture,
  probability: Float32Array.from(probabilities),
  created: new Date('2026-01-02T03:04:05Z'),
});

/** A NumPy file by its own description: magic, version, header length, a Python dictionary, values. */
function readNpy(bytes: Uint8Array): { shape: number[]; values: Float32Array } {
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const length = (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  expect((10 + length) % 64).toBe(0);
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + length));
  const found = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]+)\), \} *\n$/.exec(header);
  const shape = (found?.[1] ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)
    .map(Number);
  return { shape, values: new Float32Array(bytes.slice(10 + length).buffer) };
}

const bytesOf = (files: ExportFiles, name: string) => files[name] as Uint8Array<ArrayBuffer>;

test('NumPy files hold shape and values', () => {
  expect(readNpy(writeNpy([2, 3], Float32Array.of(1, -2, 3, 4, 5.5, 6)))).toEqual({
    shape: [2, 3],
    values: Float32Array.of(1, -2, 3, 4, 5.5, 6),
  });
  expect(readNpy(writeNpy([1], Float32Array.of(7))).shape).toEqual([1]);
  expect(() => writeNpy([2, 2], new Float32Array(3))).toThrow(RangeError);
});

test('YAML: blocks, quoted texts, nothing that could be taken for another type', () => {
  expect(toYaml({ a: 'yes', b: [1, { c: null, 'd e': [] }, ['x\n"y']], f: {}, g: undefined })).toBe(
    'a: "yes"\nb:\n  - 1\n  - c: null\n    "d e": []\n  - - "x\\n\\"y"\nf: {}\n',
  );
  expect(() => toYaml(Number.NaN)).toThrow(RangeError);
});

describe('BioImage.IO', () => {
  test('every file that the description names is there, with its SHA-256', async () => {
    const files = await bioimageioFiles(input);
    const text = files['rdf.yaml'] as string;
    const sources = [...text.matchAll(/source: "([^"]+)"\n\s*sha256: "([0-9a-f]{64})"/g)];
    expect(sources.map(([, name]) => name)).toEqual([
      'test_input.npy',
      'test_output.npy',
      'model.onnx',
      'model-fixed.onnx',
    ]);
    for (const [, name, hash] of sources) {
      const digest = await crypto.subtle.digest('SHA-256', bytesOf(files, name!));
      expect(Buffer.from(digest).toString('hex')).toBe(hash);
    }
    for (const line of ['format_version: "0.5.0"', 'type: "model"', '  - "cover.png"', 'documentation: "README.md"'])
      expect(text.split('\n')).toContain(line);
    expect(text).not.toMatch(/license|undefined|NaN/);
    const { width, height } = decode(bytesOf(files, 'cover.png'));
    expect([width, height]).toEqual([512, 256]);
  });

  test('onnxruntime turns the test input, prepared as the description says, into the test output', async () => {
    const files = await bioimageioFiles(input);
    const given = readNpy(bytesOf(files, 'test_input.npy'));
    const wanted = readNpy(bytesOf(files, 'test_output.npy'));
    expect([given.shape, wanted.shape]).toEqual([
      [1, 3, SIZE, SIZE],
      [1, 1, SIZE, SIZE],
    ]);
    const gain = Number(/gain: ([\d.]+)/.exec(files['rdf.yaml'] as string)?.[1]);
    for (const name of ['model.onnx', 'model-fixed.onnx']) {
      const session = await ort.InferenceSession.create(bytesOf(files, name));
      const image = new ort.Tensor(
        'float32',
        given.values.map(value => value * gain),
        given.shape,
      );
      const { probability } = await session.run({ image });
      await session.release();
      const worst = Math.max(...wanted.values.map((p, i) => Math.abs(p - (probability?.data[i] as number))));
      expect(worst, name).toBeLessThan(1e-4);
    }
    expect(Math.max(...wanted.values) - Math.min(...wanted.values)).toBeGreaterThan(0.02);
  });

  test('author and licence, where they are given, stand in it', async () => {
    const files = await bioimageioFiles(exportInput(model, { ...input, author: 'A "B" C', license: 'MIT' }));
    expect(files['rdf.yaml']).toContain('authors:\n  - name: "A \\"B\\" C"\n');
    expect(files['rdf.yaml']).toContain('license: "MIT"\n');
  });
});

const scores = { dice: 0.9, jaccard: 0.8, sensitivity: 0.9, specificity: 1, accuracy: 0.95 };
const images = [{ id: 'A', ...scores }];
const result: TestResult = {
  ...{ threshold: 0.5, ...summarise(images), images, intervals: { meanDice: [0.85, 0.93] } },
  subgroups: [{ by: 'touchesBorder', from: 1, to: 1, images: 1, meanDice: 0.9, few: true }],
};

describe('Hugging Face', () => {
  const files = huggingFaceFiles(input, { result, dataset: 'isic "2018".zip' });

  test('front matter, then the card; the scores stand in both', () => {
    const [, front, card] = (files['README.md'] as string).split(/^---$/m);
    expect(front).toContain('pipeline_tag: "image-segmentation"');
    expect(front).toContain('name: "isic \\"2018\\".zip"');
    expect(front).toMatch(/type: "meanDice"\n\s+value: 0\.9\n/);
    expect(front).not.toContain('license');
    expect(card).toContain('# Card');
  });

  test('weights and network are the model’s', () => {
    expect(unpackSafetensors(bytesOf(files, 'model.safetensors'), 'm').weights).toEqual(model.weights);
    expect(unpackOnnx(bytesOf(files, 'model.onnx'), 'm').weights).toEqual(model.weights);
    expect(JSON.parse(files['config.json'] as string)).toMatchObject({ arch: model.info.arch, size: SIZE, filters: 2 });
  });
});

test('a card tells what is known, and leaves open what only people can say', () => {
  const info = { ...model.info, origin: 'x', parameters: 1234 };
  const alone = modelCard(info, null);
  expect(alone).toContain('1,234 parameters');
  expect(alone).toContain('- Terms of use, of the weights and of the images behind them:\n');
  expect(alone).toContain('Not known to the page');
  const dataset = { source: 'a`b\n# c.zip', ids: ['A', 'B', 'C'], hash: 'abc', rejected: [] };
  const split = { seed: 4, train: [0], validation: [1], test: [2] };
  const facts = { appVersion: '1', device: null, settings: { epochs: 3 }, dataset, split, test: result };
  const whole = modelCard(info, facts as never);
  expect(whole).toContain('`a_b_# c.zip`: 3 pairs');
  expect(whole).toContain('| Dice | 0.9000 (0.8500 to 0.9300) |');
  expect(whole).toContain('too few to conclude from');
  expect(whole).toContain('- epochs: 3');
});

describe('nnU-Net', () => {
  const ids = ['a b', 'a.b', 'C', 'D', 'E'];
  const split = {
    seed: 1,
    ratios: { train: 0.6, validation: 0.2, test: 0.2 },
    train: [0, 1],
    validation: [3],
    test: [4],
  };

  test('names, parts and the split, for one case each', () => {
    const { cases, texts } = nnunetTexts(ids, split, SIZE);
    expect([...cases]).toEqual([
      [0, 'a_b'],
      [1, 'a_b_2'],
      [3, 'D'],
      [4, 'E'],
    ]);
    expect(JSON.parse(texts['Dataset501_Lesions/dataset.json']!)).toMatchObject({
      numTraining: 3,
      file_ending: '.png',
    });
    expect(JSON.parse(texts['Dataset501_Lesions/splits_final.json']!)).toEqual([
      { train: ['a_b', 'a_b_2'], val: ['D'] },
    ]);
  });

  test('the pictures are the pixels that the network sees, masks of 0 and 1', async () => {
    const pixels = {
      size: 2,
      read: async (places: readonly number[]) => ({
        images: Uint8Array.from(places.flatMap(place => Array.from({ length: 12 }, (_, i) => 20 * place + i))),
        masks: Uint8Array.from(places.flatMap(place => [1, 0, place % 2, 0])),
      }),
      ownMask: async () => null,
    };
    const told: number[] = [];
    const zip = await JSZip.loadAsync(await zipNnunet(pixels, ids, split, done => told.push(done)));
    const paths = Object.values(zip.files).flatMap(({ dir, name }) =>
      dir ? [] : [name.replace('Dataset501_Lesions/', '')],
    );
    expect(paths.filter(path => path.endsWith('.png')).sort()).toEqual(
      [
        ...['imagesTr/D_0000.png', 'imagesTr/a_b_0000.png', 'imagesTr/a_b_2_0000.png', 'imagesTs/E_0000.png'],
        ...['labelsTr/D.png', 'labelsTr/a_b.png', 'labelsTr/a_b_2.png', 'labelsTs/E.png'],
      ].sort(),
    );
    const read = async (path: string) => decode(await zip.file(`Dataset501_Lesions/${path}`)!.async('uint8array'));
    expect(await read('imagesTr/D_0000.png')).toMatchObject({ width: 2, height: 2, channels: 3 });
    expect([...(await read('imagesTr/D_0000.png')).data]).toEqual(Array.from({ length: 12 }, (_, i) => 60 + i));
    expect([...(await read('labelsTr/D.png')).data]).toEqual([1, 0, 1, 0]);
    expect(told).toEqual([4]);
  });
});

test('a zip holds the files as they are', async () => {
  const zip = await JSZip.loadAsync(await zipExport({ 'a/b.txt': 'x', c: Uint8Array.of(1, 2) }));
  expect(await zip.file('a/b.txt')?.async('string')).toBe('x');
  expect([...(await zip.file('c')!.async('uint8array'))]).toEqual([1, 2]);
});

test('the drawn picture is the same every time, and no two sides are alike', () => {
  expect(testPicture(16)).toEqual(testPicture(16));
  expect(new Set(testPicture(16)).size).toBeGreaterThan(20);
});
