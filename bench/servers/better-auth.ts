// Better Auth on node:http with its own handler, on SQLite in a file, holding one live session: the peer of guard.read.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPeer } from '../peers.ts';
import { onStop, sayReady } from './ready.ts';

const { betterAuth } = await loadPeer<any>('better-auth');
const { toNodeHandler } = await loadPeer<any>('better-auth/node');
const { getMigrations } = await loadPeer<any>('better-auth/db/migration');

const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
const database = new DatabaseSync(join(folder, 'auth.db'));
database.exec('pragma journal_mode = wal; pragma synchronous = normal');

let handle = (_request: unknown, _response: unknown): void => {};
const server = createServer((request, response) => handle(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as { port: number };
const baseURL = `http://127.0.0.1:${port}`;
const auth = betterAuth({
  baseURL,
  database,
  secret: 'a secret of the bench that guards nothing at all',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
});
await (await getMigrations(auth.options)).runMigrations();
handle = toNodeHandler(auth);

const signedUp: Response = await auth.api.signUpEmail({ body: { name: 'Dana Levi', email: 'dana@acme.example', password: 'four grey herons walk' }, asResponse: true });
const cookie = signedUp.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');

onStop(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});
sayReady(server, { cookie, path: '/api/auth/get-session' });
