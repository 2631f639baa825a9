// The writer as the event loop sees it: batches go to the thread and come back durable; the loop itself never waits for the disk.
import { Worker } from 'node:worker_threads';
import type { Unit } from '#store/engine.ts';
import { Conflict, StoreFault } from '#store/faults.ts';
import { openQueue, type Queue } from '#store/queue.ts';
import { type Answer, committedOf } from '#store/sqlite/batch.ts';
import type { Committed } from '#store/store.ts';

const BROKEN = 'The writer of the database has ended; nothing more can be saved: restart Portcullis and look into the log.';

interface Asked {
  readonly units: readonly Unit[];
  readonly resolve: (answers: readonly (Committed | Error)[]) => void;
  readonly reject: (error: Error) => void;
}

function outcomeOf(unit: Unit, answer: Answer | undefined): Committed | Error {
  if (answer === undefined) return new StoreFault('store.broken', BROKEN);
  if (Array.isArray(answer)) return committedOf(unit, answer);
  const refused = answer as Exclude<Answer, readonly unknown[]>;
  return 'conflict' in refused ? new Conflict(refused.conflict) : new StoreFault(refused.fault, refused.message);
}

/** Starts the thread on a file that is migrated. Once the thread has died, everything is refused with `store.broken`. */
export async function openWriter(file: string, thread: URL = new URL('./writer-thread.ts', import.meta.url)): Promise<Queue> {
  const worker = new Worker(thread, { workerData: { file }, name: 'portcullis-writer', execArgv: [] });
  let asked: Asked | undefined;
  let broken: StoreFault | undefined;

  function breakDown(cause: unknown): void {
    broken ??= new StoreFault('store.broken', BROKEN, cause);
    asked?.reject(broken);
    asked = undefined;
  }

  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  worker.on('message', (answers: readonly Answer[]) => {
    // While something is being saved the process must not end; idle, the thread does not keep it alive.
    worker.unref();
    const answered = asked;
    asked = undefined;
    answered?.resolve(answered.units.map((unit, at) => outcomeOf(unit, answers[at])));
  });
  worker.on('error', breakDown);
  worker.on('exit', () => breakDown(undefined));
  worker.unref();

  const queue = openQueue((units: readonly Unit[]) => {
    return new Promise((resolve, reject) => {
      if (broken !== undefined) return reject(broken);
      asked = { units, resolve, reject };
      worker.ref();
      worker.postMessage(units);
    });
  });

  return {
    run: queue.run,
    async close() {
      await queue.close();
      if (broken !== undefined) return;
      worker.ref();
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage('close');
      await ended;
    },
  };
}
