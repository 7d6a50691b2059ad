import { TriangleAlert } from 'lucide-react';
import type { Colour } from '../../protocol/dataset.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** Asked once for the whole set: which of two colours is the lesion. */
export function MaskQuestion() {
  const question = useStudio(state => state.maskQuestion);
  const choose = useStudio(state => state.chooseLesionColour);
  if (!question) return null;
  const { count, colours } = question;
  return (
    <section aria-label="Question about masks" className="notice data-notice">
      <TriangleAlert aria-hidden />
      <p>{`${plural(count, 'mask')} ${count === 1 ? 'has' : 'have'} two colours, and neither is surely the lesion. Which one is it? Until you answer, ${count === 1 ? 'it is' : 'they are'} left out.`}</p>
      <div className="actions">
        {colours.map(colour => (
          <ActionButton key={colour.join()} className="small" action={choose} onClick={() => void choose(colour)}>
            <span
              className="colour-swatch"
              style={{ background: `rgb(${colour.slice(0, 3).join(' ')} / ${colour[3] / 255})` }}
              aria-hidden="true"
            />
            <span>{`The lesion is ${nameOf(colour, colours)}`}</span>
          </ActionButton>
        ))}
      </div>
    </section>
  );
}

/** A plain word with the levels behind it; its opacity where the two differ in that. */
function nameOf(colour: Colour, [a, b]: readonly [Colour, Colour]): string {
  const [red, green, blue, alpha] = colour;
  const levels = `${red}/${green}/${blue}`;
  return `${wordOf(colour)} (${a[3] === b[3] ? levels : `${levels}, ${Math.round((alpha / 255) * 100)} % opaque`})`;
}

const hues = ['red', 'yellow', 'green', 'cyan', 'blue', 'magenta'] as const;

function wordOf([red, green, blue]: Colour): string {
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  if (most < 40) return 'black';
  if (most - least < 40) return least > 215 ? 'white' : 'grey';
  const sector =
    most === red
      ? (green - blue) / (most - least)
      : most === green
        ? 2 + (blue - red) / (most - least)
        : 4 + (red - green) / (most - least);
  return hues[Math.round(sector + 6) % 6] ?? 'red';
}
