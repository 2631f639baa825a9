// node:http answering one JSON value, given as the argument, to everybody: the least a read can cost.
import { createServer } from 'node:http';
import { onStop, sayReady } from './ready.ts';

const value = JSON.parse(process.argv[2] ?? '{}') as unknown;
const server = createServer((_request, response) => {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  onStop(() => process.exit(0));
  sayReady(server);
});
