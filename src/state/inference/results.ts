/**
 * Results are kept with their model and data set, and read only while these are current. So nothing has to be cleared when a run starts
 * or another model is loaded, nor restored when that fails: a result stands beside its own model or not at all.
 */

import { type DatasetSummary, originalHash } from '../../protocol/dataset.ts';
import type { TestResult } from '../../protocol/scores.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import type { StudioState } from '../studio-state.ts';
import type { ModelGains, ModelTest, Outlines, ResultKey, Results } from './inference-state.ts';

export const noResults: Results = { test: null, outlines: null, pictures: null, gains: null };

type Known = Pick<StudioState, 'model' | 'dataset' | 'results'>;

/** A worker that ends takes the model with it; the model's results stay until there is another model. */
function isOfModel({ model }: Known, of: Pick<ResultKey, 'model'>): boolean {
  return model === null || model.id === of.model;
}

function isOf(state: Known, of: ResultKey): boolean {
  return isOfModel(state, of) && (state.dataset === null || state.dataset.hash === of.dataset);
}

/** Of the same images, whatever was done to their masks since. */
function isOfImages(state: Known, of: ResultKey): boolean {
  return isOfModel(state, of) && (state.dataset === null || originalHash(state.dataset) === of.dataset);
}

export function testOf(state: Known): ModelTest | null {
  const { test } = state.results;
  return test && isOfImages(state, test.of) ? test : null;
}

/** How many of the scored images have another mask by now; 0 where no data set is at hand to tell. */
export function changedSince(
  { images, corrected = [] }: Pick<TestResult, 'images' | 'corrected'>,
  dataset: Pick<DatasetSummary, 'corrected'> | null,
): number {
  if (!dataset) return 0;
  const then = new Map(corrected.map(({ id, mask }) => [id, mask]));
  const now = new Map(dataset.corrected?.map(({ id, mask }) => [id, mask]));
  return images.filter(({ id }) => then.get(id) !== now.get(id)).length;
}

export function outlinesOf(state: Known): Outlines | null {
  const { outlines } = state.results;
  return outlines && isOfModel(state, outlines.of) ? outlines : null;
}

const none: readonly Triptych[] = [];

/** Empty for a run's own model: its samples show it. */
export function picturesOf(state: Known): readonly Triptych[] {
  const { pictures } = state.results;
  return pictures && state.model && isOf(state, pictures.of) ? pictures.triptychs : none;
}

/** null where they were measured on other validation images than the current ones. */
export function gainsOf(state: Known & Pick<StudioState, 'currentSplit'>): ModelGains['gains'] | null {
  const { gains } = state.results;
  const same = gains?.validation.join() === state.currentSplit?.validation.join();
  return gains && same && isOf(state, gains.of) ? gains.gains : null;
}
