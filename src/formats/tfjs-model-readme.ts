/** The README inside a downloaded model. */
import type { Network } from '../network/graph.ts';
import type { Framing, Preparation } from '../protocol/preparation.ts';

const framingWords: Record<Framing, string> = {
  squeeze: 'The whole image is made square, each side scaled by itself',
  letterbox: 'The whole image keeps its proportions and stands in the middle of a black square',
  crop: 'The largest square in the middle of the image is taken',
};

/** Lines of the example that make the square from `pixels`. */
const framingCode: Record<Framing, (size: number) => string> = {
  squeeze: size => `  const square = tf.image.resizeBilinear(pixels, [${size}, ${size}]);`,
  letterbox: size => `  const [height, width] = pixels.shape;
  const sides = [height, width].map(side => Math.max(1, Math.round((side * ${size}) / Math.max(height, width))));
  const before = sides.map(side => Math.floor((${size} - side) / 2));
  const padding = sides.map((side, i) => [before[i], ${size} - side - before[i]]);
  const square = tf.image.resizeBilinear(pixels, sides).pad([...padding, [0, 0]]);`,
  crop: size => `  const [height, width] = pixels.shape;
  const side = Math.min(height, width);
  const corner = [Math.floor((height - side) / 2), Math.floor((width - side) / 2), 0];
  const square = tf.image.resizeBilinear(pixels.slice(corner, [side, side, 3]), [${size}, ${size}]);`,
};

export function modelReadme(
  network: Network,
  { size, filters, framing, constancy }: Preparation & { readonly filters: number },
): string {
  return `# A skin-lesion segmentation model

${network.title}, ${filters} base filters, trained with Lesion Studio on images of ${size}×${size} pixels.
It takes images as [batch, ${size}, ${size}, 3] with values in 0..1 and gives the probability of lesion for each pixel as
[batch, ${size}, ${size}, 1]. It is no medical device.

${framingWords[framing]}; pixels are averaged by the area that they cover.${
    constancy
      ? `
Then the light's colour is taken out of each image by shades of grey (Finlayson and Trezzi 2004), which the example leaves to you: each
channel times |light| / (√3 · its light), a channel's light being the sixth root of its mean sixth power, cut at 1.`
      : ''
  }

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
${framingCode[framing](size)}
  const image = square.div(255).expandDims(0);
  return model.predict(image).greater(0.5).squeeze();
});
\`\`\`

Lesion Studio opens this zip, or \`model.json\` and \`weights.bin\` together, under \`Model files\`.
`;
}
