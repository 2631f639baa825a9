// Load on loopback: wrk where it is installed, else a small generator of our own, each in a process of its own.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { program } from './child.ts';
import { processorTime } from './process-stat.ts';

export interface Target {
  readonly pid: number;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** At once; as many as usual when left out. */
  readonly connections?: number;
}

export interface Burst {
  /** Processor time of the server, µs a request. */
  readonly cpu: number;
  /** Requests a second. */
  readonly rate: number;
}

const CONNECTIONS = 32;
const run = promisify(execFile);

export const loadTool: 'wrk' | 'own' = spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error === undefined ? 'wrk' : 'own';

async function withWrk({ port, path, headers, connections = CONNECTIONS }: Target, seconds: number): Promise<{ requests: number; rate: number }> {
  const named = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', ...named, `http://127.0.0.1:${port}${path}`]);
  const bad = /Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)/.exec(stdout);
  if (bad !== null) throw new Error(`Not every answer was good: ${bad[0]}.`);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  if (!(requests > 0 && rate > 0)) throw new Error(`wrk gave no figures: ${stdout}`);
  return { requests, rate };
}

async function withOwn({ port, path, headers, connections = CONNECTIONS }: Target, seconds: number): Promise<{ requests: number; rate: number }> {
  const asked = JSON.stringify({ port, path, headers, seconds, connections });
  const { stdout } = await run(process.execPath, [program('./own-load.ts'), asked]);
  const { requests, bad } = JSON.parse(stdout) as { requests: number; bad: number };
  if (bad > 0 || requests === 0) throw new Error(`Not every answer was good: ${bad} of ${requests}.`);
  return { requests, rate: requests / seconds };
}

/** Asks one target as fast as it answers for some seconds. Throws when any answer is not a success. */
export async function burst(target: Target, seconds: number): Promise<Burst> {
  const before = processorTime(target.pid);
  const { requests, rate } = await (loadTool === 'wrk' ? withWrk : withOwn)(target, seconds);
  return { cpu: (processorTime(target.pid) - before) / requests, rate };
}
