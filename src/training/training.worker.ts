/** The training worker's entry: commands in, replies and events out. What it does is in session.ts, inference.ts and models.ts. */

import { type TrainingCommand, type TrainingEvent, trainingCommand } from '../protocol/run.ts';
import { PLAIN } from '../protocol/scores.ts';
import { serve, Transferred, type WorkerScope } from '../protocol/server.ts';
import { openPixels } from '../store/pixels.ts';
import { runBook } from '../store/run-book.ts';
import { openStore } from '../store/store.ts';
import { openBackend } from './device/backend.ts';
import { THRESHOLD } from './inference/score.ts';
import { deleteKeptRun, loadKeptRun, restoreKeptRun } from './library/kept-runs.ts';
import { exportModel, importModel, loadModel, manageModels } from './library/models.ts';
import { describeRun, listRuns } from './library/run-book.ts';
import { makeRoom, tellRoom } from './library/storage-cleanup.ts';
import { runStore } from './run/checkpoints.ts';
import { Session } from './session.ts';

const scope = globalThis as unknown as WorkerScope;
const session = new Session({
  send: (event, buffers) => send(event, buffers),
  openPixels: async cacheId => {
    const { summary, read, ownMask, close } = await openPixels(cacheId);
    return { size: summary.size, read, ownMask, close };
  },
  clock: () => performance.now(),
  openBackend,
  runs: runStore,
  book: runBook,
});

async function handle(command: TrainingCommand): Promise<unknown> {
  switch (command.type) {
    case 'device':
      return session.device(command.engine);
    case 'estimate':
      return session.estimate(command.settings);
    case 'start':
      return session.start(command.run);
    case 'unfinished':
      return runStore.unfinished();
    case 'continue':
      return session.continue(command.runId);
    case 'discard':
      return runStore.discard(command.runId);
    case 'storagePlace':
      return (await openStore()).place;
    case 'room':
      return tellRoom();
    case 'makeRoom':
      return makeRoom(command.kinds);
    case 'pause':
      return session.pause();
    case 'resume':
      return session.resume();
    case 'stop':
      return session.stop();
    case 'test': {
      const outcome = await session.judge.test(command.dataset, command.split, command);
      const { levels, ownLevels } = outcome;
      return new Transferred(outcome, ownLevels ? [levels.buffer, ownLevels.buffer] : [levels.buffer]);
    }
    case 'gains':
      return session.judge.gains(command.dataset, command.split);
    case 'tune':
      return session.judge.tune(command.dataset, command.split, command.inference);
    case 'masks': {
      const bytes = await session.judge.masks(command.dataset, command.places, command);
      return new Transferred(bytes, [bytes.buffer]);
    }
    case 'outline':
      return session.judge.outline(command);
    case 'picture':
      return session.judge.picture(command.dataset, command.index, command);
    case 'loadModel':
      return adopt(await loadModel(command.name));
    case 'importModel':
      return adopt(await importModel(command.files));
    case 'exportModel': {
      const bytes = await exportModel(session.model, command.as);
      return new Transferred(bytes, [bytes.buffer]);
    }
    case 'augmented':
      return session.judge.augmented(command.dataset, command.places, command.settings, command.epoch);
    case 'keptRuns':
      return listRuns(runBook);
    case 'describeRun':
      return describeRun(runBook, command.runId, command.name, command.note);
    case 'deleteKeptRun':
      session.refuseGoing(command.runId, 'delete it');
      return deleteKeptRun(command.runId);
    case 'restoreKeptRun':
      return restoreKeptRun();
    case 'loadKeptRun':
      return adopt(await loadKeptRun(command.runId));
    case 'runPicture':
      return session.judge.picture(
        command.dataset,
        command.index,
        { threshold: THRESHOLD, inference: PLAIN },
        await loadKeptRun(command.runId),
      );
    case 'saveModel':
    case 'listModels':
    case 'renameModel':
    case 'deleteModel':
    case 'restoreModel':
      return manageModels(command, () => session.model);
    default:
      throw command satisfies never;
  }
}

function adopt(model: Parameters<Session['adoptModel']>[0]) {
  session.adoptModel(model);
  return model.info;
}

const send = serve<typeof trainingCommand, TrainingEvent>(scope, trainingCommand, handle);
