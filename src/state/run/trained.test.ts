import { expect, test } from 'vitest';
import { runStates } from '../../protocol/run.ts';
import type { StudioState } from '../studio-state.ts';
import { isTrained } from './trained.ts';

const model = { runId: 'r', bestEpoch: 1 } as StudioState['model'];
const run = (state: string) => ({ id: 'r', state }) as StudioState['run'];
const trained = (model: unknown, run: StudioState['run']) => isTrained({ model: model as StudioState['model'], run });

test('a run’s model counts once the run is done', () => {
  expect(runStates.filter(state => trained(model, run(state)))).toEqual(['idle', 'done']);
});

test('one that was stopped in its first epoch does not, nor does none', () => {
  expect(trained({ runId: 'r' }, run('done'))).toBe(false);
  expect(trained(null, run('done'))).toBe(false);
});

test('a kept run’s model counts, and so does the one of a run before, whatever another run does', () => {
  for (const state of runStates) {
    expect(trained({ bestEpoch: 3, keptRun: 'k' }, run(state))).toBe(true);
    expect(trained({ bestEpoch: 3 }, run(state)), 'one from elsewhere').toBe(false);
    expect(trained({ runId: 'before', bestEpoch: 3 }, run(state))).toBe(true);
  }
  expect(trained(model, null)).toBe(true);
});
