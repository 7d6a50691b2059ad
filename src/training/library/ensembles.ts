/** Several models as one, whose probabilities are averaged. */
import { joinedWeights, MOST_NETWORKS } from '../../network/ensemble.ts';
import { AppError } from '../../protocol/errors.ts';
import { megabytes } from '../../protocol/megabytes.ts';
import { preparationOf, samePreparation } from '../../protocol/preparation.ts';
import { packSeen, unpackSeen } from '../../protocol/seen-images.ts';
import { describeModel, type Model } from '../model.ts';

/** As many as a model's file may hold (formats/model-zip.ts). */
const MOST_BYTES = 256e6;

/**
 * The models' own thresholds and temperatures are of single networks, and are left. It has seen whatever one of them has. Throws AppError
 * 'other-network' where the models are of several kinds, 'bad-settings' where they are too few, too many or too large.
 */
export function ensembleOfModels(models: readonly Model[]): Model {
  const [first] = models;
  if (!first || models.length < 2 || models.length > MOST_NETWORKS)
    throw new AppError(
      'bad-settings',
      `${models.length} models make no ensemble`,
      `choose 2 to ${MOST_NETWORKS} that were trained alike`,
    );
  const { arch, filters } = first.info;
  const odd = models.find(
    ({ info }) =>
      info.arch !== arch ||
      info.filters !== filters ||
      info.networks !== undefined ||
      !samePreparation(info, first.info),
  );
  if (odd)
    throw new AppError(
      'other-network',
      `${odd.info.origin} is not of the same kind as ${first.info.origin}`,
      'choose models of one architecture, size and preparation',
    );
  const weights = joinedWeights(models.map(model => model.weights));
  const bytes = [...weights.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  if (bytes > MOST_BYTES)
    throw new AppError(
      'bad-settings',
      `These ${models.length} networks have ${megabytes(bytes)}, and a model may have ${megabytes(MOST_BYTES)}`,
      'use fewer folds, or fewer base filters',
    );
  const seen = seenByAny(models);
  return {
    info: describeModel({
      ...{ arch, filters, ...preparationOf(first.info), networks: models.length },
      origin: `Ensemble of ${models.length} networks`,
      ensembleOf: models.flatMap(({ info: { keptRun } }) => (keptRun === undefined ? [] : [keptRun])),
      ...(seen === undefined ? {} : { seen }),
    }),
    weights,
    seed: first.seed,
  };
}

/** undefined where one does not say. */
function seenByAny(models: readonly Model[]): string | undefined {
  const known = models.flatMap(({ info }) => (info.seen === undefined ? [] : [unpackSeen(info.seen)]));
  if (known.length < models.length) return undefined;
  return packSeen(
    known.flatMap(({ hashes }) => [...hashes]),
    known.flatMap(({ looks }) => looks),
  );
}
