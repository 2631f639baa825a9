// The program as people start it, and a short visit: setup through the printed link, sign-in, some reads.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { totpCode } from '#identity/totp.ts';
import { end, inCare, plainEnvironment } from './child.ts';
import { newFolder, PASSWORD } from './house.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const START_LIMIT_MS = 30_000;
const ASK_EVERY_MS = 4;

/** What follows `node`: the launcher, or the server alone while the page is not built (the launcher would build it). */
export function asPeopleStart(): string[] {
  return existsSync(new URL('../web/dist/index.html', import.meta.url)) ? ['portcullis.mjs', 'start'] : ['server/main.ts'];
}

export interface Started {
  readonly pid: number;
  readonly port: number;
  /** From the start of the process to its first good answer. */
  readonly seconds: number;
  /** What it has printed so far. */
  printed(): string;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function healthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/healthz', agent: false, headers: { host: `localhost:${port}` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}

async function firstAnswer(child: ChildProcess, port: number, begin: number): Promise<number> {
  while (!(await healthy(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The program ended with ${child.exitCode ?? child.signalCode} before it answered.`);
    if (performance.now() - begin > START_LIMIT_MS) throw new Error(`The program did not answer in ${START_LIMIT_MS / 1_000} s.`);
    await setTimeout(ASK_EVERY_MS);
  }
  return (performance.now() - begin) / 1_000;
}

/** Starts it on a free port, on `folder` or on a new one that is removed at the end. */
export async function startProgram(args: readonly string[], folder?: string): Promise<Started> {
  const made = folder === undefined ? newFolder() : undefined;
  const port = await freePort();
  let printed = '';
  const begin = performance.now();
  const env = plainEnvironment({ PORT: String(port), DATA_DIR: folder ?? made!.folder, LOG_LEVEL: 'warn' });
  const child = inCare(spawn(process.execPath, [...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'ignore'] }));
  child.stdout!.setEncoding('utf8').on('data', (text: string) => { printed += text; });
  const stop = async (): Promise<void> => {
    await end(child);
    made?.remove();
  };
  try {
    return { pid: child.pid!, port, seconds: await firstAnswer(child, port, begin), printed: () => printed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Sets the first brand up, signs in and reads a little, over HTTP as a browser does. */
export async function useProgram(started: Started): Promise<void> {
  const origin = `http://localhost:${started.port}`;
  const send = async (path: string, body: unknown): Promise<Response> => {
    const answer = await fetch(`${origin}${path}`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', origin, 'sec-fetch-site': 'same-origin' } });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${await answer.text()}`);
    return answer;
  };
  for (let tries = 0; !/\/setup#/.test(started.printed()) && tries < 100; tries += 1) await setTimeout(50);
  const token = /\/setup#(\S+)/.exec(started.printed())?.[1];
  if (token === undefined) throw new Error('No setup link was printed.');
  const opened = (await (await send('/api/v1/setup/open', { token })).json()) as { totp: { secret: string } };
  const code = totpCode(opened.totp.secret, Math.floor(Date.now() / 30_000));
  await send('/api/v1/setup/complete', { token, brand: { name: 'Acme', slug: 'acme' }, admin: { name: 'Dana Levi', email: 'dana@acme.example', password: PASSWORD }, code });
  const signedIn = await send('/api/v1/sign-in', { brand: 'acme', email: 'dana@acme.example', password: PASSWORD });
  const cookie = signedIn.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  for (const path of ['/', '/b/acme/', '/api/v1/session', '/api/v1/policy', '/api/v1/audit', '/healthz', '/api/v1/session']) {
    const answer = await fetch(`${origin}${path}`, { headers: { cookie } });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}.`);
  }
}
