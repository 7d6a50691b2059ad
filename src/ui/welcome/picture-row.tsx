import { area, outline, photo, side } from 'virtual:welcome-picture';
import { ArrowRight } from 'lucide-react';

/** Photo, outline, mask of one demo image: what the page is about, without a word. */
export function PictureRow() {
  return (
    <div className="picture-row">
      <figure>
        <img className="picture-row-picture" src={photo} width={side} height={side} alt="A drawn skin lesion" />
        <figcaption>Photo</figcaption>
      </figure>
      <ArrowRight className="picture-row-arrow" aria-hidden />
      <figure>
        <div className="picture-row-picture">
          <img src={photo} width={side} height={side} alt="The lesion with its outline" />
          <svg viewBox={`0 0 ${side} ${side}`} aria-hidden="true">
            <path className="picture-row-casing" d={outline} />
            <path className="picture-row-outline" d={outline} />
          </svg>
        </div>
        <figcaption>Outline</figcaption>
      </figure>
      <ArrowRight className="picture-row-arrow" aria-hidden />
      <figure>
        <svg className="picture-row-picture" viewBox={`0 0 ${side} ${side}`} role="img" aria-label="Its mask">
          <rect width={side} height={side} />
          <path className="picture-row-mask" d={area} />
        </svg>
        <figcaption>Mask</figcaption>
      </figure>
    </div>
  );
}
