// Runs what reads hostile files in processes of their own: at most two at once, one of each owner, each with a limit of time and memory, no network, no file and no child.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openTurns, type Turn } from '#media/turns.ts';

/** `most` at once, and behind them `mostWaiting` of each side of a brand, `mostOfOwner` of each owner, each `waitMs` for its turn; `withinMs`, `memoryBytes` and `mostOut` (bytes of its answer) of each. */
export interface ConverterLimits {
  readonly most: number;
  readonly withinMs: number;
  readonly memoryBytes: number;
  readonly mostWaiting: number;
  readonly mostOfOwner: number;
  readonly waitMs: number;
  readonly mostOut: number;
}

export const CONVERTER: ConverterLimits = Object.freeze({ most: 2, withinMs: 20_000, memoryBytes: 256 * 1_048_576, mostWaiting: 200, mostOfOwner: 40, waitMs: 60_000, mostOut: 32 * 1_048_576 });
const LOOK_EVERY_MS = 100;
const HOUSE = fileURLToPath(new URL('../', import.meta.url));
/** The libraries may lie elsewhere behind a link. */
const LIBRARIES = `${HOUSE}node_modules`;
/** Its program and its libraries, and not the rest of the house: the folder of data may lie in it. */
const READ = [`${HOUSE}media`, `${HOUSE}package.json`, LIBRARIES, ...(existsSync(LIBRARIES) ? [realpathSync(LIBRARIES)] : [])];

/** What such a process may do. */
export const CONVERTER_FLAGS: readonly string[] = Object.freeze(['--permission', '--allow-addons', ...READ.map((folder) => `--allow-fs-read=${folder}`), '--no-warnings', '--max-old-space-size=192']);

/** Why nothing came of it. `busy`: too many wait already, or the server stops; everything else is the file's own doing. */
export class ConverterFault extends Error {
  readonly code: 'busy' | 'time' | 'memory' | 'failed';
  constructor(code: ConverterFault['code'], message: string) {
    super(message);
    this.name = 'ConverterFault';
    this.code = code;
  }
}

/** What is to be made. */
export interface Work {
  readonly script: URL;
  readonly args: readonly string[];
  readonly bytes: AsyncIterable<Uint8Array>;
  /** `of`: the side that asks for it, brand, whose it is. Of one owner one is made at a time for a side: who sends many that take long holds up nobody else. */
  readonly turn: Turn;
  /** ms, where it is given less than the limit of all. */
  readonly withinMs?: number;
  /** Asked when its turn has come: somebody else may have made it meanwhile. */
  readonly wanted?: () => Promise<boolean>;
}

export interface Converters {
  /** Gives the bytes to the script and takes what it makes of them; null where it was not wanted any more. Throws `ConverterFault`, or what reading the bytes throws. */
  run(work: Work): Promise<Buffer | null>;
  close(): void;
}

const STOPPING = (): ConverterFault => new ConverterFault('busy', 'The server is stopping.');

/** Resident bytes of a process; 0 where the system does not say. */
function residentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4_096;
  } catch {
    return 0;
  }
}

export function openConverters(limits: ConverterLimits = CONVERTER): Converters {
  const running = new Set<ReturnType<typeof spawn>>();
  const turns = openTurns(limits.most);
  /** The last of each owner's, and how many there are: each waits for the one before it, and only then among the others. */
  const owners = new Map<string, { last: Promise<void>; many: number }>();
  const sides = new Map<string, number>();
  let closed = false;

  function convert({ script, args, bytes, withinMs = limits.withinMs }: Work): Promise<Buffer> {
    const within = Math.min(withinMs, limits.withinMs);
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...CONVERTER_FLAGS, fileURLToPath(script), ...args], { stdio: ['pipe', 'pipe', 'ignore'], env: { VIPS_CONCURRENCY: '1', MALLOC_ARENA_MAX: '1' }, windowsHide: true });
      running.add(child);
      const out: Buffer[] = [];
      let length = 0;
      let fault: Error | null = null;
      let given = false;
      const end = (why: Error): void => {
        fault ??= why;
        child.kill('SIGKILL');
      };
      const stop = (code: ConverterFault['code'], message: string): void => end(new ConverterFault(code, message));
      // Where its bytes have not even come, nothing is said of it.
      const time = setTimeout(() => (given ? stop('time', `It took longer than ${within / 1_000} s.`) : stop('busy', 'Its bytes came too slowly.')), within);
      const memory = setInterval(() => {
        if (child.pid !== undefined && residentOf(child.pid) > limits.memoryBytes) stop('memory', 'It took more memory than it may.');
      }, LOOK_EVERY_MS);
      child.stdout.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > limits.mostOut) stop('failed', 'More came out of it than may.');
        else out.push(piece);
      });
      // It never began: that is the machine's doing.
      child.once('error', (error) => stop('busy', error.message));
      child.once('close', (code) => {
        clearTimeout(time);
        clearInterval(memory);
        running.delete(child);
        if (fault === null && code !== 0) fault = closed ? STOPPING() : new ConverterFault('failed', 'It could not be read.');
        if (fault !== null) reject(fault);
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
        given = true;
      })().catch(end);
    });
  }

  /** One of an owner's after the other; the next one begins whatever came of this. */
  async function inLine(work: Work): Promise<Buffer | null> {
    const [side, owner] = [JSON.stringify(work.turn.of.slice(0, 2)), JSON.stringify(work.turn.of)];
    const own = owners.get(owner) ?? { last: Promise.resolve(), many: 0 };
    const waiting = sides.get(side) ?? 0;
    if (own.many > limits.mostOfOwner || waiting > limits.mostWaiting) throw new ConverterFault('busy', 'Too many files wait to be looked at.');
    const { promise, resolve: done } = Promise.withResolvers<void>();
    const before = own.last;
    own.last = promise;
    own.many += 1;
    owners.set(owner, own);
    sides.set(side, waiting + 1);
    try {
      await before;
      return await inTurn(work);
    } finally {
      done();
      own.many -= 1;
      if (own.many === 0) owners.delete(owner);
      const left = (sides.get(side) as number) - 1;
      if (left === 0) sides.delete(side);
      else sides.set(side, left);
    }
  }

  async function inTurn(work: Work): Promise<Buffer | null> {
    if (!(await turns.begin(work.turn, limits.waitMs))) throw new ConverterFault('busy', 'Its turn did not come.');
    const from = performance.now();
    try {
      if (closed) throw STOPPING();
      return (await work.wanted?.()) === false ? null : await convert(work);
    } finally {
      turns.end(work.turn, performance.now() - from);
    }
  }

  return {
    run: inLine,
    close() {
      closed = true;
      for (const child of running) child.kill('SIGKILL');
    },
  };
}
