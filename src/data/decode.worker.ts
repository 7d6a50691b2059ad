/** One of the pool's workers. */
import { serve } from '../protocol/server.ts';
import { decodeContract } from './decode-contract.ts';
import { decodeHandlers } from './decode-handlers.ts';

serve(
  {
    postMessage: (message, transfer) => self.postMessage(message, { transfer }),
    addEventListener: (type, listener) => self.addEventListener(type, listener as EventListener),
  },
  decodeContract,
  decodeHandlers,
);
