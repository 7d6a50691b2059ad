/** The README inside a downloaded model. */
import type { Network } from '../network/graph.ts';

export function modelReadme(network: Network, { size, filters }: { size: number; filters: number }): string {
  return `# A skin-lesion segmentation model

${network.title}, ${filters} base filters, trained with Lesion Studio on images of ${size}×${size} pixels.
It takes images as [batch, ${size}, ${size}, 3] with values in 0..1 and gives the probability of lesion for each pixel as
[batch, ${size}, ${size}, 1]. It is no medical device.

- \`model.json\`, \`weights.bin\`: the model in TensorFlow.js's layers-model format (weights: little-endian 32-bit floats)
- \`layers.mjs\`: the two layers that TensorFlow.js does not have

## Use

Serve these files together, then:

\`\`\`js
import * as tf from '@tensorflow/tfjs';
import { register } from './layers.mjs';

register(tf);
const model = await tf.loadLayersModel('model.json');
const mask = tf.tidy(() => {
  const pixels = tf.browser.fromPixels(document.querySelector('img')).toFloat();
  const image = tf.image.resizeBilinear(pixels, [${size}, ${size}]).div(255).expandDims(0);
  return model.predict(image).greater(0.5).squeeze();
});
\`\`\`

Lesion Studio opens this zip, or \`model.json\` and \`weights.bin\` together, under \`Model files\`.
`;
}
