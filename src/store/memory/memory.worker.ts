/** The memory worker's entry: the page hands it a port for each of its workers. */
import * as v from 'valibot';
import { memoryUser } from '../../protocol/memory-port.ts';
import { memoryServer } from './memory-server.ts';

const connect = memoryServer();
self.addEventListener('message', ({ data }) => {
  const { client, port } = v.parse(memoryUser, data);
  connect(port, client);
});
