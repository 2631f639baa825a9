// node:http answering one file to everybody, from memory or from a descriptor that stays open: the least that handing it out can cost in this runtime.
import { openSync, read, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { newFolder } from '../house.ts';
import { onStop, sayReady } from './ready.ts';

const bytes = Number(process.argv[2]);
const { folder, remove } = newFolder();
const body = Buffer.alloc(bytes, 'a');
const path = join(folder, 'file');
writeFileSync(path, body);
const fd = openSync(path, 'r');
const free: Buffer[] = [];
const head = ['content-type', 'application/octet-stream', 'content-length', String(bytes)];
const server = createServer((request, response) => {
  if (request.url === '/memory') return void response.writeHead(200, head).end(body);
  const buffer = free.pop() ?? Buffer.allocUnsafeSlow(bytes);
  read(fd, buffer, 0, bytes, 0, () => response.writeHead(200, head).end(buffer, () => free.push(buffer)));
});
server.listen(0, '127.0.0.1', () => {
  onStop(remove);
  sayReady(server);
});
