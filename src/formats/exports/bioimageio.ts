/**
 * A model in the layout of the BioImage Model Zoo (https://github.com/bioimage-io/spec-bioimage-io, model specification 0.5): `rdf.yaml`, the
 * ONNX file with free sides (its axes are written with a smallest size and a step), the one with fixed sides beside it, test tensors, a
 * cover and the documentation. Who made the model and under which terms only people can say: without these the zoo's validator asks for them.
 */
import { sha256 } from '../sha256.ts';
import { architectureTitle, type ExportInput, fixedOnnx, freeOnnx } from './export-input.ts';
import type { ExportFiles } from './files.ts';
import { writeNpy } from './npy.ts';
import { coverPicture } from './test-picture.ts';
import { type Plain, toYaml } from './yaml.ts';

const FORMAT_VERSION = '0.5.0';
/** The network halves its input four times; under twice that the deepest level has a single pixel, which instance norm makes 0. */
const STEP = 16;
const SMALLEST = 32;

export async function bioimageioFiles(input: ExportInput): Promise<ExportFiles> {
  const { model, card, picture, probability, created } = input;
  const { size, filters } = model.info;
  const area = size * size;
  // As people have it, 0 to 255: what happens before the network stands in the description.
  const planes = Float32Array.from({ length: 3 * area }, (_, i) => picture[3 * (i % area) + Math.floor(i / area)]!);
  const files = {
    'model.onnx': freeOnnx(input),
    'model-fixed.onnx': fixedOnnx(input),
    'test_input.npy': writeNpy([1, 3, size, size], planes),
    'test_output.npy': writeNpy([1, 1, size, size], probability),
    'cover.png': coverPicture(picture, probability, size),
    'README.md': card,
  };
  const source = async (name: keyof typeof files) => ({ source: name, sha256: await sha256(files[name]) });
  const side = (id: string) => ({ type: 'space', id, size: { min: SMALLEST, step: STEP } });
  const same = (id: string) => ({ type: 'space', id, size: { tensor_id: 'image', axis_id: id } });
  const description: Plain = {
    format_version: FORMAT_VERSION,
    type: 'model',
    name: `Skin lesion segmentation (${architectureTitle(input).replace(/[^\w+\- ()]/g, '')})`,
    description: `Outlines skin lesions in dermoscopic images: ${architectureTitle(input)}, ${filters} base filters, trained at ${size} × ${size} pixels with Lesion Studio. No medical device.`,
    authors: [{ name: input.author }],
    cite: [
      {
        text: 'Isensee et al., Brain Tumor Segmentation and Radiomics Survival Prediction: Contribution to the BRATS 2017 Challenge',
        doi: '10.1007/978-3-319-75238-9_25',
      },
    ],
    license: input.license,
    documentation: 'README.md',
    covers: ['cover.png'],
    tags: ['segmentation', 'dermoscopy', 'skin', 'lesion', 'unet', 'onnx'],
    timestamp: created.toISOString(),
    inputs: [
      {
        id: 'image',
        description: 'RGB from 0 to 255, made square as the documentation says',
        axes: [{ type: 'batch' }, { type: 'channel', channel_names: ['red', 'green', 'blue'] }, side('y'), side('x')],
        test_tensor: await source('test_input.npy'),
        data: { type: 'float32', range: [0, 255] },
        preprocessing: [{ id: 'scale_linear', kwargs: { gain: 1 / 255, offset: 0 } }],
      },
    ],
    outputs: [
      {
        id: 'probability',
        description: 'Probability of lesion; the mask is where it is above 0.5',
        axes: [{ type: 'batch' }, { type: 'channel', channel_names: ['lesion'] }, same('y'), same('x')],
        test_tensor: await source('test_output.npy'),
        data: { type: 'float32', range: [0, 1] },
      },
    ],
    weights: { onnx: { ...(await source('model.onnx')), opset_version: 17 } },
    attachments: [await source('model-fixed.onnx')],
    config: { lesion_studio: JSON.parse(JSON.stringify(input.metadata)) as Plain },
  };
  return { 'rdf.yaml': toYaml(description), ...files };
}
