// The program as an operator has it: commands of the command line run here, and the real server as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { main } from '#cli/main.ts';

const ROOT = resolve(import.meta.dirname, '..');
const PATIENCE_MS = 30_000;

export interface Ran {
  readonly code: number;
  /** What was said on standard output. */
  readonly said: string;
  readonly err: string;
}

/** An empty folder, removed when the test ends. */
export function emptyFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-program-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command as an operator would type it, at the time the test says. */
export async function portcullis(env: Readonly<Record<string, string>>, words: readonly string[], now: () => number = Date.now): Promise<Ran> {
  const lines: string[] = [];
  let err = '';
  const code = await main(words, { env, cwd: tmpdir(), now, say: (line) => void lines.push(line) }, (text) => void (err += text));
  return { code, said: lines.join('\n'), err };
}

/** Waits for what is observed, with a deadline; never for a time. */
export async function until<T>(what: string, observe: () => Promise<T | undefined | false> | T | undefined | false, withinMs = PATIENCE_MS): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const seen = await observe();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > end) throw new Error(`Not seen within ${withinMs} ms: ${what}.`);
    // Waits: the condition above is looked at again.
    await new Promise((again) => setTimeout(again, 10));
  }
}

export interface Process {
  readonly child: ChildProcess;
  /** Standard output so far. */
  said(): string;
  err(): string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Whoever ends what was started: a test, or a story of several. */
export interface Ending {
  after(end: () => void | Promise<void>): void;
}

/** Starts `server/main.ts` with these variables and nothing else of Portcullis; ended with the test. */
export function startServer(context: Ending, env: Readonly<Record<string, string>>, args: readonly string[] = [], as: { uid?: number; gid?: number } = {}): Process {
  const child = spawn(process.execPath, [join(ROOT, 'server/main.ts'), ...args], { cwd: tmpdir(), env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], LOG_LEVEL: 'silent', ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...as });
  let said = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()));
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  context.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, said: () => said, err: () => err, ended };
}

/** Starts it and waits until it answers. */
export async function runningServer(context: TestContext, env: Readonly<Record<string, string>> & { PORT: string }, args: readonly string[] = []): Promise<Process> {
  const started = startServer(context, env, args);
  await until('the address in the terminal', () => {
    if (started.child.exitCode !== null) throw new Error(`The server ended: ${started.err()}`);
    return started.said().includes('Portcullis is at');
  });
  return started;
}
