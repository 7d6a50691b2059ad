/** The model, or the data set with its split, for other programs and places. */
import { modelCard } from '../../formats/exports/model-card.ts';
import { type ExportName, exportRecords } from '../../protocol/model-formats.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { modelAtHand, whileTesting } from '../inference/ready.ts';
import { anyOf, noData, noModel, noSplit, reading, running, testing } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { reportSource } from './report-source.ts';

interface Download {
  readonly name: string;
  readonly blob: Blob;
}

/** What the card tells of data and scores: the run that made the model, or its test here; null where neither is known. */
function cardFacts(state: StudioState) {
  const { model, run } = state;
  const source = reportSource(state);
  const own = model?.runId !== undefined && model.runId === run?.id;
  return source && (own || source.test) ? { ...source, appVersion: __APP_VERSION__ } : null;
}

export function createExportActions(context: Context) {
  const { get, ask } = context;
  const zip = (name: ExportName, bytes: Uint8Array<ArrayBuffer>): Download => ({
    name: exportRecords[name].file,
    blob: new Blob([bytes], { type: 'application/zip' }),
  });
  return {
    /** The model with a card, for BioImage.IO or Hugging Face; null where that failed (a problem is shown). */
    exportModelFor: action(
      context,
      anyOf(noModel, running, testing),
      async (to: 'bioimageio' | 'huggingFace'): Promise<Download | null> => {
        const { id: _, ...model } = modelAtHand(context);
        const facts = cardFacts(get());
        const test = facts?.test ? { result: facts.test, dataset: facts.dataset.source } : null;
        return zip(to, await ask.inference.exportFor({ to, card: modelCard(model, facts), test }));
      },
      null,
    ),
    /** The data set in its split, for nnU-Net; null where that failed (a problem is shown). */
    exportForNnunet: action(
      context,
      anyOf(noData, noSplit, reading, running, testing),
      async (): Promise<Download | null> => {
        const { dataset, currentSplit: split } = get();
        if (!dataset || !split) return null;
        return whileTesting(context, dataset.ids.length, async () =>
          zip('nnunet', await ask.inference.exportPairs({ dataset, split })),
        );
      },
      null,
    ),
  };
}
