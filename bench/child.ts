// Processes of their own: servers that are measured, and trials that need a heap nobody has touched. Each is ended by its own handle.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { switches } from './switches.ts';

const TRIAL_LIMIT_MS = 90_000;
const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

const running = new Set<ChildProcess>();

/** Whatever is still running when this process ends, by itself or by Ctrl-C, is ended with it. */
export function endAllAtExit(): void {
  process.once('exit', () => {
    for (const child of running) child.kill('SIGTERM');
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
}

/** Takes a child into care until it has ended. */
export function inCare(child: ChildProcess): ChildProcess {
  running.add(child);
  return child.once('exit', () => running.delete(child));
}

export interface Child<Said> {
  readonly pid: number;
  /** The first line it printed, which is JSON. */
  readonly said: Said;
  stop(): Promise<void>;
}

export const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The environment without what would make a child behave otherwise than one started by hand. */
export function plainEnvironment(added: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$|^NODE_V8_COVERAGE$/.test(name));
  return { ...Object.fromEntries(kept), ...added };
}

function start(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return inCare(spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'], env: plainEnvironment({ NODE_ENV: 'production', ...env }) }));
}

/** Ends a child that we started: politely, then by force. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
  await gone;
  clearTimeout(force);
}

function firstLine(child: ChildProcess, what: string, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} said nothing in ${limit / 1_000} s.`)), limit);
    createInterface({ input: child.stdout! }).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${what} ended with ${code ?? signal} before it said anything.`));
    });
  });
}

async function begin<Said>(file: string, limit: number, flags: readonly string[], args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ child: ChildProcess; said: Said }> {
  const child = start([...flags, file, ...args], env);
  try {
    return { child, said: JSON.parse(await firstLine(child, file, limit)) as Said };
  } catch (error) {
    await end(child);
    throw error;
  }
}

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** For it to say where it is. */
  readonly limit?: number;
  /** Another checkout whose server it is. */
  readonly checkout?: string;
}

/** Starts `bench/servers/<name>.ts` and waits until it says where it is. */
export async function startServer<Said>(name: string, args: readonly string[] = [], { env = {}, limit = READY_LIMIT_MS, checkout }: ServerOptions = {}): Promise<Child<Said>> {
  const { profile } = switches();
  const flags = profile === null ? [] : ['--cpu-prof', '--cpu-prof-dir', profile, '--cpu-prof-name', `${name}${checkout === undefined ? '' : '-beside'}-${args.join('')}-${Date.now()}.cpuprofile`];
  const file = checkout === undefined ? program(`./servers/${name}.ts`) : join(checkout, 'bench', 'servers', `${name}.ts`);
  const { child, said } = await begin<Said>(file, limit, flags, args, env);
  return { pid: child.pid!, said, stop: () => end(child) };
}

/** The same out of the checkout that was named with `--beside`; null where none was. */
export async function startBeside<Said>(name: string, args: readonly string[] = [], options: ServerOptions = {}): Promise<Child<Said> | null> {
  const { beside } = switches();
  return beside === null ? null : startServer<Said>(name, args, { ...options, checkout: beside });
}

/** Runs `bench/trials/<name>.ts` to its answer. */
export async function runTrial<Said>(name: string, args: readonly string[] = [], limit = TRIAL_LIMIT_MS): Promise<Said> {
  const { child, said } = await begin<Said>(program(`./trials/${name}.ts`), limit, ['--expose-gc'], args, {});
  await end(child);
  return said;
}
