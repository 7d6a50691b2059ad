import { memo } from 'react';
import type { ModelInfo } from '../../protocol/model.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { picturesOf, testOf } from '../../state/inference/results.ts';
import { snapshotOf } from '../../state/run/prediction-history.ts';
import { valueText } from '../settings/words.ts';
import { formatBytes, formatCount, formatPreparation, formatScore } from '../shared/format.ts';
import { Outlines } from '../shared/outlines.tsx';
import { PixelImage } from '../shared/pixel-image.tsx';
import { useStudio } from '../studio-context.ts';

/** Weights are 32-bit floats. */
const WEIGHT_BYTES = 4;
const PICTURES = 3;

/** The model that tests, outlines, saves and exports use. */
export function CurrentModel() {
  const model = useStudio(state => state.model);
  const saved = useStudio(({ model, savedAs, savedModels }) =>
    savedAs !== null && savedAs.model === model?.id && savedModels.some(({ name }) => name === savedAs.name)
      ? savedAs.name
      : null,
  );
  return (
    <section className="block" aria-labelledby="current-model">
      <div className="block-head">
        <h2 id="current-model">Current model</h2>
        {model && (
          <span className="tag plain" title={saved ?? undefined}>
            {saved === null ? 'not saved' : 'saved'}
          </span>
        )}
      </div>
      {model ? (
        <>
          <ModelPictures model={model} />
          <ModelFacts model={model} />
        </>
      ) : (
        <p className="help">None yet: train one, or load one below.</p>
      )}
    </section>
  );
}

function ModelFacts({ model }: { model: ModelInfo }) {
  const run = useStudio(({ keptRuns }) => keptRuns.runs.find(({ id }) => id === model.keptRun));
  const tested = useStudio(state => {
    const test = testOf(state);
    return test && !test.outcome.all ? test.outcome.result.meanDice : undefined;
  });
  const threshold = model.thresholds?.find(({ views, largest, holes }) => !views && !largest && !holes);
  const facts: [string, string][] = [
    ['Network', `${valueText('arch', model.arch).replace(/ \(.*/, '')}, ${model.filters} filters`],
    ...(model.networks ? [['Ensemble', `${model.networks} networks, averaged`] satisfies [string, string]] : []),
    ['Size', formatPreparation(model)],
    ['Weights', `${formatCount(model.parameters)} · ${formatBytes(WEIGHT_BYTES * model.parameters)}`],
    ['Validation Dice', formatScore(model.valDice, 4)],
    ['Test Dice', formatScore(tested ?? run?.test?.meanDice, 4)],
    ...(threshold ? [['Validation threshold', threshold.value.toFixed(2)] satisfies [string, string]] : []),
  ];
  return (
    <>
      <p className="breakable">
        {run && <b>{`${run.name} · `}</b>}
        <span>{model.origin}</span>
      </p>
      <dl className="facts model-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

const none: readonly Triptych[] = [];

/** Of the run that made it, in its best epoch; of a loaded model, where the data set fits. */
function ModelPictures({ model }: { model: ModelInfo }) {
  const own = useStudio(({ run }) => run !== null && run.id === model.runId);
  const samples = useStudio(({ run }) => (own && run ? run.samples : none));
  const masks = useStudio(({ run }) =>
    own && run ? snapshotOf(run.predictions, model.bestEpoch ?? null)?.masks : undefined,
  );
  const loaded = useStudio(picturesOf);
  const shown = own ? samples.map((sample, place) => ({ ...sample, prediction: masks?.[place] })) : loaded;
  const drawn = shown.filter(({ prediction }) => prediction !== undefined).slice(0, PICTURES);
  if (drawn.length === 0) return null;
  return (
    <div className="model-pictures" aria-hidden="true">
      {drawn.map(({ id, size, image, truth, prediction }) => (
        <ModelPicture key={id} size={size} image={image} truth={truth} prediction={prediction} />
      ))}
    </div>
  );
}

/** Its own name is told under Train, where the same pictures are large. */
const ModelPicture = memo(function ModelPicture({
  size,
  image,
  truth,
  prediction,
}: Pick<Triptych, 'size' | 'image' | 'truth'> & { prediction: Uint8Array | undefined }) {
  return (
    <div className="prediction-picture">
      <PixelImage size={size} pixels={image} alt="" />
      <Outlines size={size} truth={truth} prediction={prediction} />
    </div>
  );
});
