// The program as a newcomer starts it, for a story of several tests: an empty data folder, a free port, and what the terminal shows.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#test/ports.ts';
import { startServer, until } from '#test/program.ts';

export interface Started {
  readonly port: number;
  readonly url: string;
  /** For commands of the command line that speak to the same data. */
  readonly env: Readonly<Record<string, string>>;
  /** Waits until the terminal shows something. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
  /** Stops it as Ctrl-C does, and gives its exit code. */
  stop(): Promise<number | string>;
}

export async function start(args: readonly string[] = []): Promise<Started> {
  const port = await freePort();
  const dataDir = mkdtempSync(join(tmpdir(), 'portcullis-started-'));
  const env = { PORT: String(port), DATA_DIR: dataDir };
  const ends: (() => void | Promise<void>)[] = [];
  const server = startServer({ after: (end) => void ends.push(end) }, env, args);
  return {
    port,
    env,
    url: `http://localhost:${port}`,
    shows: (pattern) =>
      until(String(pattern), () => {
        const found = pattern.exec(server.said());
        if (found === null && server.child.exitCode !== null) throw new Error(`The server ended before it showed ${pattern}:\n${server.err()}`);
        return found ?? undefined;
      }),
    async stop() {
      server.child.kill('SIGINT');
      const code = await server.ended;
      for (const end of ends) await end();
      rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}
