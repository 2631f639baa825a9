// Hands files to the processes that look through them: at most two at once, each with its memory and its time; what takes more is ended, and the file refused.
import { type ChildProcess, fork } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Asked, Examined } from '#media/examine/examine.ts';
import type { FindingCode } from '#media/examine/finding.ts';
import { SPOOLED_AS } from '#media/spool.ts';
import { openTurns, type Turn } from '#media/turns.ts';

export interface Examiners {
  /** Never throws: what cannot be looked through is not passed. `turn`: whose file it is; who waits takes turns with others. */
  examine(asked: Asked, turn: ExamineTurn): Promise<Examined>;
  close(): void;
}

/** What one sender's files may have together, ms; what each took is taken off. */
export interface Allowance {
  waiting: number;
  work: number;
}
export type ExamineTurn = Turn & { readonly allowance?: Allowance | undefined };

export interface ExaminerLimits {
  readonly atOnce: number;
  /** Bytes of memory that one process may hold. Kept where the system tells (Linux); elsewhere only the heap is bounded. */
  readonly memory: number;
  /** ms a file may take. */
  readonly time: number;
  /** ms a file may wait for its turn, where its sender waits for an answer: an allowance says it otherwise. With its time this stays under the minute after which a proxy takes a silent server for a dead one. */
  readonly wait: number;
  /** ms a process is kept that has nothing to do. */
  readonly idle: number;
  /** A process looks through so many, and is then followed by a fresh one. */
  readonly files: number;
}

export const EXAMINER_LIMITS: ExaminerLimits = Object.freeze({ atOnce: 2, memory: 256 * 1_048_576, time: 20_000, wait: 35_000, idle: 30_000, files: 1_000 });
const LOOK_EVERY_MS = 100;
/** Of its memory: who holds more after a file is ended, since the next may need the rest. */
const KEPT_UNDER = 0.75;
const PAGE_BYTES = 4_096;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./examine/process.ts', import.meta.url));

async function residentOf(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid ?? 0}/statm`, 'latin1').catch(() => '');
  return Number(text.split(' ')[1] ?? 0) * PAGE_BYTES;
}

const isRunning = ({ pid, exitCode, signalCode }: ChildProcess): boolean => pid !== undefined && exitCode === null && signalCode === null;

/** What such a process may do. Only the program's own code, and files by their names: it cannot list the folder of `spooled`. */
export function examinerFlags(spooled: string): string[] {
  const readable = ['media', 'policy', 'outside/blobs', 'identity', 'node_modules', 'package.json'].map((name) => `--allow-fs-read=${ROOT}${name}`);
  return ['--permission', ...readable, `--allow-fs-read=${spooled}`, `--allow-fs-write=${spooled}`, '--max-old-space-size=128', '--no-warnings'];
}

/** The files of a folder that its processes may open. */
export const spooledIn = (folder: string): string => join(folder, `${SPOOLED_AS}_*`);

const refused = (why: string, code: FindingCode = 'upload.damaged'): Examined => ({ ok: false, code, facts: { why }, form: null });
/** Why nothing was looked at: its sender left, or no turn came. It says nothing about the file, which may come again. */
export const [GONE, NO_TURN] = ['gone', 'no_turn'];
const unseen = (why: string): Examined => refused(why, 'upload.not_scanned');

/** One process, how many files it has looked through, and until when it waits for the next. */
interface Worker {
  readonly child: ChildProcess;
  files: number;
  /** It has begun: what ends it from now on is the file, and not the machine. */
  ready: boolean;
  idle?: NodeJS.Timeout;
}

/** `program`: what such a process runs. `folder`: where files come in. Names in it are random, and nothing tells a process one but the question: it can open no file but the one it was asked about. */
export function openExaminers(folder: string, limits: ExaminerLimits = EXAMINER_LIMITS, program: string = PROGRAM): Examiners {
  const free: Worker[] = [];
  const all = new Set<ChildProcess>();
  const turns = openTurns(limits.atOnce);
  let closed = false;

  function start(): Worker {
    const child = fork(program, [], {
      // Nothing of ours is told to it, keys least of all.
      env: {}, execArgv: examinerFlags(spooledIn(folder)), stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const worker: Worker = { child, files: 0, ready: false };
    all.add(child);
    child.on('error', () => undefined);
    child.once('exit', () => {
      all.delete(child);
      leave(worker);
    });
    child.unref();
    child.channel?.unref?.();
    return worker;
  }

  function leave(worker: Worker): void {
    const at = free.indexOf(worker);
    if (at >= 0) free.splice(at, 1);
  }

  function rest(worker: Worker): void {
    free.push(worker);
    worker.idle = setTimeout(() => {
      leave(worker);
      worker.child.kill();
    }, limits.idle).unref();
  }

  /** One file in one process. What costs too much, or breaks, ends the process with it; so does a sender who is gone. */
  function work(worker: Worker, asked: Asked, { gone: left, allowance }: ExamineTurn, took = 0): Promise<Examined> {
    const { child } = worker;
    const time = Math.min(limits.time, allowance?.work ?? Infinity);
    clearTimeout(worker.idle);
    worker.files += 1;
    return new Promise((resolve) => {
      let over = false;
      const done = (examined: Examined, keep: boolean): void => {
        if (over) return;
        over = true;
        clearTimeout(late);
        clearInterval(look);
        child.off('message', hear);
        child.off('exit', gone);
        left?.removeEventListener('abort', leftIt);
        if (keep && !closed && worker.files < limits.files) {
          rest(worker);
          return resolve(examined);
        }
        // Whoever asked throws away what it wrote: nothing of it may be written after that.
        if (isRunning(child)) child.once('exit', () => resolve(examined));
        else resolve(examined);
        child.kill('SIGKILL');
      };
      const said = async (examined: Examined): Promise<void> => done(examined, (await residentOf(child.pid)) <= limits.memory * KEPT_UNDER);
      const leftIt = (): void => done(unseen(GONE), false);
      const hear = (heard: unknown): void => {
        worker.ready = true;
        if (heard === 'ready') return;
        clearTimeout(late);
        void said(heard as Examined);
      };
      // A process that never began has read nothing of the file, and says nothing about it.
      const gone = (): void => done(worker.ready ? refused('broke') : unseen('no_examiner'), false);
      const late = setTimeout(() => done(time < limits.time ? unseen('no_time_left') : refused('took_too_long', 'upload.expands_too_far'), false), time - took);
      const look = setInterval(() => {
        void watch();
      }, LOOK_EVERY_MS);
      const watch = async (): Promise<void> => {
        if ((await residentOf(child.pid)) > limits.memory) done(refused('too_much_memory', 'upload.expands_too_far'), false);
      };
      child.on('message', hear);
      child.on('exit', gone);
      left?.addEventListener('abort', leftIt);
      if (left?.aborted === true) return leftIt();
      if (child.exitCode !== null || !child.connected) return gone();
      child.send(asked, (error) => error !== null && gone());
    });
  }

  return {
    async examine(asked, turn) {
      const { allowance, gone } = turn;
      if ((allowance?.work ?? 1) <= 0) return unseen('no_time_left');
      const came = performance.now();
      const begun = await turns.begin(turn, Math.max(0, allowance?.waiting ?? limits.wait));
      const from = performance.now();
      if (allowance !== undefined) allowance.waiting -= from - came;
      if (!begun) return unseen(gone?.aborted === true ? GONE : NO_TURN);
      try {
        if (closed) return unseen(GONE);
        const used = free.pop();
        const found = await work(used ?? start(), asked, turn);
        if (used === undefined || found.ok || found.facts['why'] !== 'too_much_memory') return found;
        // What others left behind is not put to the account of this one: it is asked of a process that has seen none, in the time that it has left.
        await rm(asked.out, { force: true });
        return await work(start(), asked, turn, performance.now() - from);
      } finally {
        const took = performance.now() - from;
        if (allowance !== undefined) allowance.work -= took;
        turns.end(turn, took);
      }
    },
    close() {
      closed = true;
      for (const child of all) child.kill('SIGKILL');
    },
  };
}
