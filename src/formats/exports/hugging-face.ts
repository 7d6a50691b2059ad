/**
 * A model as a repository for the Hugging Face Hub: README.md with the front matter that the Hub reads
 * (https://huggingface.co/docs/hub/model-cards), the weights as safetensors, the network as ONNX, and its settings as config.json.
 */
import { meanNames } from '../../metrics/summary.ts';
import type { TestResult } from '../../protocol/scores.ts';
import { packSafetensors } from '../safetensors.ts';
import { type ExportInput, fixedOnnx, freeOnnx } from './export-input.ts';
import type { ExportFiles } from './files.ts';
import { type Plain, toYaml } from './yaml.ts';

/** `test`: with the name of the data set that it is of. */
export function huggingFaceFiles(
  input: ExportInput,
  test: { readonly result: TestResult; readonly dataset: string } | null,
): ExportFiles {
  const { model, card, license, metadata } = input;
  const front: Plain = {
    license: license?.toLowerCase(),
    library_name: 'onnx',
    pipeline_tag: 'image-segmentation',
    tags: ['medical', 'dermoscopy', 'skin-lesion', 'unet', 'lesion-studio'],
    ...(test ? { 'model-index': [modelIndex(test)] } : {}),
  };
  return {
    'README.md': `---\n${toYaml(front)}---\n\n${card}\n${use(input)}`,
    'config.json': `${JSON.stringify({ model_type: 'lesion-studio', ...metadata }, null, 2)}\n`,
    'model.safetensors': packSafetensors(model, input.created),
    'model.onnx': freeOnnx(input),
    'model-fixed.onnx': fixedOnnx(input),
  };
}

function modelIndex({ result, dataset }: { readonly result: TestResult; readonly dataset: string }): Plain {
  const metrics = meanNames.flatMap((name): Plain[] => {
    const value = result[name];
    return value === undefined ? [] : [{ type: name, value, name: `${name}, ${result.images.length} images` }];
  });
  return {
    name: 'lesion-studio',
    results: [
      {
        task: { type: 'image-segmentation' },
        dataset: { type: 'images', name: dataset, split: 'test' },
        metrics,
      },
    ],
  };
}

function use({ model: { info } }: ExportInput): string {
  const { size, networks } = info;
  const several =
    networks === undefined
      ? ''
      : ` Each network's have \`net1_\`, \`net2_\` … before them; the model is the mean of their probabilities.`;
  return `
## Use

\`\`\`python
import numpy as np
import onnxruntime
from PIL import Image

session = onnxruntime.InferenceSession("model.onnx")
picture = Image.open("image.jpg").convert("RGB").resize((${size}, ${size}), Image.BOX)
image = np.asarray(picture, np.float32).transpose(2, 0, 1)[None] / 255
mask = session.run(None, {"image": image})[0][0, 0] > 0.5
\`\`\`

\`model.safetensors\` holds the same weights under PyTorch's names and in its layouts.${several}
`;
}
