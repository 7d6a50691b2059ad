import type { Triptych } from '../../protocol/triptych.ts';
import { PixelImage } from './pixel-image.tsx';
import './triptych-view.css';

/** Input, ground truth and prediction side by side, with the image's id. */
export function TriptychView({
  triptych,
  prediction,
  waiting,
}: {
  triptych: Triptych;
  prediction: Uint8Array | undefined;
  waiting: string;
}) {
  const { id, size, image, truth } = triptych;
  return (
    <figure className="triptych" aria-label={id}>
      <figcaption className="triptych-id">{id}</figcaption>
      <div className="triptych-pictures">
        <div>
          <PixelImage size={size} pixels={image} alt={`Input ${id}`} />
          <span className="label">Input</span>
        </div>
        <div>
          <PixelImage size={size} pixels={truth} alt={`Ground truth ${id}`} />
          <span className="label">Ground truth</span>
        </div>
        <div>
          <PixelImage size={size} pixels={prediction} alt={`Prediction ${id}`} waiting={waiting} />
          <span className="label">Prediction</span>
        </div>
      </div>
    </figure>
  );
}
