/** One of the pool's workers. */
import * as v from 'valibot';
import { portGiven } from '../protocol/page-workers.ts';
import { portScope } from '../protocol/port.ts';
import { serve } from '../protocol/server.ts';
import { decodeContract } from './decode-contract.ts';
import { decodeHandlers } from './decode-handlers.ts';

self.addEventListener(
  'message',
  ({ data }) => serve(portScope(v.parse(portGiven, data).port), decodeContract, decodeHandlers),
  { once: true },
);
