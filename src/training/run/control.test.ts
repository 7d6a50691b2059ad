import { expect, test } from 'vitest';
import { type RunState, runStates } from '../../protocol/run.ts';
import { canChange, RunControl } from './control.ts';

test('the table allows the course of a run and nothing else', () => {
  const allowed = runStates.flatMap(from => runStates.filter(to => canChange(from, to)).map(to => `${from}>${to}`));
  expect(allowed).toEqual([
    'idle>preparing',
    'preparing>running',
    'preparing>finishing',
    'preparing>failed',
    'running>paused',
    'running>finishing',
    'running>failed',
    'paused>running',
    'paused>finishing',
    'paused>failed',
    'finishing>done',
    'finishing>failed',
    'done>preparing',
    'failed>preparing',
  ]);
});

function started() {
  const seen: RunState[] = [];
  const control = new RunControl(state => seen.push(state));
  control.change('preparing');
  control.change('running');
  return { control, seen };
}

test('a pause holds the gate until it is resumed', async () => {
  const { control, seen } = started();
  expect(await control.pass()).toBe(true);
  control.pause();
  let passed = false;
  const gate = control.pass().then(go => {
    passed = true;
    return go;
  });
  await new Promise(resolve => setTimeout(resolve, 5));
  expect(passed).toBe(false);
  control.resume();
  expect(await gate).toBe(true);
  expect(seen).toEqual(['preparing', 'running', 'paused', 'running']);
});

test('a stop opens a closed gate and answers no', async () => {
  const { control } = started();
  control.pause();
  const gate = control.pass();
  control.stop();
  expect(await gate).toBe(false);
  expect(control.state).toBe('finishing');
  control.stop();
  expect(control.state).toBe('finishing');
});

test('commands that do not fit the state are refused by name', () => {
  const { control } = started();
  expect(() => control.resume()).toThrow(/running and cannot become running/);
  control.pause();
  expect(() => control.pause()).toThrow(/paused and cannot become paused/);
});

test('a failure frees whoever waits at the gate, and comes too late after the end', async () => {
  const { control } = started();
  control.pause();
  const gate = control.pass();
  control.fail();
  expect(control.state).toBe('failed');
  await gate;
  const ended = started().control;
  ended.stop();
  ended.change('done');
  ended.fail();
  expect(ended.state).toBe('done');
});
