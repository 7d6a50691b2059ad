// Serves the built page: http://127.0.0.1:4173, or the port in PORT.
import { preview } from 'vite';

const port = Number(process.env.PORT ?? 4173);
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  console.error(`PORT=${process.env.PORT} is not a port number.`);
  process.exit(1);
}
try {
  const server = await preview({ preview: { port, strictPort: true } });
  server.printUrls();
  console.log(`Lesion Studio is at http://127.0.0.1:${port}`);
} catch (error) {
  console.error(`Could not serve on port ${port}: ${error.message}. Set PORT to another one.`);
  process.exit(1);
}
