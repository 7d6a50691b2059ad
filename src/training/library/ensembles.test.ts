import { expect, test } from 'vitest';
import { buildNetwork } from '../../network/catalogue.ts';
import { memberWeights } from '../../network/ensemble.ts';
import { parameterCount } from '../../network/graph.ts';
import { packSeen, unpackSeen } from '../../protocol/seen-images.ts';
import { makeModel } from '../../testing/model.ts';
import { describeModel, type Model } from '../model.ts';
import { ensembleOfModels } from './ensembles.ts';

function model(hash: string | undefined, change: Partial<Model['info']> = {}): Model {
  const { info, weights, seed } = makeModel({ filters: 1, ...change });
  const seen = hash === undefined ? {} : { seen: packSeen([hash]) };
  return { info: describeModel({ ...info, origin: `model ${hash}`, ...seen }), weights, seed };
}
const [a, b] = ['00000000000000aa', '00000000000000bb'];

test('networks of one kind are one model that has seen what any of them has', () => {
  const found = ensembleOfModels([model(a), model(b), model(a)]);
  const { arch, filters } = found.info;
  expect(found.info).toMatchObject({ networks: 3, origin: 'Ensemble of 3 networks' });
  expect(found.info.parameters).toBe(3 * parameterCount(buildNetwork(arch, filters)));
  expect([...unpackSeen(found.info.seen ?? '').hashes]).toEqual([a, b]);
  expect(memberWeights(found.weights, 3)[1]).toEqual(model(b).weights);
  // Thresholds, validation Dice and epoch are of single networks.
  for (const key of ['thresholds', 'valDice', 'bestEpoch', 'keptRun']) expect(found.info).not.toHaveProperty(key);
});

test('where one does not say what it has seen, the ensemble does not either', () => {
  expect(ensembleOfModels([model(a), model(undefined)]).info.seen).toBeUndefined();
});

test('what does not go together is refused', () => {
  expect(() => ensembleOfModels([model(a)])).toThrow(/1 models make no ensemble/);
  expect(() => ensembleOfModels([model(a), model(b, { filters: 2 })])).toThrow(/not of the same kind/);
  expect(() => ensembleOfModels([model(a), model(b, { size: 48 })])).toThrow(/not of the same kind/);
  expect(() => ensembleOfModels([model(a), model(b, { framing: 'crop' })])).toThrow(/not of the same kind/);
  expect(() => ensembleOfModels([model(a), ensembleOfModels([model(a), model(b)])])).toThrow(/not of the same kind/);
});
