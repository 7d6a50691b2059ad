import { samePreparation } from '../../protocol/preparation.ts';
import type { Context } from '../context.ts';

/** Validation images whose predictions are shown. */
const SAMPLES = 4;

/** Pictures of what a loaded model makes of the first validation images, if both are there. */
export async function showModel({ get, set, ask }: Context): Promise<void> {
  const { dataset, currentSplit, model, refinements } = get();
  // A run's own masks come with its epochs.
  if (!dataset || !currentSplit || !model || model.runId || !samePreparation(dataset, model)) return;
  const places = currentSplit.validation.slice(0, SAMPLES);
  const triptychs = await Promise.all(
    places.map(index => ask.inference.picture({ dataset, index, threshold: 0.5, refinements })),
  );
  const pictures = { of: { model: model.id, dataset: dataset.hash }, triptychs };
  set(({ results }) => ({ results: { ...results, pictures } }));
}
