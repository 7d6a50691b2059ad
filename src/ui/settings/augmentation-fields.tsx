import { useState } from 'react';
import type { AugmentedPair } from '../../protocol/run.ts';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { PixelImage } from '../shared/pixel-image.tsx';
import { useStudio } from '../studio-context.ts';
import { augmentationPresets, inForce } from './preset-values.ts';
import { SettingFields } from './setting-fields.tsx';
import './presets.css';
import './augmentation-fields.css';

/** The ranges that training images are changed in, in presets and one by one, with a look at what comes out. */
export function AugmentationFields() {
  const settings = useStudio(state => state.settings);
  const change = useStudio(state => state.changeSettings);
  return (
    <>
      <div className="presets">
        {Object.entries(augmentationPresets).map(([title, preset]) => (
          <button
            key={title}
            type="button"
            className="small"
            aria-pressed={inForce(settings, preset)}
            onClick={() => change(preset)}
          >
            {title}
          </button>
        ))}
      </div>
      <p className="help">Each training image gets its own change in each epoch, its mask the same one. 0 is off.</p>
      <SettingFields group="augmentation" kind="number" />
      <Preview />
    </>
  );
}

function Preview() {
  const settings = useStudio(state => state.settings);
  const make = useStudio(state => state.previewAugmentation);
  const refused = useRefusal(make);
  const [shown, setShown] = useState<{ for: string; pairs: readonly AugmentedPair[] }>();
  const [draw, setDraw] = useState(1);
  const [busy, setBusy] = useState(false);
  const current = JSON.stringify(settings);
  const show = async () => {
    setBusy(true);
    const pairs = await make(draw);
    setBusy(false);
    if (pairs) setShown({ for: current, pairs });
    setDraw(draw + 1);
  };
  return (
    <div className="augmented">
      <div className="actions">
        <ActionButton action={make} busy={busy} onClick={() => void show()}>
          Preview augmentation
        </ActionButton>
        <span className="help" role="status">
          {busy
            ? 'Drawing the pairs…'
            : refused || (shown && shown.for !== current ? 'The settings have changed since.' : '')}
        </span>
      </div>
      {shown && (
        <section className="augmented-pairs" aria-label="Augmented training pairs">
          {shown.pairs.map(({ id, size, views }) => (
            <figure key={id}>
              <figcaption className="mono breakable">{id}</figcaption>
              <div className="augmented-views">
                {views.map(({ image, mask }, place) => (
                  // Their place is all that tells one view of an image from another.
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above
                  <div key={place}>
                    <PixelImage size={size} pixels={image} alt={place ? `View ${place} of ${id}` : `${id} as it is`} />
                    <PixelImage
                      size={size}
                      pixels={mask}
                      alt={place ? `Mask of view ${place} of ${id}` : `Mask of ${id}`}
                    />
                  </div>
                ))}
              </div>
            </figure>
          ))}
        </section>
      )}
    </div>
  );
}
