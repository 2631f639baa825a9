// Runs what reads hostile files in processes of their own: at most two at once, each with a limit of time and memory, no network, no file and no child.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `most` at once, `mostWaiting` behind them; `withinMs`, `memoryBytes` and `mostOut` (bytes of its answer) of each. */
export interface ConverterLimits {
  readonly most: number;
  readonly withinMs: number;
  readonly memoryBytes: number;
  readonly mostWaiting: number;
  readonly mostOut: number;
}

export const CONVERTER: ConverterLimits = Object.freeze({ most: 2, withinMs: 20_000, memoryBytes: 256 * 1_048_576, mostWaiting: 200, mostOut: 32 * 1_048_576 });
const LOOK_EVERY_MS = 100;
const HOUSE = fileURLToPath(new URL('../', import.meta.url));
/** The libraries may lie elsewhere behind a link. */
const LIBRARIES = `${HOUSE}node_modules`;
/** Its program and its libraries, and not the rest of the house: the folder of data may lie in it. */
const READ = [`${HOUSE}media`, `${HOUSE}package.json`, LIBRARIES, ...(existsSync(LIBRARIES) ? [realpathSync(LIBRARIES)] : [])];

/** What such a process may do. */
export const CONVERTER_FLAGS: readonly string[] = Object.freeze(['--permission', '--allow-addons', ...READ.map((folder) => `--allow-fs-read=${folder}`), '--no-warnings', '--max-old-space-size=192']);

/** Why nothing came of it. `busy`: too many wait already; everything else is the file's own doing. */
export class ConverterFault extends Error {
  readonly code: 'busy' | 'time' | 'memory' | 'failed';
  constructor(code: ConverterFault['code'], message: string) {
    super(message);
    this.name = 'ConverterFault';
    this.code = code;
  }
}

export interface Converters {
  /** Gives the bytes to `script` and takes what it makes of them. Throws `ConverterFault`. */
  run(script: URL, args: readonly string[], bytes: AsyncIterable<Uint8Array>): Promise<Buffer>;
  close(): void;
}

/** Resident bytes of a process; 0 where the system does not say. */
function residentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4_096;
  } catch {
    return 0;
  }
}

export function openConverters(limits: ConverterLimits = CONVERTER): Converters {
  const waiting: (() => void)[] = [];
  const running = new Set<ReturnType<typeof spawn>>();
  let busy = 0;
  let closed = false;

  async function seat(): Promise<void> {
    if (busy < limits.most) return void (busy += 1);
    if (waiting.length >= limits.mostWaiting) throw new ConverterFault('busy', 'Too many files wait to be looked at.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  }

  function convert(script: URL, args: readonly string[], bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...CONVERTER_FLAGS, fileURLToPath(script), ...args], { stdio: ['pipe', 'pipe', 'ignore'], env: { VIPS_CONCURRENCY: '1', MALLOC_ARENA_MAX: '1' }, windowsHide: true });
      running.add(child);
      const out: Buffer[] = [];
      let length = 0;
      let fault: ConverterFault | null = null;
      const stop = (code: ConverterFault['code'], message: string): void => {
        fault ??= new ConverterFault(code, message);
        child.kill('SIGKILL');
      };
      const time = setTimeout(() => stop('time', `It took longer than ${limits.withinMs / 1_000} s.`), limits.withinMs);
      const memory = setInterval(() => {
        if (child.pid !== undefined && residentOf(child.pid) > limits.memoryBytes) stop('memory', 'It took more memory than it may.');
      }, LOOK_EVERY_MS);
      child.stdout.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > limits.mostOut) stop('failed', 'More came out of it than may.');
        else out.push(piece);
      });
      child.once('error', (error) => stop('failed', error.message));
      child.once('close', (code) => {
        clearTimeout(time);
        clearInterval(memory);
        running.delete(child);
        if (fault !== null || code !== 0) reject(fault ?? new ConverterFault('failed', 'It could not be read.'));
        else resolve(Buffer.concat(out));
      });
      // It may end before it has read everything: what is left of it is nobody's concern.
      child.stdin.on('error', () => undefined);
      void (async () => {
        for await (const piece of bytes) {
          if (child.stdin.destroyed) return;
          if (!child.stdin.write(piece)) await new Promise<void>((on) => child.stdin.once('drain', on).once('close', on));
        }
        child.stdin.end();
      })().catch(() => stop('failed', 'Its bytes could not be read.'));
    });
  }

  return {
    async run(script, args, bytes) {
      await seat();
      try {
        if (closed) throw new ConverterFault('busy', 'The server is stopping.');
        return await convert(script, args, bytes);
      } finally {
        leave();
      }
    },
    close() {
      closed = true;
      for (const child of running) child.kill('SIGKILL');
    },
  };
}
