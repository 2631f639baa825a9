// Hands files to the processes that look through them: at most two at once, each with its memory and its time; what takes more is ended, and the file refused.
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Asked, Examined } from '#media/examine/examine.ts';

export interface Examiners {
  /** Never throws: what cannot be looked through is not passed. */
  examine(asked: Asked): Promise<Examined>;
  close(): void;
}

export interface ExaminerLimits {
  readonly atOnce: number;
  /** Bytes of memory that one process may hold. Kept where the system tells (Linux); elsewhere only the heap is bounded. */
  readonly memory: number;
  /** ms a file may take. */
  readonly time: number;
  /** ms a process is kept that has nothing to do. */
  readonly idle: number;
}

export const EXAMINER_LIMITS: ExaminerLimits = Object.freeze({ atOnce: 2, memory: 256 * 1_048_576, time: 20_000, idle: 30_000 });
const LOOK_EVERY_MS = 100;
const PAGE_BYTES = 4_096;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./examine/process.ts', import.meta.url));

async function residentOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid ?? 0}/statm`, 'latin1').catch(() => '');
  return Number(text.split(' ')[1] ?? 0) * PAGE_BYTES;
}

/** `folder`: where files come in; the only one the processes may read and write beside the program's own code. */
export function openExaminers(folder: string, limits: ExaminerLimits = EXAMINER_LIMITS): Examiners {
  const free: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const waiting: (() => void)[] = [];
  let busy = 0;
  let closed = false;

  function start(): ChildProcess {
    const readable = ['media', 'policy', 'outside/blobs', 'identity', 'node_modules', 'package.json'].map((name) => `--allow-fs-read=${ROOT}${name}`);
    const child = fork(PROGRAM, [], {
      // Nothing of ours is told to it, keys least of all.
      env: {}, execArgv: ['--permission', ...readable, `--allow-fs-read=${folder}`, `--allow-fs-write=${folder}`, '--max-old-space-size=128', '--no-warnings'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    all.add(child);
    child.on('error', () => undefined);
    child.once('exit', () => {
      all.delete(child);
      const at = free.indexOf(child);
      if (at >= 0) free.splice(at, 1);
    });
    child.unref();
    child.channel?.unref?.();
    return child;
  }

  async function turn(): Promise<void> {
    if (busy < limits.atOnce) {
      busy += 1;
      return;
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function over(): void {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  }

  /** One file in one process. What it costs too much, or breaks, ends the process with it. */
  function work(child: ChildProcess, asked: Asked): Promise<Examined> {
    return new Promise((resolve) => {
      const done = (examined: Examined, keep: boolean): void => {
        clearTimeout(late);
        clearInterval(look);
        child.off('message', hear);
        child.off('exit', gone);
        if (keep && !closed) {
          free.push(child);
          setTimeout(() => {
            const at = free.indexOf(child);
            if (at >= 0) free.splice(at, 1)[0]?.kill();
          }, limits.idle).unref();
        } else child.kill('SIGKILL');
        resolve(examined);
      };
      const refused = (why: string, code: 'upload.damaged' | 'upload.expands_too_far' = 'upload.damaged'): Examined => ({ ok: false, code, facts: { why }, form: null });
      const hear = (said: unknown): void => {
        if (said !== 'ready') done(said as Examined, true);
      };
      const gone = (): void => done(refused('broke'), false);
      const late = setTimeout(() => done(refused('took_too_long', 'upload.expands_too_far'), false), limits.time);
      const look = setInterval(() => {
        void watch();
      }, LOOK_EVERY_MS);
      const watch = async (): Promise<void> => {
        if ((await residentOf(child.pid)) > limits.memory) done(refused('too_much_memory', 'upload.expands_too_far'), false);
      };
      child.on('message', hear);
      child.on('exit', gone);
      if (child.exitCode !== null || !child.connected) return gone();
      child.send(asked, (error) => error !== null && gone());
    });
  }

  return {
    async examine(asked) {
      await turn();
      try {
        return await work(free.pop() ?? start(), asked);
      } finally {
        over();
      }
    },
    close() {
      closed = true;
      for (const child of all) child.kill('SIGKILL');
    },
  };
}
