// The program as a newcomer starts it: a process of its own with an empty data folder, and what it prints in the terminal.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface Started {
  readonly port: number;
  readonly url: string;
  readonly dataDir: string;
  /** Everything it has printed so far. */
  readonly terminal: () => string;
  /** Waits until the terminal shows something. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<number | null>;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts `server/main.ts`; the launcher before it is tested by itself. */
export async function start(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const port = await freePort();
  const dataDir = env['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'portcullis-started-'));
  const child: ChildProcess = spawn(process.execPath, [join(ROOT, 'server/main.ts'), ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, PORT: String(port), DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      wake();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  void ended.then(wake);

  return {
    port,
    url: `http://localhost:${port}`,
    dataDir,
    terminal: () => printed,
    shows(pattern) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(printed);
          if (found === null && child.exitCode === null) return;
          waiting.delete(look);
          if (found !== null) resolve(found);
          else reject(new Error(`The server ended before it showed ${pattern}:\n${printed}`));
        };
        waiting.add(look);
        look();
      });
    },
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM');
      const code = await ended;
      if (env['DATA_DIR'] === undefined) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}
