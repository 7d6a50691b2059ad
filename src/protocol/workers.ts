/** The contracts of the two workers. */
import * as v from 'valibot';
import type { Calls, Contract, EventOf } from './contract.ts';
import { data, dataEvent } from './data.ts';
import { device } from './device.ts';
import { inference, inferenceEvent } from './inference.ts';
import { library, libraryEvent } from './library.ts';
import { run, runEvent } from './run.ts';

/** The ingest worker: owns the archive. */
export const ingestContract = { columns: { data }, event: dataEvent } satisfies Contract;

/** The training worker: owns the device and the weights. */
export const trainingContract = {
  columns: { device, run, inference, library },
  event: v.variant('type', [runEvent, inferenceEvent, libraryEvent]),
} satisfies Contract;
export type TrainingEvent = EventOf<typeof trainingContract>;

/** All that the page can ask, whichever worker answers. */
export type Ask = Calls<typeof ingestContract.columns & typeof trainingContract.columns>;
