import { NumberField } from '../shared/number-field.tsx';
import { useStudio } from '../studio-context.ts';

/** The guard against pictures that unpack to more than the machine holds. */
export function LargestImage() {
  const megapixels = useStudio(state => state.megapixels);
  const change = useStudio(state => state.changeMegapixels);
  return (
    <NumberField
      label="Largest image"
      about="A guard against pictures that unpack to more memory than the machine has. Dermoscopy photographs have 1 to 40 million pixels; raise it only for larger ones that you trust."
      help="In million pixels, 4 bytes each. Holds from the next reading on."
      range="1 to 400"
      value={megapixels}
      onValue={change}
    />
  );
}
