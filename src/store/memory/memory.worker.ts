/** The memory worker's entry: the page hands it a port for each of its workers. */
import * as v from 'valibot';
import { memoryServer } from './memory-server.ts';

const connection = v.object({ client: v.string(), port: v.instance(MessagePort) });

const connect = memoryServer();
self.addEventListener('message', ({ data }) => {
  const { client, port } = v.parse(connection, data);
  connect(port, client);
});
